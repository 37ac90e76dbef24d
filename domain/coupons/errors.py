"""What may go wrong with coupons, anticipated."""

from domain.shared.errors import DomainError


class TemplateUnknown(DomainError):
    code = 'coupons.template_unknown'
    status = 404
    zh = '没有券模板“{template}”。'
    en = 'There is no coupon template "{template}".'


class SoldOut(DomainError):
    code = 'coupons.sold_out'
    status = 409
    zh = '优惠券已领完。'
    en = 'All coupons have been taken.'


class CapReached(DomainError):
    code = 'coupons.cap_reached'
    status = 409
    zh = '已达到{cap}上限。'
    en = 'The limit per {cap} has been reached.'


class NotClaimable(DomainError):
    code = 'coupons.not_claimable'
    status = 409
    zh = '该优惠券目前不可领取。'
    en = 'This coupon cannot be claimed now.'


class CouponUnavailable(DomainError):
    """Raised before anything is charged (CP-R2)."""

    code = 'coupons.unavailable'
    status = 409
    zh = '优惠券不可用：已使用、已过期、被其他订单占用，或不属于该会员。'
    en = "The coupon cannot be used: it is used, expired, locked by another order, or not this member's."


class BudgetSpent(DomainError):
    code = 'coupons.budget_spent'
    status = 409
    zh = '该活动的优惠预算已用完。'
    en = 'The budget of this offer is spent.'


class CodeExpired(DomainError):
    code = 'coupons.code_expired'
    status = 410
    zh = '核销码已过期，请刷新后重试。'
    en = 'The code has expired. Refresh it and try again.'
