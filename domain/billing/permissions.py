"""What one may do with bills and payments."""

from domain.shared.permission import Permission

VIEW = Permission('billing.view', zh='查看账单', en='View bills')
PREPARE = Permission('billing.prepare', zh='预览出账与登记费用', en='Prepare bill runs and fees')
APPROVE = Permission('billing.approve', zh='审核出账', en='Approve bill runs')
POST = Permission('billing.post', zh='过账', en='Post bill runs')
RECEIVE = Permission('billing.receive', zh='登记收款', en='Record payments')
PAY = Permission('billing.pay', zh='在线缴费', en='Pay bills online')
CERTIFY = Permission('billing.certify', zh='提交审计营业额证明', en='Hand in auditors’ certificates')
DUN = Permission('billing.dun', zh='催缴与滞纳金', en='Send reminders and charge late fees')
