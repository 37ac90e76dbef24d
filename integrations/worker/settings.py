"""What a worker needs to know."""

from pathlib import Path

from pydantic import BaseModel, Field


class WorkerSettings(BaseModel):
    """One worker process."""

    concurrency: int = Field(default=4, ge=1, description='Jobs done at once.')
    anchor_file: Path = Field(
        default=Path('.state/audit-anchors.jsonl'),
        description='Where the heads of the audit chains are kept; put it on a disk the database cannot write to.',
    )
    metrics_port: int = Field(default=0, ge=0, description='Port for Prometheus metrics; 0 serves none.')
    idempotency_days: int = Field(default=8, ge=2, description='How long an idempotency key is remembered.')
