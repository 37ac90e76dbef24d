"""What may go wrong after a sale, anticipated."""

from domain.shared.errors import DomainError


class ClaimUnknown(DomainError):
    code = 'aftersales.claim_unknown'
    status = 404
    zh = '没有待审核的该凭证。'
    en = 'There is no such claim to review.'


class RequestUnknown(DomainError):
    code = 'aftersales.request_unknown'
    status = 404
    zh = '没有该售后申请，或已结束。'
    en = 'There is no such request, or it has ended.'


class LineUnknown(DomainError):
    code = 'aftersales.line_unknown'
    status = 422
    zh = '小票上没有该商品行。'
    en = 'The receipt has no such line.'
