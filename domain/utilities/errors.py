"""What utilities refuses, and in which words."""

from domain.shared.errors import DomainError, PermissionDenied


class MallNeeded(DomainError):
    code = 'utilities.mall_needed'
    status = 422
    zh = '请先选择商场。'
    en = 'Meters belong to a mall; choose one.'


class MeterUnknown(DomainError):
    code = 'utilities.meter_unknown'
    status = 404
    zh = '找不到计量表 {meter}。'
    en = 'There is no meter {meter}.'


class MeterOutOfReach(PermissionDenied):
    """What a tenant hears of a meter that is not its own; a refusal, and so on record."""

    code = 'utilities.meter_unknown'
    status = 404
    zh = MeterUnknown.zh
    en = MeterUnknown.en


class MeterCodeTaken(DomainError):
    code = 'utilities.code_taken'
    status = 409
    zh = '表号“{meter}”已被使用。'
    en = 'The meter code "{meter}" is taken.'


class ReadingUnknown(DomainError):
    code = 'utilities.reading_unknown'
    status = 404
    zh = '找不到读数 {reading}，或它没有被暂停。'
    en = 'There is no held reading {reading}.'


class ReadingConflict(DomainError):
    code = 'utilities.reading_conflict'
    status = 409
    zh = '表 {meter} 在 {at} 已有不同的读数。'
    en = 'The meter {meter} has another reading at {at}.'


class ReadingBeyondRegister(DomainError):
    code = 'utilities.reading_beyond_register'
    status = 422
    zh = '表 {meter} 的读数超出表盘位数。'
    en = 'The reading of meter {meter} has more digits than its register.'


class NotHandedOver(DomainError):
    code = 'utilities.not_handed_over'
    status = 409
    zh = '交接不正确：{reason}'
    en = 'The hand-over is not possible: {reason}'


class TariffInvalid(DomainError):
    code = 'utilities.tariff_invalid'
    status = 422
    zh = '价格版本不正确：{reason}'
    en = 'The tariff is not valid: {reason}'
