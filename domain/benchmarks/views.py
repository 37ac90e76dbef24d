"""What benchmarks answer: frozen views."""

from dataclasses import dataclass
from datetime import date

from domain.shared.actor import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkView:
    """One metric of one shop and month. `peers` None: hidden, for the reason `hidden_because` (`too_few_peers`,
    `dominated`). `sales_per_m2` is in fen per square metre, `average_transaction` in fen.
    """

    tenant_id: TenantId
    month: date
    metric: str
    own: float | None
    peers: float | None
    hidden_because: str | None
