"""What one may do with coupons."""

from domain.shared.permission import Permission

VIEW = Permission('coupons.view', zh='查看优惠券', en='View coupons')
MANAGE = Permission('coupons.manage', zh='维护券模板与叠加规则', en='Maintain coupon templates and stacking rules')
GRANT = Permission('coupons.grant', zh='发放优惠券', en='Grant coupons')
REDEEM = Permission('coupons.redeem', zh='核销优惠券', en='Redeem coupons')
RUN = Permission('coupons.run', zh='运行优惠券批处理', en="Run the coupons' schedules")
