"""What one may do with webhooks."""

from domain.shared.permission import Permission

MANAGE = Permission('webhooks.manage', zh='维护事件回调', en='Maintain webhooks')
RUN = Permission('webhooks.run', zh='投递事件回调', en='Deliver webhooks')
