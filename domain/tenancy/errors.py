"""What can be refused."""

from domain.shared.errors import DomainError


class MallNeeded(DomainError):
    code = 'tenancy.mall_needed'
    status = 422
    zh = '请先选择商场。'
    en = 'This belongs to a mall; choose one.'


class NobodyAddressed(DomainError):
    code = 'tenancy.nobody_addressed'
    status = 422
    zh = '所选范围内没有商户，通知未发布。'
    en = 'No tenant is among those chosen; nothing was published.'


class NoticeUnknown(DomainError):
    code = 'tenancy.notice_unknown'
    status = 404
    zh = '找不到该通知。'
    en = 'There is no such notice.'


class TenantUnknown(DomainError):
    code = 'tenancy.tenant_unknown'
    status = 404
    zh = '找不到该商户。'
    en = 'There is no such tenant.'


class WorkOrderUnknown(DomainError):
    code = 'tenancy.work_order_unknown'
    status = 404
    zh = '找不到该工单。'
    en = 'There is no such work order.'


class StepOutOfOrder(DomainError):
    """The work order stands elsewhere: somebody else was quicker, or the page is old."""

    code = 'tenancy.step_out_of_order'
    status = 409
    zh = '工单当前为“{state}”，不能进行此操作。'
    en = 'The work order is {state}; this step does not fit.'


class StaffUnknown(DomainError):
    code = 'tenancy.staff_unknown'
    status = 404
    zh = '找不到该员工。'
    en = 'There is no such member of staff.'


class BadgeTaken(DomainError):
    code = 'tenancy.badge_taken'
    status = 409
    zh = '工牌号 {badge} 正在使用。'
    en = 'The badge {badge} is in use.'


class LeavesBeforeStart(DomainError):
    code = 'tenancy.leaves_before_start'
    status = 422
    zh = '离职日期不能早于入职日期 {starts_on}。'
    en = 'The last day cannot lie before the first, {starts_on}.'
