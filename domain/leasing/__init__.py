"""Leasing (招商与租赁): who holds which unit, for how long, on what terms, and what that makes the rent.

Vocabulary: tenant 商户, lettable unit 可租铺位, split 拆分, merge 合并, lease 租约, demised unit 承租铺位,
lease item 租约条款, amendment 补充协议, rent step 租金递增, rent-free 免租期, fit-out 装修期, deposit 押金,
break option 解约权, base (MGR) 保底, turnover rent 抽成, bands 阶梯扣点, breakpoint 抽成起点, GTO 营业额,
proration 按日折算, rent roll 租金表, WALT 加权平均剩余租期, vacancy 空置率, occupancy cost ratio 租售比,
comparable 可比.

Rent modes: fixed 固定, percentage 纯扣点, greater 保底与抽成取高, base plus overage 保底+超额抽成; each
with bands by category.

Invariants
- No two leases hold one unit at one time: an exclusion constraint of the database says so, whatever the code does.
- A unit that is split or merged ends on that day and its successors begin; no lease reaches past its unit's end.
- Items are versioned: an amendment closes items and adds others; nothing signed is rewritten.
- Amounts are integer fen, rates are basis points (1 % = 100); an amount is rounded half up once, at its end.
- A closed month of turnover stays closed; corrections go forward into the open month.
"""
