"""Identity: who a person or a machine is, and what it may do where.

账号 account: one person, device or partner of the whole group, signing in by name and password.
会话 session: one signed-in browser. The cookie holds a random token, the database its hash; a session ends by
logout, by idleness, by age, by revocation or by a change of the account's rights.
任职 membership: an account's role in one mall, for a tenant (商户) where the role is a tenant's, and for a time.
角色 role: a named set of permissions, kept as data so that a group may shape its own.
接口密钥 API key: what a machine presents instead of a password: a public prefix and a secret kept as a hash.
锁定 lock-out: sign-ins of one account (5 a minute) and from one address (20 a minute) are limited in the write, so
that the limit holds over all processes.
动态口令 one-time password: RFC 6238, optional, each code accepted once.

Invariants
- An account that does not exist answers as slowly and with the same words as a wrong password.
- Ending a session, changing a password, a role or a membership takes effect at the next event of an open page.
- A secret (password, token, key, one-time secret) never leaves this slice and is never written in the clear
  (a one-time secret must be readable to be checked; it is shown once, at enrolment).
- Every sign-in, sign-out and failed attempt leaves an audit entry.
"""
