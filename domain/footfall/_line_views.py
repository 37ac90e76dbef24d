"""Lines and zones as views."""

from domain.footfall.commands import (
    EntranceKind,
    LineId,
    LineRole,
    LineVersionId,
    Point,
    ZoneId,
    ZoneKind,
    ZoneVersionId,
)
from domain.footfall.models import Audit, Line, LineVersion, Zone, ZoneVersion
from domain.footfall.views import LineView, Verification, VersionView, ZoneView


def line_view(line: Line, version: LineVersion, audit: Audit | None) -> LineView:
    """A line in one version, with the badge of that version's last audit."""
    return LineView(
        id=LineId(line.id),
        version_id=LineVersionId(version.id),
        version=version.version,
        code=line.code,
        name_zh=line.name_zh,
        name_en=line.name_en,
        role=LineRole(line.role),
        entrance_kind=EntranceKind(line.entrance_kind) if line.entrance_kind else None,
        floor_id=line.floor_id,
        outer_floor_id=line.outer_floor_id,
        door_id=line.door_id,
        unit_id=line.unit_id,
        device_id=version.device_id,
        start=(version.start_x, version.start_y),
        end=(version.end_x, version.end_y),
        valid_from=version.valid_from,
        retired_at=line.retired_at,
        verification=verification(audit.has_passed if audit else None),
        precision=audit.precision if audit else None,
        recall=audit.recall if audit else None,
    )


def zone_view(zone: Zone, version: ZoneVersion) -> ZoneView:
    """A zone in one version."""
    return ZoneView(
        id=ZoneId(zone.id),
        version_id=ZoneVersionId(version.id),
        version=version.version,
        code=zone.code,
        name_zh=zone.name_zh,
        name_en=zone.name_en,
        kind=ZoneKind(zone.kind),
        floor_id=zone.floor_id,
        unit_id=zone.unit_id,
        device_id=version.device_id,
        polygon=tuple((x, y) for x, y in version.polygon),
        min_stay_s=zone.min_stay_s,
        valid_from=version.valid_from,
        retired_at=zone.retired_at,
    )


def version_view(version: LineVersion | ZoneVersion) -> VersionView:
    """One version of either."""
    points: tuple[Point, ...]
    if isinstance(version, LineVersion):
        points = ((version.start_x, version.start_y), (version.end_x, version.end_y))
    else:
        points = tuple((x, y) for x, y in version.polygon)
    return VersionView(
        version_id=version.id,
        version=version.version,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        device_id=version.device_id,
        points=points,
        reason=version.reason,
    )


def verification(has_passed: bool | None) -> Verification:
    """The badge of the last audit; None where there was none."""
    if has_passed is None:
        return Verification.UNAUDITED
    return Verification.VERIFIED if has_passed else Verification.UNVERIFIED
