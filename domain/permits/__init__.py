"""Permits (申报与许可): promotions that shops file, spaces they book, and leave to work, stay late or carry goods out.

Vocabulary: promotion filing 促销活动申报, mechanics 活动规则, price proof 价格证明, bookable space 可预订场地
(atrium 中庭, advertising spot 广告位), set-up buffer 布展缓冲, works permit 施工许可, after-hours permit 加班许可,
goods-out permit 出门单, insurance certificate 保险凭证, shared cost 共担费用.

Invariants
- Two bookings of a space never overlap, set-up included: an exclusion constraint of the database says so (PF-R1).
- What was approved is frozen; a later edit opens the approval again (PF-R2).
- The parts of a shared cost sum to it.
"""
