"""The statements that keep the roll-ups of zones, floors' heat and flows; see `_line_rollups` for those of lines."""

from domain.footfall._line_rollups import BUCKET, DAY_START, FRESH_HEALTH, HEALTH_TAIL, KEPT_HEALTH
from domain.footfall._tables import ZONE_COUNTS

INCOMING_STAY = (
    'device_id, seq, reported_at, received_at, business_on, zone_version_id, track, entered_at, left_at, staff_mask'
)
_STAY = 'device_id, seq, reported_at, business_on, track, zone_version_id, entered_at, left_at, staff_mask'
RECORD_STAYS = f"""
    INSERT INTO footfall_stay (mall_id, {INCOMING_STAY})
    SELECT :mall, {INCOMING_STAY} FROM incoming_stay ORDER BY device_id, seq
    ON CONFLICT DO NOTHING
    RETURNING {_STAY}
"""  # noqa: S608
STAYS_OF_PEOPLE = f"""
    SELECT {_STAY} FROM footfall_stay
    WHERE mall_id = :mall AND business_on = ANY(:days) AND track = ANY(:tracks)
"""  # noqa: S608
STAYS_OF_DAYS = f"""
    SELECT {_STAY} FROM footfall_stay WHERE mall_id = :mall AND business_on >= :first_on AND business_on < :until_on
"""  # noqa: S608

_DELTA_COUNTS = ('visits', 'dwell_s', 'short_stays', 'staff_visits', 'staff_dwell_s', 'observed_ms')
ADD_ZONE_DELTAS = f"""
    INSERT INTO footfall_zone_rollup AS r
        (mall_id, grain, zone_version_id, bucket_at, business_on, {', '.join(_DELTA_COUNTS)})
    SELECT :mall, grain, zone_version_id, bucket_at, business_on, {', '.join(_DELTA_COUNTS)}
    FROM zone_delta ORDER BY grain, zone_version_id, bucket_at
    ON CONFLICT (mall_id, grain, zone_version_id, bucket_at) DO UPDATE
        SET {', '.join(f'{name} = r.{name} + excluded.{name}' for name in _DELTA_COUNTS)}
"""  # noqa: S608
ADD_DWELL_DELTAS = """
    INSERT INTO footfall_dwell_rollup AS r (mall_id, grain, zone_version_id, bucket_at, bin, visits)
    SELECT :mall, grain, zone_version_id, bucket_at, bin, visits
    FROM dwell_delta ORDER BY grain, zone_version_id, bucket_at, bin
    ON CONFLICT (mall_id, grain, zone_version_id, bucket_at, bin) DO UPDATE SET visits = r.visits + excluded.visits
"""
ADD_FLOW_DELTAS = """
    INSERT INTO footfall_transition_rollup AS r (mall_id, grain, bucket_at, from_zone_id, to_zone_id, persons)
    SELECT :mall, grain, bucket_at, from_zone_id, to_zone_id, persons
    FROM flow_delta ORDER BY grain, bucket_at, from_zone_id, to_zone_id
    ON CONFLICT (mall_id, grain, bucket_at, from_zone_id, to_zone_id) DO UPDATE
        SET persons = r.persons + excluded.persons
"""

assert {*_DELTA_COUNTS, 'frozen_ms'} == set(ZONE_COUNTS)

# Takes `fresh` as the health of devices, like the tail of lines.
ZONE_HEALTH = f"""
    zone_moments AS (
        SELECT v.id AS zone_version_id, f.business_on, f.occurred_at AS minute_at, f.observed_ms, f.frozen_ms
        FROM fresh f JOIN footfall_zone_version v ON v.mall_id = :mall AND v.device_id = f.device_id
            AND v.valid_from <= f.occurred_at AND (v.valid_until IS NULL OR f.occurred_at < v.valid_until)
    ),
    zone_written AS (
        INSERT INTO footfall_zone_rollup AS r
            (mall_id, grain, zone_version_id, bucket_at, business_on, observed_ms, frozen_ms, seen_at)
        SELECT :mall, grain, zone_version_id, {BUCKET} AS bucket_at, business_on, sum(observed_ms), sum(frozen_ms),
            max(CASE WHEN observed_ms > 0 THEN minute_at + observed_ms * interval '1 millisecond' END)
        FROM zone_moments CROSS JOIN (VALUES (15), (60), (1440)) AS g (grain)
        GROUP BY 2, 3, 4, 5 ORDER BY 2, 3, 4
        ON CONFLICT (mall_id, grain, zone_version_id, bucket_at) DO UPDATE
            SET observed_ms = r.observed_ms + excluded.observed_ms, frozen_ms = r.frozen_ms + excluded.frozen_ms,
                seen_at = greatest(r.seen_at, excluded.seen_at)
        RETURNING 1
    )
"""  # noqa: S608

