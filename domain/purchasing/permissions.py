"""What one may do with purchasing."""

from domain.shared.permission import Permission

VIEW = Permission('purchasing.view', zh='查看采购', en='View purchasing')
ORDER = Permission('purchasing.order', zh='下采购单与维护供应商', en='Place orders and maintain suppliers')
RECEIVE = Permission('purchasing.receive', zh='按单收货', en='Receive against orders')
PLAN = Permission('purchasing.plan', zh='补货计划', en='Plan replenishment')
APPROVE = Permission('purchasing.approve', zh='审批超额采购单', en='Approve orders above the limit')
SET_LIMIT = Permission('purchasing.set_limit', zh='设定采购审批限额', en='Set the limit of orders without approval')
