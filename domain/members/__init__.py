"""Members (会员): who they are, what they agreed to, their tier, benefits and tags, and their points.

会员 member: one person in one mall, whichever way they come: mini-program, till, front desk, partner. 身份 identity: an
outside name of a member (an openid, a partner's card), kept as a blind index. 授权 consent: one purpose at a time.
监护人 guardian: needed below 14. 合并 merge and 拆分 split: two records of one person, with history, undoable.
注销 closing: a warning, a cooling period (冷静期), then erasure. 等级 tier: earned by qualifying spend in a rolling
window; 保级 requalification, 宽限期 grace, 软着陆 soft landing. 权益 benefit: with a quota and a log of uses.
标签 tag: declared, behavioural or computed, with owner, source, refresh and expiry. 行为 act: something a member did,
as an event told it; acts make behavioural tags. 人群 segment: conditions as data.
消息 message: a receipt or a return, told once, in words that read in either language.
积分 points: 批次 lots with an expiry each, in the double-entry journal; 待生效 pending until the return window is over;
冻结 hold → 核销 commit or 释放 release; 退回 restore to the original lots; 扣回 clawback; 过期 expiry; 欠分 debt.

Invariants (law X-R9, checked after every step of the random tests)
- Σ remaining of a member's available lots = their points account; pending lots = the pending account; open holds = the
  held account. Σ of all of them = what the mall owes (rule PT-R15).
- The remaining of a lot is the sum of its movements, which are never edited.
- Points are spent by nearest expiry (PT-R2) and return to the lots they came from (PT-R3).
- A quota or a cap is enforced in the write (X-R6). The second arrival of a receipt or a refund changes nothing (X-R4).
- A phone number is readable with the key only; it is found by a blind index under another key.
"""
