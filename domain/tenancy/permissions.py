"""What one may do with notices, work orders and the staff of shops."""

from domain.shared.permission import Permission

VIEW = Permission('tenancy.view', zh='查看通知、工单与商户员工', en='View notices, work orders and shop staff')
PUBLISH = Permission('tenancy.publish', zh='发布商户通知', en='Publish notices to tenants')
ASK = Permission('tenancy.ask', zh='报修与确认工单', en='Ask for and confirm work orders')
HANDLE = Permission('tenancy.handle', zh='处理工单', en='Handle work orders')
MANAGE_STAFF = Permission('tenancy.manage_staff', zh='维护商户员工', en='Maintain shop staff')
CHECK_BADGE = Permission('tenancy.check_badge', zh='核验工牌', en='Check badges')
RUN = Permission('tenancy.run', zh='运行工单时限检查', en='Run the schedules of work orders')
