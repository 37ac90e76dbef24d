"""Builds the district from the settings."""

from integrations.district.client import District
from integrations.payments.settings import PaymentSettings


def district_of(settings: PaymentSettings) -> District | None:
    """The line of the district merchant; None where the installation has none."""
    return District(settings.district) if settings.district.mchid else None
