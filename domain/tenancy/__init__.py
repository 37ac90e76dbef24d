"""Life with the tenants (商户服务): notices with read receipts, work orders with an SLA clock, the staff of each shop.

通知 notice: published to all tenants, to trades or to chosen ones; 已读回执 read receipt: who read it, when, of which
shop; 报修工单 work order: asked by a shop, accepted, done, confirmed with a mark or asked again; 时限 SLA: by urgency;
商户员工 shop staff: who works in a shop, with a badge (工牌) that is worth nothing from the day they leave.

Invariants
- A notice reaches the tenants it was published to, and those alone; its words never change (a correction is a new one).
- Every step of a work order stays on record; one that nobody accepted in time is escalated once.
- A badge opens doors from the first day of work until the last, and no other badge bears its number.
"""
