"""Payments (支付): one checkout for every channel, refunds, the prepaid card, and reconciliation.

订单 order: what is to be paid, named by a key that the till made; 支付 attempt: one try over one channel, several of
them where a bill is split; 通知 notice: the channel says that an attempt was paid; 退款 refund; 预付卡 prepaid card;
对账 reconciliation: our books, the channel's bill (账单), the bank's settlement (结算); 差异 exception: what a person
must look at; 手续费 fee.

An order goes created → pending → paid → fulfilled, or closed; an attempt pending → paid, closed or *unknown* (状态未知:
the money may have moved; hand nothing over and charge nothing again until it is resolved).

Invariants
- States never go back (PO-R3). Money that comes in twice, or after an order was closed, is refunded by itself and shown
  as an exception (PO-R3, PO-R4).
- Σ refunds ≤ paid, of every attempt and of every order, enforced in the write (X-R6).
- The same notice, order or refund arriving again changes nothing (X-R4); a notice for other money changes nothing.
- Every fen that moved is in the journal once; a channel's clearing account is what the channel owes us.
"""
