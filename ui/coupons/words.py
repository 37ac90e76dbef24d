"""What a coupon promises, in a sentence."""

from domain.coupons.terms import CouponKind, Terms, Validity
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.saleswords import Counterfoil

KINDS = tuple(kind.value for kind in CouponKind)
COMMON = 'common'


def terms_words(terms: Terms) -> str:
    """`20 off 100`, `10 % off, ¥50 at most`, `3 hours of parking`."""
    said = t(
        f'coupons.terms.{terms.kind.value}',
        threshold=yuan(terms.threshold_fen),
        reduce=yuan(terms.reduce_fen),
        fold=f'{terms.percent / 10:g}',
        off=100 - terms.percent,
        minutes=terms.parking_minutes,
        low=yuan(terms.random_low_fen),
        high=yuan(terms.random_high_fen),
    )
    parts = [said]
    if terms.threshold_fen and terms.kind is not CouponKind.FULL_REDUCTION:
        parts.append(t('coupons.from_minimum', fen=yuan(terms.threshold_fen)))
    if terms.is_repeating:
        parts.append(t('coupons.repeating'))
    if terms.most_fen is not None:
        parts.append(t('coupons.at_most', fen=yuan(terms.most_fen)))
    return ' · '.join(parts)


def validity_words(validity: Validity, place: Counterfoil) -> str:
    """Until when a coupon is good."""
    if validity.days_from_grant is not None:
        return t('coupons.days_from_grant', days=validity.days_from_grant)
    return t('coupons.until', at=place.moment(validity.valid_until))


def scope_words(terms: Terms, place: Counterfoil) -> str:
    """Where a coupon counts."""
    parts = [place.shop(shop) for shop in terms.shops] + list(terms.categories)
    parts += [t('coupons.but_not', category=category) for category in terms.excluded_categories]
    return ' · '.join(parts) or t('coupons.everywhere')


def group_words(group: str) -> str:
    """A stack group's name; most coupons are in the common one."""
    return t('coupons.common_group') if group == COMMON else group
