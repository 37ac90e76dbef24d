"""Terms of leases in words."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from domain.leasing.commands import (
    Band,
    BreakOption,
    DepositTerms,
    FreeTerms,
    GtoDefinition,
    ItemTerms,
    LeaseTerms,
    RentMode,
    RentTerms,
    ServiceChargeTerms,
)
from domain.leasing.views import LeaseView
from ui.kit.format import day, number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.tokens import State

ANY = '*'
SOON = timedelta(days=90)
STEPPED = 'stepped'
MODES = (*(mode.value for mode in RentMode), STEPPED)
STAGES = ('running', 'expiring', 'coming', 'draft', 'ended')
STAGE_STATES: Mapping[str, State] = {
    'running': 'good', 'expiring': 'act', 'coming': 'watch', 'draft': 'watch', 'ended': 'off',
}  # fmt: skip
DM2_PER_M2 = 100
REPORT_STATES: Mapping[str, State] = {'waiting': 'watch', 'accepted': 'good', 'rejected': 'act', 'withdrawn': 'off'}
GTO_PARTS = ('is_net_of_vat', 'deducts_returns', 'counts_staff_sales', 'counts_online_pick_up', 'counts_mall_funded')


def stage_of(lease: LeaseView, today: date) -> str:
    """Where a lease stands on a day."""
    if lease.status == 'draft':
        return 'draft'
    if lease.ends_on <= today:
        return 'ended'
    if lease.starts_on > today:
        return 'coming'
    return 'expiring' if lease.ends_on - today <= SOON else 'running'


def pays_on_turnover(lease: LeaseView) -> bool:
    """Whether a signed lease has a rate of turnover, so that a year of it is reconciled."""
    return lease.status != 'draft' and any(
        item.kind == 'rent' and getattr(item.terms, 'bands', None) for item in lease.items
    )  # fmt: skip


def rent_on(lease: LeaseView, today: date) -> RentTerms | None:
    """The rent agreed for a day; before the lease its first, after it its last."""
    asked = min(max(today, lease.starts_on), lease.ends_on - timedelta(days=1))
    found = [item.terms for item in lease.items if item.kind == 'rent' and item.starts_on <= asked < item.ends_on]
    return found[0] if found and isinstance(found[0], RentTerms) else None


def mode_of(terms: RentTerms | None) -> str:
    """A rent's mode; a rate in steps is one of its own."""
    if terms is None:
        return ''
    is_stepped = any(len(bands) > 1 for bands in terms.bands.values())
    return STEPPED if is_stepped else terms.mode.value


def mode_words(mode: str) -> str:
    return t(f'leasing.mode.{mode}') if mode else ''


def area_words(area_dm2: int) -> str:
    return f'{number(area_dm2 / DM2_PER_M2, digits=1)} m²'


def date_words(value: date) -> str:
    """A day with its year."""
    return day(value, with_year=True, with_weekday=False)


def last_day(ends_on: date) -> str:
    """The last day of what ends before `ends_on`."""
    return date_words(ends_on - timedelta(days=1))


def term_words(starts_on: date, ends_on: date) -> str:
    return f'{date_words(starts_on)} – {last_day(ends_on)}'


def rate_words(rate_bp: int) -> str:
    return f'{rate_bp / 100:g}%'


def bands_words(bands: tuple[Band, ...]) -> str:
    """`10% up to ¥500,000, then 12%`."""
    parts, lower = [], 0
    for band in bands:
        rate = rate_words(band.rate_bp)
        if band.up_to_fen is None:
            parts.append(rate if not lower else t('leasing.band_above', above=yuan(lower), rate=rate))
        else:
            parts.append(t('leasing.band_to', low=yuan(lower), high=yuan(band.up_to_fen), rate=rate))
            lower = band.up_to_fen
    return ' · '.join(parts)


def rent_words(terms: RentTerms) -> str:
    """A rent in one line."""
    parts = []
    if terms.mode is not RentMode.PERCENTAGE:
        parts.append(t('leasing.base_a_month', fen=yuan(terms.base_fen)))
    for category, bands in terms.bands.items():
        named = '' if category == ANY else f'{category} '
        parts.append(f'{named}{bands_words(bands)}')
    if terms.breakpoint_fen is not None:
        parts.append(t('leasing.breakpoint', fen=yuan(terms.breakpoint_fen)))
    return ' · '.join(parts)


def item_words(terms: ItemTerms) -> str:
    """What an item asks for."""
    match terms:
        case RentTerms():
            return t('leasing.mode_and_rent', mode=mode_words(mode_of(terms)), rent=rent_words(terms))
        case ServiceChargeTerms():
            return t('leasing.per_m2' if terms.is_per_m2 else 'leasing.base_a_month', fen=yuan(terms.amount_fen))
        case FreeTerms():
            return t('leasing.frees', kinds=t('leasing.and').join(t(f'leasing.kind.{kind}') for kind in terms.frees))
        case DepositTerms():
            return yuan(terms.amount_fen)


def reckoning(terms: LeaseTerms) -> dict[str, str | None]:
    """How a lease reckons, as a list of terms."""
    billed = t('leasing.in_advance' if terms.is_in_advance else 'leasing.in_arrears')
    return {
        t('leasing.frequency'): _interval(terms.frequency_months, billed),
        t('leasing.due'): t('leasing.due_after', days=terms.due_after_days),
        t('leasing.proration'): t(f'leasing.prorations.{terms.proration.value}'),
        t('leasing.comparison'): t(f'leasing.comparisons.{terms.comparison.value}'),
        t('leasing.tiers'): t(f'leasing.tier.{terms.tier_reading.value}'),
        t('leasing.gto'): gto_words(terms.gto),
        t('leasing.by_hand'): t(f'leasing.by_hand_with.{"z_report" if terms.needs_z_report else "nothing"}'),
    }


def _interval(months: int, when: str) -> str:
    return t('leasing.monthly', when=when) if months == 1 else t('leasing.every_months', months=months, when=when)


def gto_words(gto: GtoDefinition) -> str:
    """What counts as turnover."""
    parts = [t(f'leasing.gto_part.{name}.{"yes" if getattr(gto, name) else "no"}') for name in GTO_PARTS]
    return t('leasing.then').join([*parts, t(f'leasing.gift_cards.{gto.gift_cards.value}')])


def break_words(option: BreakOption) -> str:
    when = t('leasing.break_rolling' if option.is_rolling else 'leasing.break_on', day=date_words(option.on))
    return t(
        'leasing.break_words', holder=t(f'leasing.holder.{option.holder}'), when=when, days=option.notice_days,
        fee=yuan(option.fee_fen),
    )  # fmt: skip


def badge(stage: str) -> dict[str, Any]:
    return {'state': STAGE_STATES[stage], 'text': t(f'leasing.stage.{stage}')}
