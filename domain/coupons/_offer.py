"""What a template (券模板) gives at a moment: whether it may be claimed, how long a coupon holds, what it is worth."""

from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session, col, select

from domain.coupons.errors import TemplateUnknown
from domain.coupons.models import CouponTemplate
from domain.coupons.terms import CouponKind, Terms, Validity


def load_template(session: Session, code: str) -> CouponTemplate:
    """The mall's template of this code.

    :raises TemplateUnknown:
    """
    found = session.exec(select(CouponTemplate).where(col(CouponTemplate.code) == code)).one_or_none()
    if found is None:
        raise TemplateUnknown(template=code)
    return found


def is_claimable(template: CouponTemplate, now: datetime) -> bool:
    """Whether it is given out at this moment."""
    return template.is_active and Validity.model_validate(template.validity).is_claimable(now)


def usable(template: CouponTemplate, now: datetime) -> tuple[datetime, datetime]:
    """From when and until when a coupon given now can be used."""
    validity = Validity.model_validate(template.validity)
    until = validity.valid_until or now + timedelta(days=validity.days_from_grant or 0)
    return max(now, validity.valid_from or now), until


def drawn(template: CouponTemplate, key: str) -> int:
    """What a random coupon is worth: drawn by its key, so that asking again draws nothing better."""
    if template.terms['kind'] != CouponKind.RANDOM:  # in a rush most are not, and reading terms costs
        return 0
    terms = Terms.model_validate(template.terms)
    chance = Random(f'{template.mall_id}:{template.id}:{key}')  # noqa: S311 - a prize, not a secret
    return chance.randint(terms.random_low_fen, terms.random_high_fen)
