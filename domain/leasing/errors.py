"""What leasing refuses, and in which words."""

from domain.shared.errors import DomainError, PermissionDenied


class MallNeeded(DomainError):
    code = 'leasing.mall_needed'
    status = 422
    zh = '请先选择商场。'
    en = 'Leases belong to a mall; choose one.'


class TenantUnknown(DomainError):
    code = 'leasing.tenant_unknown'
    status = 404
    zh = '找不到商户 {tenant}。'
    en = 'There is no tenant {tenant}.'


class LeaseUnknown(DomainError):
    code = 'leasing.lease_unknown'
    status = 404
    zh = '找不到租约 {lease}。'
    en = 'There is no lease {lease}.'


class LeaseOutOfReach(PermissionDenied):
    """What a tenant hears of another tenant's lease: the same as of none; but it is a refusal, and so on record."""

    code = 'leasing.lease_unknown'
    status = 404
    zh = LeaseUnknown.zh
    en = LeaseUnknown.en


class LettableUnitUnknown(DomainError):
    code = 'leasing.unit_unknown'
    status = 404
    zh = '找不到可租铺位 {unit}。'
    en = 'There is no lettable unit {unit}.'


class CodeTaken(DomainError):
    code = 'leasing.code_taken'
    status = 409
    zh = '代码“{name}”已被使用。'
    en = 'The code "{name}" is taken.'


class CategoryUnknown(DomainError):
    code = 'leasing.category_unknown'
    status = 422
    zh = '该商场没有业态“{category}”。'
    en = 'This mall has no trade category "{category}".'


class UnitLet(DomainError):
    code = 'leasing.unit_let'
    status = 409
    zh = '铺位在该期间已被另一份租约占用。'
    en = 'Another lease holds a unit during these days.'


class UnitEnds(DomainError):
    code = 'leasing.unit_ends'
    status = 409
    zh = '铺位在租期内尚未启用或已拆分、合并。'
    en = 'A unit does not exist for all days of the lease.'


class UnitStillLet(DomainError):
    code = 'leasing.unit_still_let'
    status = 409
    zh = '铺位在该日之后仍有租约，不能拆分或合并。'
    en = 'A lease holds the unit beyond that day; it cannot be split or merged.'


class UnitCannotChange(DomainError):
    code = 'leasing.unit_cannot_change'
    status = 422
    zh = '不能拆分或合并：{reason}'
    en = 'It cannot be split or merged: {reason}'


class LeaseInvalid(DomainError):
    code = 'leasing.lease_invalid'
    status = 422
    zh = '租约条款有问题：{complaints}'
    en = 'The terms of the lease are not sound: {complaints}'


class LeaseNotOpen(DomainError):
    code = 'leasing.lease_not_open'
    status = 409
    zh = '租约状态为“{status}”，不能进行此操作。'
    en = 'The lease is {status}; this cannot be done with it.'


class AmendmentOutdated(DomainError):
    code = 'leasing.amendment_outdated'
    status = 409
    zh = '租约已变更为第 {version} 版，请重新起草。'
    en = 'The lease has moved on to version {version}; draft the amendment anew.'


class MonthClosed(DomainError):
    code = 'leasing.month_closed'
    status = 409
    zh = '{month} 已关账。'
    en = 'The month {month} is closed.'


class MonthIncomplete(DomainError):
    code = 'leasing.month_incomplete'
    status = 409
    zh = '{month} 还缺 {count} 天的营业额，首日为 {first}。'
    en = 'The month {month} lacks {count} days of turnover, the first on {first}.'


class DayOutsideLease(DomainError):
    code = 'leasing.day_outside_lease'
    status = 422
    zh = '{day} 不在租期内，或尚未到来。'
    en = '{day} is outside the lease, or has not come yet.'


class ProposalOpen(DomainError):
    code = 'leasing.proposal_open'
    status = 409
    zh = '该租约已有一份补充协议等待签署。'
    en = 'An amendment of this lease is waiting for a signature already.'


class ProposalUnknown(DomainError):
    code = 'leasing.proposal_unknown'
    status = 404
    zh = '租约 {lease} 没有等待签署的补充协议。'
    en = 'No amendment of lease {lease} is waiting for a signature.'


class ZReportNeeded(DomainError):
    code = 'leasing.z_report_needed'
    status = 422
    zh = '合同 {lease} 要求手工报送附 Z 报表照片。'
    en = 'Lease {lease} asks for a photograph of the Z report with a day that is typed in.'


class ReportUnknown(DomainError):
    code = 'leasing.report_unknown'
    status = 404
    zh = '找不到该营业额报送。'
    en = 'There is no such report of turnover.'


class ReportDecided(DomainError):
    """Somebody else was quicker, or the shop took it back."""

    code = 'leasing.report_decided'
    status = 409
    zh = '该报送已处理，或商户已撤回、重报。'
    en = 'The report was decided already, or the shop withdrew or replaced it.'


class ReasonNeeded(DomainError):
    code = 'leasing.reason_needed'
    status = 422
    zh = '退回须写明原因，商户会看到。'
    en = 'A rejection needs a reason, which the shop reads.'


class ReportsWaiting(DomainError):
    code = 'leasing.reports_waiting'
    status = 409
    zh = '{month} 还有 {count} 天的报送待审核。'
    en = '{count} days of {month} wait to be reviewed.'
