"""What can be refused."""

from domain.shared.errors import DomainError, PermissionDenied


class MallNeeded(DomainError):
    code = 'permits.mall_needed'
    status = 422
    zh = '请先选择商场。'
    en = 'Permits belong to a mall; choose one.'


class PromotionUnknown(DomainError):
    code = 'permits.promotion_unknown'
    status = 404
    zh = '找不到活动申报 {promotion}。'
    en = 'There is no promotion {promotion}.'


class PromotionOutOfReach(PermissionDenied):
    """What a tenant hears of another's filing; a refusal, and so on record."""

    code = 'permits.promotion_unknown'
    status = 404
    zh = PromotionUnknown.zh
    en = PromotionUnknown.en


class FilingInvalid(DomainError):
    code = 'permits.filing_invalid'
    status = 422
    zh = '申报有问题：{reason}'
    en = 'The filing is not sound: {reason}'


class SpaceUnknown(DomainError):
    code = 'permits.space_unknown'
    status = 404
    zh = '找不到场地 {space}。'
    en = 'There is no space {space}.'


class SpaceTaken(DomainError):
    code = 'permits.space_taken'
    status = 409
    zh = '该场地在此期间（含布展时间）已被预订。'
    en = 'The space is taken during that time, set-up included.'


class CodeTaken(DomainError):
    code = 'permits.code_taken'
    status = 409
    zh = '代码“{name}”已被使用。'
    en = 'The code "{name}" is taken.'


class NotApproved(DomainError):
    code = 'permits.not_approved'
    status = 409
    zh = '活动尚未获批。'
    en = 'The promotion is not approved.'


class FilingClosed(DomainError):
    """What was decided or withdrawn is over."""

    code = 'permits.filing_closed'
    status = 409
    zh = '该申请已结束，不能再修改或撤回；如仍需要，请重新提交。'
    en = 'It is over and can neither be changed nor withdrawn; file anew if it is still needed.'


class NothingChanged(DomainError):
    code = 'permits.nothing_changed'
    status = 409
    zh = '内容与退回时相同，请按退回意见修改后再提交。'
    en = 'It reads as when it was sent back; change what was asked for and send it again.'


class PermitMissing(DomainError):
    code = 'permits.permit_missing'
    status = 404
    zh = '找不到该许可申请。'
    en = 'There is no such permit.'


class AlreadySettled(DomainError):
    code = 'permits.already_settled'
    status = 409
    zh = '该活动的费用已结算。'
    en = 'The costs of this promotion are settled.'


class NothingProposed(DomainError):
    code = 'permits.nothing_proposed'
    status = 409
    zh = '还没有人提交结算。'
    en = 'Nobody has proposed a settlement.'
