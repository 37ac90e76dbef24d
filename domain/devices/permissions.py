"""What one may do with devices."""

from domain.shared.permission import Permission

VIEW = Permission('devices.view', zh='查看设备与告警', en='View devices and alarms')
MANAGE = Permission('devices.manage', zh='登记与维护设备', en='Register and maintain devices')
ACKNOWLEDGE = Permission('devices.acknowledge', zh='确认设备告警', en='Acknowledge device alarms')
RELEASE = Permission('devices.release', zh='处理隔离消息', en='Retry or purge quarantined messages')
STRAYS = Permission('devices.strays', zh='查看不属于任何商场的消息', en='View messages of no known mall')

PERMISSIONS = (VIEW, MANAGE, ACKNOWLEDGE, RELEASE, STRAYS)
