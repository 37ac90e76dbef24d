"""What one may do with tenants, units, leases and turnover."""

from domain.shared.permission import Permission

VIEW = Permission('leasing.view', zh='查看租约与商户', en='View leases and tenants')
EDIT_TENANTS = Permission('leasing.edit_tenants', zh='维护商户资料', en='Maintain tenants')
EDIT_UNITS = Permission('leasing.edit_units', zh='拆分与合并铺位', en='Split and merge units')
DRAFT = Permission('leasing.draft', zh='起草租约与补充协议', en='Draft leases and amendments')
SIGN = Permission('leasing.sign', zh='签署与终止租约', en='Sign and end leases')
REPORT_TURNOVER = Permission('leasing.report_turnover', zh='上报营业额', en='Report turnover')
REVIEW_TURNOVER = Permission('leasing.review_turnover', zh='审核营业额 Z 报表', en='Review turnover with Z reports')
CLOSE_TURNOVER = Permission('leasing.close_turnover', zh='审定营业额月份', en='Approve and close turnover months')
