"""How crossings, health and imported history become the roll-ups of lines: one statement each, used by the ingest with
the rows it has just inserted and by the rebuild with the rows of whole days.

Each statement ends in the same tail. `moments` holds what to add, per line version and minute; `deltas` sums it for
every grain; the upsert adds it, locking rows in the order of their key.
"""

from domain.footfall._tables import LINE_COUNTS

GRAINS = '(VALUES (1), (15), (60), (1440)) AS g (grain)'

# A business day starts at the cut-off on the mall's clocks; shorter buckets are counted from there.
DAY_START = '((business_on + CAST(:cutoff AS time)) AT TIME ZONE :zone)'
BUCKET = f"""CASE grain WHEN 1 THEN date_trunc('minute', minute_at) WHEN 1440 THEN {DAY_START}
    ELSE date_bin(grain * interval '1 minute', minute_at, {DAY_START}) END"""

_KEYS = ('line_version_id', 'business_on', 'minute_at', 'span_min')
_STAFF_BITS = {'staff_uniform': 1, 'staff_badge': 2, 'staff_area': 4, 'staff_stay': 8, 'staff_frequency': 16}


def _moments(source: str, group_by: str, **counts: str) -> str:
    """A SELECT of every count, zero where it is not given."""
    columns = ', '.join(f'{counts.get(name, "0")} AS {name}' for name in LINE_COUNTS)
    keys = ', '.join(f'{counts[key]} AS {key}' for key in _KEYS)
    return f'SELECT {keys}, {columns}, {counts["seen_at"]} AS seen_at FROM {source} {group_by}'  # noqa: S608


def _tail(moments: str) -> str:
    """From `moments` to the table."""
    names = ', '.join(LINE_COUNTS)
    sums = ', '.join(f'sum({name}) AS {name}' for name in LINE_COUNTS)
    added = ', '.join(f'{name} = r.{name} + excluded.{name}' for name in LINE_COUNTS)
    return f"""
    moments AS ({moments}),
    deltas AS (
        SELECT grain, line_version_id, {BUCKET} AS bucket_at, business_on, {sums}, max(seen_at) AS seen_at
        FROM moments CROSS JOIN {GRAINS} WHERE grain >= greatest(span_min, :finest) GROUP BY 1, 2, 3, 4
    ),
    written AS (
        INSERT INTO footfall_line_rollup AS r
            (mall_id, grain, line_version_id, bucket_at, business_on, {names}, seen_at)
        SELECT :mall, grain, line_version_id, bucket_at, business_on, {names}, seen_at
        FROM deltas ORDER BY grain, line_version_id, bucket_at
        ON CONFLICT (mall_id, grain, line_version_id, bucket_at) DO UPDATE
            SET {added}, seen_at = greatest(r.seen_at, excluded.seen_at)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM fresh) AS fresh, (SELECT count(*) FROM written) AS written
    """  # noqa: S608


_CROSSING_COUNTS = {
    'line_version_id': 'line_version_id',
    'business_on': 'business_on',
    'minute_at': "date_trunc('minute', occurred_at)",
    'span_min': '1',
    'ins': 'count(*) FILTER (WHERE direction = 1 AND is_counted)',
    'outs': 'count(*) FILTER (WHERE direction = -1 AND is_counted)',
    'adults_in': 'count(*) FILTER (WHERE direction = 1 AND band = 1 AND is_counted)',
    'children_in': 'count(*) FILTER (WHERE direction = 1 AND band = 2 AND is_counted)',
    'groups_in': 'count(*) FILTER (WHERE direction = 1 AND group_token IS NULL AND is_counted)',
    'masked_in': 'count(*) FILTER (WHERE direction = 1 AND is_masked AND staff_mask = 0)',
    'masked_out': 'count(*) FILTER (WHERE direction = -1 AND is_masked AND staff_mask = 0)',
    'staff_in': 'count(*) FILTER (WHERE direction = 1 AND staff_mask <> 0)',
    'staff_out': 'count(*) FILTER (WHERE direction = -1 AND staff_mask <> 0)',
    'seen_at': 'max(occurred_at)',
    **{name: f'count(*) FILTER (WHERE staff_mask & {bit} <> 0)' for name, bit in _STAFF_BITS.items()},
}
_GROUP_KEYS = {'line_version_id': 'line_version_id', 'business_on': 'business_on', 'span_min': '1'}

# A group counts once a day and line, in the minute it first came; an earlier member arriving late moves it.
_GROUPED = """
    grouped AS (
        INSERT INTO footfall_group AS known (mall_id, business_on, line_version_id, token, first_at)
        SELECT :mall, business_on, line_version_id, group_token, min(occurred_at) FROM judged
        WHERE direction = 1 AND is_counted AND group_token IS NOT NULL
        GROUP BY 2, 3, 4 ORDER BY 2, 3, 4
        ON CONFLICT (mall_id, business_on, line_version_id, token) DO UPDATE
            SET previous_at = known.first_at, first_at = least(known.first_at, excluded.first_at)
        RETURNING line_version_id, business_on, first_at, previous_at
    ),
"""
_CROSSING_MOMENTS = ' UNION ALL '.join(
    (
        _moments('judged', 'GROUP BY 1, 2, 3', **_CROSSING_COUNTS),
        _moments('grouped', '', **_GROUP_KEYS, minute_at='first_at', groups_in='1', seen_at='first_at'),
        _moments(
            'grouped',
            'WHERE previous_at IS NOT NULL',
            **_GROUP_KEYS,
            minute_at='previous_at',
            groups_in='-1',
            seen_at='previous_at',
        ),
    )
)
_CROSSING_TAIL = f"""
    judged AS (SELECT *, staff_mask = 0 AND NOT is_masked AS is_counted FROM fresh),
    {_GROUPED} {_tail(_CROSSING_MOMENTS)}
"""  # noqa: S608

