"""What may go wrong with payments, anticipated."""

from domain.shared.errors import DomainError


class OrderUnknown(DomainError):
    """A notice may be ahead of our own commit: a 5xx makes the channel try again (PO-R2)."""

    code = 'payments.order_unknown'
    status = 503
    zh = '找不到该支付订单，请稍后重试。'
    en = 'There is no such payment order yet. Please try again.'


class OrderClosed(DomainError):
    code = 'payments.order_closed'
    status = 409
    zh = '订单已{state}，不能再支付。'
    en = 'The order is {state} and takes no more payments.'


class AmountInvalid(DomainError):
    code = 'payments.amount_invalid'
    status = 422
    zh = '金额不正确：{reason}'
    en = 'The amount is not valid: {reason}'


class NoticeDiffers(DomainError):
    """The books stay as they are; the exception queue shows it."""

    code = 'payments.notice_differs'
    status = 422
    zh = '支付通知与订单不符：{reason}'
    en = 'The notice does not fit the order: {reason}'


class AttemptUnresolved(DomainError):
    code = 'payments.attempt_unresolved'
    status = 409
    zh = '上一笔支付结果未知，请勿交付商品，也不要重复收款。'
    en = 'The last attempt is unresolved: hand nothing over and charge nothing again.'


class RefundTooLarge(DomainError):
    code = 'payments.refund_too_large'
    status = 422
    zh = '退款超过可退金额。'
    en = 'The refund is larger than what can still be refunded.'


class RefundUnknown(DomainError):
    code = 'payments.refund_unknown'
    status = 404
    zh = '没有该退款记录。'
    en = 'There is no such refund.'


class CardUnusable(DomainError):
    code = 'payments.card_unusable'
    status = 409
    zh = '预付卡不可用或余额不足。'
    en = 'The prepaid card cannot be used or does not hold enough.'


class ExceptionUnknown(DomainError):
    code = 'payments.exception_unknown'
    status = 404
    zh = '没有该差异，或已处理。'
    en = 'There is no such exception, or it is settled.'
