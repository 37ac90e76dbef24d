"""What the district needs of the outside: somebody who tells WeChat."""

from typing import Protocol

from domain.district.views import ParkingSync, PointsSync


class DistrictPort(Protocol):
    """An adapter in `integrations/district`."""

    def sync_points(self, sync: PointsSync) -> bool:
        """Says what a transaction earned; True when WeChat took it, False when it must be said again."""

    def sync_parking(self, sync: ParkingSync) -> bool:
        """Says that a car came or left; True when WeChat took it, False when it must be said again."""