INCOMING_PRESENCE = 'device_id, seq, reported_at, received_at, occurred_at, business_on, floor_id, cells'
FRESH_PRESENCE = f"""
    INSERT INTO footfall_presence (mall_id, {INCOMING_PRESENCE})
    SELECT :mall, {INCOMING_PRESENCE} FROM incoming_presence ORDER BY device_id, seq
    ON CONFLICT DO NOTHING
    RETURNING occurred_at, business_on, floor_id, cells
"""  # noqa: S608
KEPT_PRESENCE = """
    SELECT occurred_at, business_on, floor_id, cells FROM footfall_presence
    WHERE mall_id = :mall AND occurred_at >= :since AND occurred_at < :until
        AND reported_at >= CAST(:since AS timestamptz) - interval '1 day'
        AND reported_at < CAST(:until AS timestamptz) + interval '1 day'
"""
_HEAT_TAIL = f"""
    heat AS (
        SELECT floor_id, business_on, date_bin('1 hour', occurred_at, {DAY_START}) AS minute_at,
            (cell ->> 0)::smallint AS ix, (cell ->> 1)::smallint AS iy, sum((cell ->> 2)::bigint) AS person_cs
        FROM fresh CROSS JOIN LATERAL jsonb_array_elements(cells) AS cell GROUP BY 1, 2, 3, 4, 5
    ),
    written AS (
        INSERT INTO footfall_heat_rollup AS r (mall_id, grain, floor_id, bucket_at, ix, iy, person_cs)
        SELECT :mall, grain, floor_id, {BUCKET} AS bucket_at, ix, iy, sum(person_cs)
        FROM heat CROSS JOIN (VALUES (60), (1440)) AS g (grain)
        GROUP BY 2, 3, 4, 5, 6 ORDER BY 2, 3, 4, 5, 6
        ON CONFLICT (mall_id, grain, floor_id, bucket_at, ix, iy) DO UPDATE
            SET person_cs = r.person_cs + excluded.person_cs
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM fresh) AS fresh, (SELECT count(*) FROM written) AS written
"""  # noqa: S608

RECORD_PRESENCE = f'WITH fresh AS ({FRESH_PRESENCE}), {_HEAT_TAIL}'
REBUILD_HEAT = f'WITH fresh AS ({KEPT_PRESENCE}), {_HEAT_TAIL}'
RECORD_HEALTH = f'WITH fresh AS ({FRESH_HEALTH}), {ZONE_HEALTH}, {HEALTH_TAIL}'
REBUILD_ZONE_HEALTH = f"""
    WITH fresh AS ({KEPT_HEALTH}), {ZONE_HEALTH} SELECT (SELECT count(*) FROM zone_written) AS written
"""  # noqa: S608

IMPORT_ZONES = """
    INSERT INTO footfall_imported_zone (mall_id, source, zone_version_id, bucket_at, business_on, dwells, observed_ms)
    SELECT :mall, :source, i.zone_version_id, i.bucket_at, i.business_on, i.dwells, i.observed_ms
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS i
        (zone_version_id bigint, bucket_at timestamptz, business_on date, dwells jsonb, observed_ms bigint)
    ORDER BY 3, 4
    ON CONFLICT DO NOTHING
    RETURNING zone_version_id, bucket_at, business_on, dwells, observed_ms
"""
IMPORTED_ZONES_OF_DAYS = """
    SELECT zone_version_id, bucket_at, business_on, dwells, observed_ms FROM footfall_imported_zone
    WHERE mall_id = :mall AND bucket_at >= :since AND bucket_at < :until
"""
