"""Billing (账务): what tenants owe, what they paid, and what is still open.

Vocabulary: bill run 出账批次, charge 应收, adjustment 调整, key table 分摊系数表, CAM 公共区域费用, one-off fee
一次性费用 (fine 罚款), payment 收款, allocation 核销, unapplied credit 预收款, ageing 账龄, dunning 催缴, late fee
滞纳金, dispute 争议, certificate 审计营业额证明, reconciliation 年度清算.

A run is previewed, approved by somebody else, and posted. It bills differences alone: what leases, meters and shared
costs make due, less what was billed for the same interval before.

Invariants
- A charge is never edited; a correction is another charge of the same source and anchor (X-R5).
- Of one source and anchor, charges are numbered; the number is unique, so two runs never bill the same twice.
- Allocations of a charge never exceed it, those of a payment never exceed it: the database counts.
- A key table whose promille are not 1,000.000 is refused; shares sum to the cost; what is vacant is the landlord's.
"""
