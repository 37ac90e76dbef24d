"""How stays become visits, dwell and flows in the roll-ups of zones.

A new stay can change what was known of a person's whole day in a zone: it closes a break, makes a visit long enough, or
shows that somebody is staff. So what a person's day adds to the roll-ups is worked out anew, before and after, and the
difference is written: the same result in every order of arrival.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.footfall._places import ZoneVersionFact
from domain.footfall._rules.dwell import bin_of
from domain.footfall._rules.sessions import Stay, Visit, sessionise
from domain.footfall._rules.staff import mask_by_behaviour
from domain.footfall._rules.walking import is_one_person
from domain.footfall.commands import ZoneKind
from domain.shared.business_time import BusinessClock

ZONE_GRAINS = (15, 60, 1440)
DETAIL_GRAINS = (60, 1440)
FLOW_KINDS = frozenset({ZoneKind.SHOP, ZoneKind.SECTION, ZoneKind.WAY})

ZoneKey = tuple[int, int, datetime, date, str]  # grain, zone version, bucket, business day, which count
DwellKey = tuple[int, int, datetime, int]  # grain, zone version, bucket, bin
FlowKey = tuple[int, datetime, int, int]  # grain, bucket, from zone, to zone


@dataclass(frozen=True, slots=True)
class KnownStay:
    """One recorded stay, with what identifies it."""

    identity: tuple[int, int, datetime]  # device, seq, reported_at
    business_on: date
    track: int
    zone_version_id: int
    stay: Stay


class Contribution:
    """What people's days add to the roll-ups of zones."""

    def __init__(self, clock: BusinessClock, zones: Mapping[int, ZoneVersionFact]) -> None:
        self.counts: Counter[ZoneKey] = Counter()
        self.dwells: Counter[DwellKey] = Counter()
        self.flows: Counter[FlowKey] = Counter()
        self._clock = clock
        self._zones = zones
        self._starts: dict[date, datetime] = {}

    def add(self, stays: Iterable[KnownStay], sign: int) -> None:
        """Adds (+1) or takes away (−1) what these stays amount to. Each person's day must be there as a whole."""
        by_person: defaultdict[tuple[date, int], list[KnownStay]] = defaultdict(list)
        for known in stays:
            by_person[known.business_on, known.track].append(known)
        for (business_on, _), day in by_person.items():
            self._add_day(business_on, day, sign)

    def add_imported(
        self, business_on: date, zone_version_id: int, bucket_at: datetime, dwells: list[list[int]], observed_ms: int
    ) -> None:
        """Adds an hour of history; it has no finer roll-ups."""
        for grain in DETAIL_GRAINS:
            bucket = self._bucket(grain, business_on, bucket_at)
            self.counts[grain, zone_version_id, bucket, business_on, 'observed_ms'] += observed_ms
            for dwell_s, visits in dwells:
                self._add_visits(grain, zone_version_id, bucket, business_on, dwell_s, visits)

    def _add_visits(
        self, grain: int, zone_version_id: int, bucket: datetime, business_on: date, dwell_s: int, visits: int
    ) -> None:
        self.counts[grain, zone_version_id, bucket, business_on, 'visits'] += visits
        self.counts[grain, zone_version_id, bucket, business_on, 'dwell_s'] += visits * dwell_s
        if grain in DETAIL_GRAINS:
            self.dwells[grain, zone_version_id, bucket, bin_of(dwell_s)] += visits

    def _add_day(self, business_on: date, day: list[KnownStay], sign: int) -> None:
        by_zone: defaultdict[int, list[Stay]] = defaultdict(list)
        for known in day:
            by_zone[known.zone_version_id].append(known.stay)
        staff_zones = set()
        for zone_version_id, stays in by_zone.items():
            visits = sessionise(stays)
            mask = _staff_mask(visits)
            if mask:
                staff_zones.add(zone_version_id)
            for visit in visits:
                self._add_session(business_on, zone_version_id, visit, bool(mask), sign)
        shopping = sorted((k.stay, k.zone_version_id) for k in day if k.zone_version_id not in staff_zones)
        for entered_at, origin, target in self._moves(shopping):
            for grain in DETAIL_GRAINS:
                self.flows[grain, self._bucket(grain, business_on, entered_at), origin, target] += sign

    def _add_session(self, business_on: date, zone_version_id: int, visit: Visit, is_staff: bool, sign: int) -> None:
        is_visit = visit.dwell_s >= self._zones[zone_version_id].min_stay_s
        for grain in ZONE_GRAINS:
            bucket = self._bucket(grain, business_on, visit.entered_at)
            if is_staff:
                self.counts[grain, zone_version_id, bucket, business_on, 'staff_visits'] += sign
                self.counts[grain, zone_version_id, bucket, business_on, 'staff_dwell_s'] += sign * visit.dwell_s
            elif is_visit:
                self._add_visits(grain, zone_version_id, bucket, business_on, visit.dwell_s, sign)
            else:
                self.counts[grain, zone_version_id, bucket, business_on, 'short_stays'] += sign

    def _moves(self, stays: list[tuple[Stay, int]]) -> Iterator[tuple[datetime, int, int]]:
        """From one zone to the next, where one person can have walked it (FT-R11)."""
        last: tuple[Stay, ZoneVersionFact] | None = None
        for stay, zone_version_id in stays:
            zone = self._zones[zone_version_id]
            is_long_enough = (stay.left_at - stay.entered_at).total_seconds() >= zone.min_stay_s
            if zone.kind not in FLOW_KINDS or not is_long_enough:
                continue
            if last is not None and _is_move(last, (stay, zone)):
                yield stay.entered_at, last[1].zone_id, zone.zone_id
            last = stay, zone

    def _bucket(self, grain: int, business_on: date, moment: datetime) -> datetime:
        start = self._starts.get(business_on)
        if start is None:
            start = self._starts[business_on] = self._clock.bounds(business_on)[0]
        if grain == 1440:
            return start
        span = timedelta(minutes=grain)
        return start + (moment - start) // span * span


def _is_move(last: tuple[Stay, ZoneVersionFact], then: tuple[Stay, ZoneVersionFact]) -> bool:
    is_elsewhere = last[1].zone_id != then[1].zone_id
    return is_elsewhere and is_one_person(last[1].place, last[0].left_at, then[1].place, then[0].entered_at)


def _staff_mask(visits: list[Visit]) -> int:
    seen = 0
    for visit in visits:
        seen |= visit.staff_mask
    dwell = timedelta(seconds=sum(visit.dwell_s for visit in visits))
    return seen | mask_by_behaviour(dwell=dwell, entries=sum(visit.stays for visit in visits))
