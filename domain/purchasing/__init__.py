"""Purchasing (采购与补货): suppliers, orders, what came of them, and what should be ordered next.

Vocabulary: supplier 供应商, purchase order 采购单, tolerance 超收容差, quality hold 待检, reorder rule 补货规则,
reorder point 补货点 (ROP), order up to 补货上限, lead time 交货期, safety stock 安全库存, projected 预计可用,
replenishment request 补货申请, closure 供应商停工期 (Spring Festival 春节).

Invariants
- What is received against an order never exceeds it by more than its tolerance; the limit stands in the write.
- An item has at most one open request; projected stock counts everything that is ordered, whenever it comes (IN-R3).
"""
