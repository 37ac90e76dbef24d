"""What one may do with stock."""

from domain.shared.permission import Permission

VIEW = Permission('inventory.view', zh='查看库存', en='View stock')
EDIT_ITEMS = Permission('inventory.edit_items', zh='维护商品与库位', en='Maintain items and locations')
MOVE = Permission('inventory.move', zh='出入库与调拨', en='Receive, transfer and write off stock')
SELL = Permission('inventory.sell', zh='销售出库', en='Sell from stock')
COUNT = Permission('inventory.count', zh='盘点', en='Count stock')
VALIDATE_COUNTS = Permission('inventory.validate_counts', zh='确认盘点差异', en='Validate counts')
CLOSE_MONTH = Permission('inventory.close_month', zh='库存关账', en='Close a month of stock')
RECALL = Permission('inventory.recall', zh='批次召回', en='Recall lots')
FORECAST = Permission('inventory.forecast', zh='生成需求预测', en='Keep forecasts of demand')
