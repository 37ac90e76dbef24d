"""Temporary tables that a batch is copied into. Made once per connection, emptied by each commit."""

from sqlmodel import Session

from domain.footfall._statements import statement

_COLUMNS = {
    'incoming_crossing': (
        'device_id bigint, seq bigint, reported_at timestamptz, received_at timestamptz, occurred_at timestamptz,'
        ' business_on date, line_version_id bigint, direction smallint, band smallint, staff_mask smallint,'
        ' is_masked boolean, track bigint, group_token bigint'
    ),
    'incoming_stay': (
        'device_id bigint, seq bigint, reported_at timestamptz, received_at timestamptz, business_on date,'
        ' zone_version_id bigint, track bigint, entered_at timestamptz, left_at timestamptz, staff_mask smallint'
    ),
    'incoming_presence': (
        'device_id bigint, seq bigint, reported_at timestamptz, received_at timestamptz, occurred_at timestamptz,'
        ' business_on date, floor_id bigint, cells jsonb'
    ),
    'incoming_health': (
        'device_id bigint, seq bigint, reported_at timestamptz, received_at timestamptz, occurred_at timestamptz,'
        ' business_on date, observed_ms integer, frozen_ms integer, state text'
    ),
    'incoming_import': (
        'line_version_id bigint, bucket_at timestamptz, span_min smallint, business_on date, ins integer,'
        ' outs integer, adults_in integer, children_in integer, groups_in integer, staff_in integer,'
        ' staff_out integer, observed_ms bigint'
    ),
    'zone_delta': (
        'grain smallint, zone_version_id bigint, bucket_at timestamptz, business_on date, visits integer,'
        ' dwell_s bigint, short_stays integer, staff_visits integer, staff_dwell_s bigint, observed_ms bigint'
    ),
    'dwell_delta': 'grain smallint, zone_version_id bigint, bucket_at timestamptz, bin smallint, visits integer',
    'flow_delta': 'grain smallint, bucket_at timestamptz, from_zone_id bigint, to_zone_id bigint, persons integer',
}


def prepare(session: Session, *tables: str) -> None:
    """Makes sure that the tables are there and empty."""
    for table in tables:
        session.execute(
            statement(f'CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({_COLUMNS[table]}) ON COMMIT DELETE ROWS')
        )
        session.execute(statement(f'DELETE FROM pg_temp.{table}'))  # noqa: S608


def columns_of(table: str) -> str:
    """The names of a table's columns, in order."""
    return ', '.join(column.split()[0] for column in _COLUMNS[table].split(', '))
