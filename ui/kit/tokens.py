"""Every colour, size and shadow of the product, once.

Components and pages name these and never write a raw colour. In CSS they are custom properties (`var(--at-brand)`),
with a light and a dark value each; charts, which cannot read CSS, take the same values from `palette()`.
"""

from dataclasses import asdict, dataclass
from typing import Literal

State = Literal['good', 'watch', 'act', 'off']
"""The four states: as it should be, worth a look, needs somebody now, not in service."""

Appearance = Literal['light', 'dark', 'wall']
"""How a page is lit: work pages light or dark, the wall always its own dark."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """The colours of one appearance; text and state colours reach WCAG AA on `page`, `surface` and `sunken`."""

    page: str
    surface: str
    raised: str
    sunken: str
    border: str
    border_strong: str
    text: str
    muted: str
    faint: str
    brand: str
    brand_strong: str
    brand_soft: str
    on_brand: str
    accent: str
    accent_soft: str
    good: str
    good_soft: str
    watch: str
    watch_soft: str
    act: str
    act_soft: str
    off: str
    off_soft: str
    plan_floor: str
    plan_unit: str
    plan_line: str
    plan_wall: str
    chart: tuple[str, ...]
    heat: tuple[str, ...]


LIGHT = Palette(
    page='#F5F6F8',
    surface='#FFFFFF',
    raised='#FFFFFF',
    sunken='#EEF0F4',
    border='#E2E5EB',
    border_strong='#C6CBD5',
    text='#161A22',
    muted='#4C5464',
    faint='#646C7C',
    brand='#3448C5',
    brand_strong='#26369E',
    brand_soft='#E9ECFB',
    on_brand='#FFFFFF',
    accent='#A9520F',
    accent_soft='#FBEFE3',
    good='#146C43',
    good_soft='#E3F3EA',
    watch='#855800',
    watch_soft='#FBF1D9',
    act='#B3261E',
    act_soft='#FCE9E7',
    off='#5B6372',
    off_soft='#E9EBF0',
    plan_floor='#FAFBFC',
    plan_unit='#EDF0F5',
    plan_line='#CBD1DC',
    plan_wall='#8E97A8',
    chart=('#3448C5', '#C2681D', '#2B7EA3', '#7E255F', '#3794F2', '#69561B', '#360D4A', '#869789'),
    heat=('#FFF4DE', '#FFD99A', '#FBB05B', '#EE7C39', '#D2472B', '#9C1F2E', '#5F0F2E'),
)

DARK = Palette(
    page='#0E1117',
    surface='#161A22',
    raised='#1D222C',
    sunken='#0A0D12',
    border='#272D39',
    border_strong='#3D4554',
    text='#E9ECF2',
    muted='#AEB6C4',
    faint='#8C95A6',
    brand='#8B9CFF',
    brand_strong='#AAB6FF',
    brand_soft='#232A4A',
    on_brand='#0B0F24',
    accent='#F0A15C',
    accent_soft='#36271A',
    good='#5CCB92',
    good_soft='#14301F',
    watch='#E8B84A',
    watch_soft='#332811',
    act='#FF8A80',
    act_soft='#3D1B1B',
    off='#98A1B1',
    off_soft='#232936',
    plan_floor='#12161D',
    plan_unit='#1E2430',
    plan_line='#343C4B',
    plan_wall='#5D687C',
    chart=('#8B9CFF', '#F0A15C', '#5DDFC7', '#BA8FA4', '#CCFAFF', '#FFE34F', '#6074E6', '#737085'),
    heat=('#2A1A2E', '#4E1B3A', '#84243D', '#BD3F36', '#E8723A', '#FBAE55', '#FFE3A6'),
)

WALL = Palette(
    **(
        asdict(DARK)
        | {
            'page': '#06080C',
            'surface': '#0D1118',
            'raised': '#141924',
            'sunken': '#04060A',
            'border': '#1C222D',
            'border_strong': '#323A49',
            'plan_floor': '#0A0E14',
            'plan_unit': '#161C27',
        }
    )
)

PALETTES: dict[Appearance, Palette] = {'light': LIGHT, 'dark': DARK, 'wall': WALL}

SPACE = {step: step * 4 for step in (1, 2, 3, 4, 5, 6, 8, 10, 12, 16)}
"""The 4-px grid: `--at-space-4` is 16 px."""

RADII = {'small': 4, 'medium': 8, 'large': 12, 'full': 999}

TYPE = {
    'micro': (11, 16),
    'small': (12, 18),
    'body': (14, 22),
    'lead': (16, 24),
    'title': (18, 26),
    'heading': (22, 30),
    'figure': (30, 36),
    'display': (44, 52),
}
"""Size and line height in px."""

SHADOWS = {
    'light': {'card': '0 1px 2px rgb(16 24 40 / .04)', 'pop': '0 8px 28px rgb(16 24 40 / .14)'},
    'dark': {'card': '0 0 0 rgb(0 0 0 / 0)', 'pop': '0 10px 32px rgb(0 0 0 / .55)'},
}

FONT = '"Atrium Sans SC", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'
"""The bundled face first; the rest only draws the rare character that is not in it."""

TOUCH_TARGET = 48
KIOSK_TARGET = 72


def palette(appearance: Appearance) -> Palette:
    """The colours of this appearance."""
    return PALETTES[appearance]


def css_variables() -> str:
    """All tokens as CSS custom properties; dark follows Quasar's `body--dark`, the wall its own class on top."""
    return '\n'.join(
        [
            ':root {' + _scale() + _colors(LIGHT) + _shadows('light') + '}',
            'body.body--dark {' + _colors(DARK) + _shadows('dark') + '}',
            'body.body--dark:has(.at-wall) {' + _colors(WALL) + '}',
        ]
    )


def _scale() -> str:
    spaces = ''.join(f'--at-space-{step}: {px}px;' for step, px in SPACE.items())
    radii = ''.join(f'--at-radius-{name}: {px}px;' for name, px in RADII.items())
    sizes = ''.join(f'--at-{name}: {size}px; --at-{name}-line: {line}px;' for name, (size, line) in TYPE.items())
    return f'{spaces}{radii}{sizes}--at-font: {FONT};--at-touch: {TOUCH_TARGET}px;'


def _colors(colors: Palette) -> str:
    single = {name: value for name, value in asdict(colors).items() if isinstance(value, str)}
    series = {f'chart-{index}': value for index, value in enumerate(colors.chart, start=1)}
    heat = {f'heat-{index}': value for index, value in enumerate(colors.heat, start=1)}
    return ''.join(f'--at-{name.replace("_", "-")}: {value};' for name, value in (single | series | heat).items())


def _shadows(lighting: str) -> str:
    return ''.join(f'--at-shadow-{name}: {value};' for name, value in SHADOWS[lighting].items())
