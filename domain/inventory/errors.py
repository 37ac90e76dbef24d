"""What inventory refuses, and in which words."""

from domain.shared.errors import DomainError


class MallNeeded(DomainError):
    code = 'inventory.mall_needed'
    status = 422
    zh = '请先选择商场。'
    en = 'Stock belongs to a mall; choose one.'


class ItemUnknown(DomainError):
    code = 'inventory.item_unknown'
    status = 404
    zh = '找不到商品 {item}。'
    en = 'There is no item {item}.'


class PlaceUnknown(DomainError):
    code = 'inventory.place_unknown'
    status = 404
    zh = '找不到商品、库位或批次。'
    en = 'There is no such item, location or lot.'


class CodeTaken(DomainError):
    code = 'inventory.code_taken'
    status = 409
    zh = '代码或条码“{name}”已被使用。'
    en = 'The code or barcode "{name}" is taken.'


class ItemInvalid(DomainError):
    code = 'inventory.item_invalid'
    status = 422
    zh = '商品资料不正确：{reason}'
    en = 'The item is not sound: {reason}'


class NotEnough(DomainError):
    code = 'inventory.not_enough'
    status = 409
    zh = '可用库存不足。'
    en = 'There is not enough stock that may be used.'


class MoveConflict(DomainError):
    code = 'inventory.move_conflict'
    status = 409
    zh = '单号“{key}”已用于另一笔出入库。'
    en = 'The key "{key}" was used for another move.'


class CountUnknown(DomainError):
    code = 'inventory.count_unknown'
    status = 404
    zh = '找不到盘点单 {count}。'
    en = 'There is no count {count}.'


class CountClosed(DomainError):
    code = 'inventory.count_closed'
    status = 409
    zh = '盘点单已确认。'
    en = 'The count has been validated.'


class CountUnfinished(DomainError):
    code = 'inventory.count_unfinished'
    status = 409
    zh = '还有 {lines} 行需要他人复盘。'
    en = '{lines} lines still need a recount by somebody else.'


class StockMonthClosed(DomainError):
    code = 'inventory.month_closed'
    status = 409
    zh = '{month} 已关账。'
    en = 'The month {month} is closed.'
