"""What purchasing refuses, with codes."""

from domain.shared.errors import DomainError


class MallNeeded(DomainError):
    code = 'purchasing.mall_needed'
    status = 422
    zh = '请先选择商场。'
    en = 'Orders belong to a mall; choose one.'


class CodeTaken(DomainError):
    code = 'purchasing.code_taken'
    status = 409
    zh = '代码“{name}”已被使用。'
    en = 'The code "{name}" is taken.'


class SupplierUnknown(DomainError):
    code = 'purchasing.supplier_unknown'
    status = 404
    zh = '找不到供应商 {supplier}。'
    en = 'There is no supplier {supplier}.'


class OrderUnknown(DomainError):
    code = 'purchasing.order_unknown'
    status = 404
    zh = '找不到采购单 {order}，或其中没有该商品。'
    en = 'There is no open order {order} with that item.'


class MoreThanOrdered(DomainError):
    code = 'purchasing.more_than_ordered'
    status = 409
    zh = '收货数量超过采购数量及容差。'
    en = 'That is more than was ordered, tolerance included.'


class OrderAwaitsApproval(DomainError):
    code = 'purchasing.awaits_approval'
    status = 409
    zh = '采购单超过限额，批准后才能收货。'
    en = 'The order is above the limit; nothing is received before it is approved.'


class OrderInvalid(DomainError):
    code = 'purchasing.order_invalid'
    status = 422
    zh = '采购资料不正确：{reason}'
    en = 'It is not sound: {reason}'
