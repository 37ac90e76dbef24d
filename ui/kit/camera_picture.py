"""A camera's picture that renews itself in the browser, to look at and to draw on. Points are shares of the picture."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from nicegui.element import Element

from ui.kit.i18n import t

Share = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A line of two points, a polygon, or an alarm's box."""

    id: str
    kind: Literal['line', 'zone', 'staff', 'alarm', 'chosen']
    points: Sequence[Share]
    label: str = ''


class CameraPicture(Element, component='camera_picture.js'):
    """`every_s` 0 shows the picture once, trying until it is there."""

    def __init__(self, address: str = '', *, label: str, every_s: float = 1.0) -> None:
        super().__init__()
        self._props['src'] = address
        self._props['everyMs'] = int(every_s * 1000)
        self._props['shapes'] = []
        self._props['draft'] = None
        self._props['words'] = {'label': label, 'lost': t('kit.camera.lost'), 'waiting': t('kit.camera.waiting')}

    def show(self, address: str) -> None:
        """Another picture."""
        self._props['src'] = address

    def draw(self, shapes: Sequence[Drawn]) -> None:
        """What lies over the picture."""
        self._props['shapes'] = [
            {**asdict(shape), 'points': [list(point) for point in shape.points]} for shape in shapes
        ]

    def draft(self, kind: Literal['line', 'zone', 'points'], points: Sequence[Share]) -> None:
        """Handles that the person can place and drag; told by `on_placed` and `on_moved`."""
        self._props['draft'] = {'kind': kind, 'points': [list(point) for point in points]}

    def end_draft(self) -> None:
        self._props['draft'] = None

    def on_placed(self, handler: Callable[[Share], object]) -> None:
        """The person clicked a free place while drawing."""
        self.on('placed', lambda event: handler((float(event.args['x']), float(event.args['y']))))

    def on_moved(self, handler: Callable[[int, Share], object]) -> None:
        """The person dragged a handle."""
        self.on('moved', lambda event: handler(int(event.args['n']), (float(event.args['x']), float(event.args['y']))))
