"""After-sales (售后): photographed receipts, requests bound to a receipt line, their SLA clock, what a return brings.

拍照积分 claim: a photographed receipt that asks for points; 重复 duplicate; 售后申请 request: about one line of a
receipt, routed to the shop, escalated (升级) to the mall when its time is over; 时限 SLA: minutes on a clock that may
stop while the shop is closed; 按比例 pro rata and 重新达标 requalify: two ways to reckon what a partial return brings.

Invariants
- A receipt earns once, however often and by whichever channel it comes (AF-R1, AF-R2).
- A refund is what was paid, reckoned by the declared policy, never the list price (AF-R5, AF-R6).
- A request that nobody answered in time goes to the mall, once.
"""
