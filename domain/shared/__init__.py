"""The shared kernel (公共内核): the laws of every module, written once.

| module | law | what it holds |
|---|---|---|
| `money` | X-R1 | integer 分 and largest-remainder splits |
| `business_time` | X-R2 | event time, received time, 营业日 with a cut-off |
| `measure` | X-R3, X-R7 | a value with coverage and status; ratios of sums |
| `idempotency` | X-R4 | the second arrival returns the first result |
| `sealing` | | sealed personal data, blind indexes, rotating codes |
| `journal` | X-R5, X-R6, X-R9 | double-entry ledger whose postings are never edited |
| `database` | X-R8 | sessions scoped to one mall by row-level security |
| `operations` | | the one way to run an operation or a query |
| `audit` | BK-R7 | hash-chained log of who did what |
| `events`, `live` | | facts leave with the commit: jobs for the world, notices for screens |
"""
