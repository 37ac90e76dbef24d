"""What one may do with the property."""

from domain.shared.permission import Permission

VIEW = Permission('mall.view', zh='查看商场与平面图', en='View malls and floor plans')
EDIT_HOURS = Permission('mall.edit_hours', zh='维护营业时间', en='Maintain opening hours')
EDIT_CALENDAR = Permission('mall.edit_calendar', zh='维护节假日日历', en='Maintain the holiday calendar')
EDIT_PLAN = Permission('mall.edit_plan', zh='维护楼层平面与铺位', en='Maintain floor plans and units')
FOUND = Permission('mall.found', zh='新建商场', en='Found a mall')
