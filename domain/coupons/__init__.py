"""Coupons (优惠券): kinds and terms, stock, grant, lock, commit, release, roll back; the best legal combination.

满减 full reduction, 折扣 discount, 兑换 exchange, 停车 parking, 随机立减 random; 券模板 template: the terms of a
coupon; 库存 stock, in slots (分片) so that a rush does not queue at one row; 领取 grant; 锁定 lock for a checkout;
核销 commit; 释放 release; 回退 roll back; 叠加规则 stacking rules: data, with an explanation of what was chosen.

Invariants
- stock = left + issued, and issued = unused + locked + used + expired + void, after every step (law X-R9).
- Stock, caps and budgets are enforced in the write (X-R6): two hundred people get fifty coupons of fifty.
- A coupon is used at most once at a time; what a refund rolls back comes back once (CP-R6).
- The discount of a basket is spread over its lines to the fen (CP-R5), and no line falls below zero.
"""
