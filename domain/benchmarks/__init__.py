"""Tenant analytics (商户分析): how a shop does beside its peers, who stay anonymous.

Vocabulary: peer set 同业对标组, anonymity threshold k 匿名阈值, dominance rule 主导规则, sales per square metre 坪效,
average transaction value 客单价 (ATV), capture rate 进店率, conversion 转化率.

A tenant's people cannot see other tenants' rows, so peers' figures are worked out by the mall's own process and only
what may be told is stored, one row for each tenant.

Trees (经营树): four whole weeks of sales taken apart into footfall, capture, conversion and average transaction,
like for like beside the weeks before or those a year ago. The effect of a promotion (促销效果) is what peers did not
have as well.

Invariants
- A peer figure stands for at least five peers, the shop itself not among them, and none of them makes more than 60 %
  of it (TA-R1); otherwise there is no figure, and the reason is said.
- A ratio of peers is the sum of numerators over the sum of denominators (X-R7).
- A tenant asking for another's figures hears that there are none, and the attempt is on record (TA-R2).
"""
