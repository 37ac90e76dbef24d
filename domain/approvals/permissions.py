"""What one may do with approvals. Each step names a permission of its own besides."""

from domain.shared.permission import Permission

VIEW = Permission('approvals.view', zh='查看审批', en='View approvals')
DECIDE = Permission('approvals.decide', zh='处理审批', en='Decide on approvals')
SUBMIT = Permission('approvals.submit', zh='提交审批', en='Submit for approval')
