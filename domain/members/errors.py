"""What may go wrong with members and points, anticipated."""

from domain.shared.errors import DomainError


class MemberUnknown(DomainError):
    code = 'members.member_unknown'
    status = 404
    zh = '找不到该会员。'
    en = 'There is no such member.'


class MemberClosed(DomainError):
    code = 'members.member_closed'
    status = 409
    zh = '该会员已注销。'
    en = 'This member has closed their account.'


class PhoneInvalid(DomainError):
    code = 'members.phone_invalid'
    status = 422
    zh = '手机号格式不正确。'
    en = 'This is not a valid phone number.'


class IdentityTaken(DomainError):
    code = 'members.identity_taken'
    status = 409
    zh = '该身份已绑定其他会员，请先合并。'
    en = 'This identity belongs to another member. Merge the two first.'


class GuardianNeeded(DomainError):
    code = 'members.guardian_needed'
    status = 422
    zh = '未满 14 周岁，须由监护人同意。'
    en = 'A child under 14 needs the consent of a guardian.'


class MergeImpossible(DomainError):
    code = 'members.merge_impossible'
    status = 409
    zh = '无法合并或拆分：{reason}'
    en = 'These members cannot be merged or split: {reason}'


class CodeExpired(DomainError):
    code = 'members.code_expired'
    status = 410
    zh = '会员码已过期，请刷新后重试。'
    en = 'The member code has expired. Refresh it and try again.'


class ProgramMissing(DomainError):
    code = 'members.program_missing'
    status = 409
    zh = '该商场尚未启用会员规则。'
    en = 'This mall has no loyalty rules yet.'


class BenefitUnavailable(DomainError):
    code = 'members.benefit_unavailable'
    status = 409
    zh = '该权益当前不可用：{reason}'
    en = 'This benefit cannot be used: {reason}'


class TagUnknown(DomainError):
    code = 'members.tag_unknown'
    status = 404
    zh = '没有标签“{tag}”。'
    en = 'There is no tag "{tag}".'


class SegmentUnknown(DomainError):
    code = 'members.segment_unknown'
    status = 404
    zh = '没有人群“{segment}”。'
    en = 'There is no segment "{segment}".'


class NotEnoughPoints(DomainError):
    code = 'members.not_enough_points'
    status = 409
    zh = '可用积分不足。'
    en = 'There are not enough points available.'


class PointsInvalid(DomainError):
    code = 'members.points_invalid'
    status = 422
    zh = '积分数不正确：{reason}'
    en = 'The number of points is not valid: {reason}'


class ReceiptUnknown(DomainError):
    code = 'members.receipt_unknown'
    status = 404
    zh = '没有小票“{key}”的积分记录。'
    en = 'There is no receipt "{key}" among the points.'


class ReceiptDiffers(DomainError):
    code = 'members.receipt_differs'
    status = 409
    zh = '小票“{key}”已登记，但内容不同。'
    en = 'The receipt "{key}" is on record with other content.'


class RefundTooLarge(DomainError):
    code = 'members.refund_too_large'
    status = 422
    zh = '退款超过该行的剩余金额。'
    en = 'The refund is larger than what is left of the line.'


class RedemptionUnknown(DomainError):
    code = 'members.redemption_unknown'
    status = 404
    zh = '没有积分核销记录“{key}”。'
    en = 'There is no redemption "{key}".'


class RedemptionEnded(DomainError):
    code = 'members.redemption_ended'
    status = 409
    zh = '该积分冻结已是“{state}”状态。'
    en = 'These points are already {state}.'


class AdjustmentDecided(DomainError):
    code = 'members.adjustment_decided'
    status = 409
    zh = '该调整已有决定，或不存在。'
    en = 'This adjustment has been decided already, or does not exist.'


class SecondPersonNeeded(DomainError):
    code = 'members.second_person_needed'
    status = 403
    zh = '不能审批自己提交的调整。'
    en = 'Somebody else must decide this adjustment.'


class MessageUnknown(DomainError):
    code = 'members.message_unknown'
    status = 404
    zh = '没有这条消息。'
    en = 'There is no such message.'
