"""Settings of the REST API."""

from pydantic import BaseModel, Field


class ApiSettings(BaseModel):
    requests_per_second: int = Field(default=20, gt=0, description='Requests a second and API key (or address).')
    max_body_bytes: int = Field(default=1_000_000, gt=0, description='Largest request body.')
    metrics_from: tuple[str, ...] = Field(
        default=('127.0.0.1', '::1'), description='Addresses that may read /metrics; "*" for all.'
    )
    webhooks_to_private: bool = Field(
        default=False,
        description='Whether webhooks may lead to plain http and to addresses inside, for receivers on site.',
    )