INCOMING_CROSSING = (
    'device_id, seq, reported_at, received_at, occurred_at, business_on, line_version_id, direction, band,'
    ' staff_mask, is_masked, track, group_token'
)
RECORD_CROSSINGS = f"""
    WITH fresh AS (
        INSERT INTO footfall_crossing (mall_id, {INCOMING_CROSSING})
        SELECT :mall, {INCOMING_CROSSING} FROM incoming_crossing ORDER BY device_id, seq
        ON CONFLICT DO NOTHING
        RETURNING line_version_id, business_on, occurred_at, direction, band, staff_mask, is_masked, group_token
    ), {_CROSSING_TAIL}
"""  # noqa: S608
REBUILD_CROSSINGS = f"""
    WITH fresh AS (
        SELECT line_version_id, business_on, occurred_at, direction, band, staff_mask, is_masked, group_token
        FROM footfall_crossing
        WHERE mall_id = :mall AND occurred_at >= :since AND occurred_at < :until
            AND reported_at >= CAST(:since AS timestamptz) - interval '1 day'
            AND reported_at < CAST(:until AS timestamptz) + interval '1 day'
    ), {_CROSSING_TAIL}
"""  # noqa: S608

_HEALTH_MOMENTS = _moments(
    'fresh f JOIN footfall_line_version v ON v.mall_id = :mall AND v.device_id = f.device_id'
    ' AND v.valid_from <= f.occurred_at AND (v.valid_until IS NULL OR f.occurred_at < v.valid_until)',
    '',
    line_version_id='v.id',
    business_on='f.business_on',
    minute_at='f.occurred_at',
    span_min='1',
    observed_ms='f.observed_ms',
    frozen_ms='f.frozen_ms',
    seen_at="CASE WHEN f.observed_ms > 0 THEN f.occurred_at + f.observed_ms * interval '1 millisecond' END",
)
HEALTH_TAIL = _tail(_HEALTH_MOMENTS)
INCOMING_HEALTH = 'device_id, seq, reported_at, received_at, occurred_at, business_on, observed_ms, frozen_ms, state'
FRESH_HEALTH = f"""
    INSERT INTO footfall_health (mall_id, {INCOMING_HEALTH})
    SELECT :mall, {INCOMING_HEALTH} FROM incoming_health ORDER BY device_id, seq
    ON CONFLICT DO NOTHING
    RETURNING device_id, occurred_at, business_on, observed_ms, frozen_ms
"""  # noqa: S608
KEPT_HEALTH = """
    SELECT device_id, occurred_at, business_on, observed_ms, frozen_ms FROM footfall_health
    WHERE mall_id = :mall AND occurred_at >= :since AND occurred_at < :until
        AND reported_at >= CAST(:since AS timestamptz) - interval '1 day'
        AND reported_at < CAST(:until AS timestamptz) + interval '1 day'
"""
REBUILD_LINE_HEALTH = f'WITH fresh AS ({KEPT_HEALTH}), {HEALTH_TAIL}'

_IMPORTED = ('ins', 'outs', 'adults_in', 'children_in', 'groups_in', 'staff_in', 'staff_out', 'observed_ms')
_IMPORT_MOMENTS = _moments(
    'fresh',
    '',
    line_version_id='line_version_id',
    business_on='business_on',
    minute_at='bucket_at',
    span_min='span_min',
    seen_at="bucket_at + span_min * interval '1 minute'",
    **{name: name for name in _IMPORTED},
)
INCOMING_IMPORT = f'line_version_id, bucket_at, span_min, business_on, {", ".join(_IMPORTED)}'
IMPORT_LINES = f"""
    WITH fresh AS (
        INSERT INTO footfall_imported_line (mall_id, source, {INCOMING_IMPORT})
        SELECT :mall, :source, {INCOMING_IMPORT} FROM incoming_import ORDER BY line_version_id, bucket_at
        ON CONFLICT DO NOTHING
        RETURNING {INCOMING_IMPORT}
    ), {_tail(_IMPORT_MOMENTS)}
"""  # noqa: S608
REBUILD_IMPORTED_LINES = f"""
    WITH fresh AS (
        SELECT {INCOMING_IMPORT} FROM footfall_imported_line
        WHERE mall_id = :mall AND bucket_at >= :since AND bucket_at < :until
    ), {_tail(_IMPORT_MOMENTS)}
"""  # noqa: S608
