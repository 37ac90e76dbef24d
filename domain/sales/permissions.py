"""What one may do at a till."""

from domain.shared.permission import Permission

VIEW = Permission('sales.view', zh='查看销售', en='View sales')
MANAGE_TILLS = Permission('sales.manage_tills', zh='管理收银台', en='Manage tills')
SELL = Permission('sales.sell', zh='收银', en='Sell at a till')
OVERRIDE = Permission('sales.override_price', zh='改价', en='Override prices')
RETURN = Permission('sales.take_returns', zh='办理退货', en='Take returns')
SYNC = Permission('sales.sync_offline', zh='接收离线订单', en='Take in what tills sold offline')
