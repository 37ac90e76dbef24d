"""Sales (销售): tills, shifts, baskets, receipts, returns, and what the drawer should hold.

收银台 till: stands in one shop; 班次 shift: a cashier's time at a till, from a float (备用金) to a blind count (盲点);
销售 sale: a basket from ringing up to the receipt (小票); 改价 price override: with a role and a reason; 培训模式
training: looks the same and can never post; 退货 return: against the receipt, at any till; X 报表: a look; Z 报表: the
end of a shift; 长短款 variance: what was counted less what should be there.

A sale is open → confirmed → paid, or abandoned. Confirming uses the coupons and spends the points *before* anything is
charged (CP-R2); abandoning gives both back.

Invariants
- A sale has the key that its till made: rung up twice, it is one (PO-R10).
- Lines: price = discount + points + money, to the fen; what returns is what was paid, never the shelf price (PO-R11).
- The parts of all returns add up to what was paid, in money and in points (PO-R8).
- A difference in the drawer is recorded, not absorbed (PO-R14).
"""
