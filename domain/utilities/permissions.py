"""What one may do with meters."""

from domain.shared.permission import Permission

VIEW = Permission('utilities.view', zh='查看能耗', en='View utilities')
BILL = Permission('utilities.bill', zh='核算全场能耗账单', en='Reckon utility bills of all holders')
READ_METERS = Permission('utilities.read_meters', zh='抄表', en='Record meter readings')
MANAGE = Permission('utilities.manage', zh='维护计量表与价格', en='Maintain meters and tariffs')
DECIDE = Permission('utilities.decide', zh='处理异常读数', en='Decide on held readings')
