"""What billing refuses, and in which words."""

from domain.shared.errors import DomainError


class MallNeeded(DomainError):
    code = 'billing.mall_needed'
    status = 422
    zh = '请先选择商场。'
    en = 'Bills belong to a mall; choose one.'


class WindowInvalid(DomainError):
    code = 'billing.window_invalid'
    status = 422
    zh = '出账期间应从某月一日到另一月一日，最长一年。'
    en = 'A run goes from the first of a month to the first of another, at most a year on.'


class RunUnknown(DomainError):
    code = 'billing.run_unknown'
    status = 404
    zh = '找不到出账批次 {run}。'
    en = 'There is no bill run {run}.'


class RunChanged(DomainError):
    code = 'billing.run_changed'
    status = 409
    zh = '批次内容与您审核的不一致，请重新查看。'
    en = 'The run is not what you looked at; look at it again.'


class RunNotReady(DomainError):
    code = 'billing.run_not_ready'
    status = 409
    zh = '批次状态为“{status}”，不能进行此操作。'
    en = 'The run is {status}; this cannot be done with it.'


class FourEyes(DomainError):
    code = 'billing.four_eyes'
    status = 403
    zh = '审核人不能是编制人。'
    en = 'Who prepared a run cannot approve it.'


class RunOutdated(DomainError):
    code = 'billing.run_outdated'
    status = 409
    zh = '预览之后已有其他批次过账，请重新预览。'
    en = 'Another run was posted since the preview; preview it again.'


class KeysNotWhole(DomainError):
    code = 'billing.keys_not_whole'
    status = 422
    zh = '分摊系数之和为 {promille}‰，应为 1000.000‰。'
    en = 'The keys sum to {promille} promille instead of 1,000.000.'


class KeyTableUnknown(DomainError):
    code = 'billing.key_table_unknown'
    status = 404
    zh = '找不到分摊系数表 {table}。'
    en = 'There is no key table {table}.'


class ChargeUnknown(DomainError):
    code = 'billing.charge_unknown'
    status = 404
    zh = '找不到应收 {charge}。'
    en = 'There is no charge {charge}.'


class PaymentConflict(DomainError):
    code = 'billing.payment_conflict'
    status = 409
    zh = '流水号“{key}”已用于另一笔收款。'
    en = 'The key "{key}" was used for another payment.'


class DisputeInvalid(DomainError):
    code = 'billing.dispute_invalid'
    status = 409
    zh = '争议无法登记：{reason}'
    en = 'The dispute cannot be recorded: {reason}'


class YearOpen(DomainError):
    code = 'billing.year_open'
    status = 409
    zh = '{year} 年还有未关账的营业额月份。'
    en = 'A month of turnover of {year} is still open.'


class AlreadyReconciled(DomainError):
    code = 'billing.already_reconciled'
    status = 409
    zh = '{year} 年已清算。'
    en = 'The year {year} was reconciled already.'


class NothingToPay(DomainError):
    code = 'billing.nothing_to_pay'
    status = 422
    zh = '金额须在 0.01 元与未付金额之间。'
    en = 'The amount must lie between one fen and what is open.'


class CheckoutUnknown(DomainError):
    code = 'billing.checkout_unknown'
    status = 404
    zh = '找不到该笔缴费。'
    en = 'There is no such payment.'


class NothingToInvoice(DomainError):
    code = 'billing.nothing_to_invoice'
    status = 422
    zh = '所选账单合计没有可开票金额。'
    en = 'The chosen charges come to nothing that can be invoiced.'


class ChargeInvoiced(DomainError):
    code = 'billing.charge_invoiced'
    status = 409
    zh = '账单 {charge} 已开票或正在开票。'
    en = 'Charge {charge} stands on an invoice already.'


class InvoiceUnknown(DomainError):
    code = 'billing.invoice_unknown'
    status = 404
    zh = '找不到发票申请 {invoice}。'
    en = 'There is no invoice request {invoice}.'


class InvoiceNotReady(DomainError):
    code = 'billing.invoice_not_ready'
    status = 409
    zh = '发票状态为“{status}”，或号码不是 20 位数字，不能进行此操作。'
    en = 'The invoice is {status}, or its number is not one of 20 digits; this cannot be done.'


class CertificateNeeded(DomainError):
    code = 'billing.certificate_needed'
    status = 422
    zh = '清算须先上传审计证明（PDF 或图片）。'
    en = 'A year is reconciled with the auditor’s certificate; upload it first (a PDF or a picture).'


class CertificateUnknown(DomainError):
    code = 'billing.certificate_unknown'
    status = 404
    zh = '找不到该年度的审计证明文件。'
    en = 'There is no certificate of this year.'


class CertificateYearInvalid(DomainError):
    code = 'billing.certificate_year_invalid'
    status = 422
    zh = '{year} 年尚未结束，或不在租期内。'
    en = 'The year {year} is not over, or none of the lease.'


class NoLease(DomainError):
    code = 'billing.no_lease'
    status = 409
    zh = '该商户没有已签租约，无法出账。'
    en = 'The tenant has no signed lease to bill.'
