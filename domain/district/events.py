"""What happened in the district."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class DistrictPaymentReceived(Event):
    """The notice is answered; points and the word to WeChat follow."""

    name: ClassVar[str] = 'district.payment_received'

    transaction_no: str


@dataclass(frozen=True, kw_only=True)
class ParkingReported(Event):
    name: ClassVar[str] = 'district.parking_reported'

    key: str
