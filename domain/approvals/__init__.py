"""Approvals (审批): who must agree to what, in which order, and what exactly they agreed to.

Vocabulary: approval 审批单, step 审批节点, round 轮次, trail 审批轨迹, content hash 内容指纹.

An approval belongs to a subject of another slice, named by a text. Its content is kept whole, with its hash, for every
round. Content that changes opens another round from the first step; content that is the same changes nothing (PF-R2).

Invariants
- A decision names the hash of what was looked at; a decision about other content is refused.
- Nobody decides on what he submitted himself, and nobody decides twice in a round.
- Rounds and decisions are never edited.
"""
