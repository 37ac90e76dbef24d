"""What may go wrong at a till, anticipated."""

from domain.shared.errors import DomainError


class TillUnusable(DomainError):
    code = 'sales.till_unusable'
    status = 403
    zh = '收银台“{till}”不存在或已停用。'
    en = 'The till "{till}" does not exist or is deactivated.'


class NoShift(DomainError):
    code = 'sales.no_shift'
    status = 409
    zh = '请先开班。'
    en = 'Open a shift first.'


class ShiftOpen(DomainError):
    code = 'sales.shift_open'
    status = 409
    zh = '该收银台已有进行中的班次。'
    en = 'This till has an open shift.'


class ShiftBusy(DomainError):
    code = 'sales.shift_busy'
    status = 409
    zh = '还有未完成的销售，请先完成或取消。'
    en = 'There are unfinished sales. Finish or abandon them first.'


class SaleUnknown(DomainError):
    code = 'sales.sale_unknown'
    status = 404
    zh = '没有该销售单。'
    en = 'There is no such sale.'


class SaleEnded(DomainError):
    code = 'sales.sale_ended'
    status = 409
    zh = '该销售单已是“{state}”状态。'
    en = 'This sale is {state}.'


class BasketInvalid(DomainError):
    code = 'sales.basket_invalid'
    status = 422
    zh = '购物篮不正确：{reason}'
    en = 'The basket is not valid: {reason}'


class ReturnTooLarge(DomainError):
    code = 'sales.return_too_large'
    status = 422
    zh = '退货数量超过可退数量。'
    en = 'More is returned than was bought and not yet returned.'


class BasketTaken(DomainError):
    code = 'sales.basket_taken'
    status = 409
    zh = '该挂单已被取走或已作废。'
    en = 'This basket has been taken up already, or dropped.'


class SignatureWrong(DomainError):
    """The books stay as they are, and the refusal is audited."""

    code = 'sales.signature_wrong'
    status = 403
    zh = '离线订单的签名不正确，已拒收。'
    en = 'The signature of this offline order is wrong. It was refused.'


class OrderUnreadable(DomainError):
    code = 'sales.order_unreadable'
    status = 422
    zh = '离线订单内容不正确，请联系主管处理。'
    en = 'This offline order does not hold together. Ask a supervisor.'


class ChannelUnknown(DomainError):
    code = 'sales.channel_unknown'
    status = 422
    zh = '无法识别该付款码，或该支付渠道未开通。'
    en = 'This payment code belongs to no channel that is set up here.'
