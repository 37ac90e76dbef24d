"""What one may do with payments."""

from domain.shared.permission import Permission

VIEW = Permission('payments.view', zh='查看支付', en='View payments')
TAKE = Permission('payments.take', zh='收款', en='Take payments')
REFUND = Permission('payments.refund', zh='退款', en='Refund payments')
RECEIVE_NOTICES = Permission('payments.receive_notices', zh='接收支付通知', en='Receive notices of payment channels')
RECONCILE = Permission('payments.reconcile', zh='对账与处理差异', en='Reconcile and settle exceptions')
MANAGE_CARDS = Permission('payments.manage_cards', zh='管理预付卡', en='Manage prepaid cards')
