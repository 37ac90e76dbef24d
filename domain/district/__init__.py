"""District (智慧商圈): payments in the mall's shops, of which WeChat tells the mall so that they earn points.

支付即积分: a member pays a shop over WeChat Pay at the shop's own till; WeChat notifies the mall, the mall posts points
and tells WeChat how many (积分同步). 停车状态同步: the mall tells WeChat that a member's car came or left. 账单 bill: a
shop's own trade bill, the only source of refunds that WeChat no longer notifies.

Invariants
- A transaction earns once, however often it is notified; a refund is taken back once, whoever brings it (X-R4).
- Every settled payment is synchronised, with no points and a reason too: WeChat notifies refunds of synchronised
  transactions only, and for thirty days (rule PO-R12). Later refunds come by the shop's bill.
- A payment that another channel has brought waits for a person (rule PO-R13), and is synchronised again when decided.
- Σ refunds ≤ paid. The openid is sealed; a plate is forgotten as soon as WeChat has heard of it.
"""
