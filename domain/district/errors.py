"""What may go wrong in the district, anticipated."""

from domain.shared.errors import DomainError


class DistrictPaymentUnknown(DomainError):
    """A refund of a payment that nobody told us of; it may still come."""

    code = 'district.payment_unknown'
    status = 404
    zh = '没有该商圈交易：{transaction_no}'
    en = 'There is no such transaction of the district: {transaction_no}'


class DistrictNoticeDiffers(DomainError):
    """A genuine notice that contradicts an earlier one. The books stay as they are."""

    code = 'district.notice_differs'
    status = 422
    zh = '商圈通知与已有记录不一致：{reason}'
    en = 'The notice contradicts what was notified before: {reason}'
