"""The REST API (`/api/v1`), the health checks and the metrics: an application of its own, beside the browser's.

Callers are machines with an API key (`Authorization: Bearer atr_…`), never browsers with a cookie. A key acts in its
mall with its scopes, which are permissions. Routers are thin: each route is one operation or one query, names the
permission it needs, and answers with the domain's own views.

- errors: `application/problem+json` (RFC 9457) with the domain's code and a sentence in the caller's language
- writes: `Idempotency-Key`; the second arrival gets the first answer, another request under the same key a 409
- lists: `limit` and an opaque `cursor`; `next_cursor` is null on the last page
- limits: 20 requests a second and key, 20 a second and address without one
- every answer carries `X-Request-Id`, which log lines and audit entries quote
"""
