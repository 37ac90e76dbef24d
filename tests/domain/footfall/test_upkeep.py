"""Upkeep: rebuilding says the same, partitions, retention, audits, history, and who may do it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from domain.footfall import operations, queries
from domain.footfall.commands import (
    AggregateReading,
    Annotate,
    CloseBusinessDay,
    EnsurePartitions,
    ForgetTokens,
    MaskKind,
    RebuildRollups,
    RecordAudit,
    SetMask,
    Window,
    ZoneAggregateReading,
)
from domain.footfall.permissions import VIEW
from domain.footfall.recording import import_minutes, import_zone_hours
from domain.footfall.views import Verification
from domain.shared.errors import DomainError, PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.footfall.conftest import House, local
from tests.domain.footfall.reading import crossing, healthy, line_row, rollups, stay
from tests.domain.footfall.test_recording import a_busy_day, record

NOON = local(2026, 5, 18, 12)
NEXT_DAY = local(2026, 5, 19, 5)
DAY = Window(started_at=local(2026, 5, 18, 4), ended_at=local(2026, 5, 19, 4))


def test_a_rebuild_yields_the_same_numbers(house: House) -> None:
    for readings in a_busy_day(house, 300, 3).values():
        record(house, readings)
    minutes = [AggregateReading(line='pass-a', bucket_at=local(2026, 5, 18, 10, n), ins=n, outs=1) for n in range(9)]
    hours = [ZoneAggregateReading(zone='passing-a', bucket_at=local(2026, 5, 18, 10), dwells=((30, 12), (90, 3)))]
    with house.transaction() as session:
        import_minutes(session, mall_id=house.mall_id, source='old system', readings=minutes)
        import_zone_hours(session, mall_id=house.mall_id, source='old system', readings=hours)
    perform(
        operations.close_business_day,
        actor=house.system,
        command=CloseBusinessDay(business_on=date(2026, 5, 18)),
        now=NEXT_DAY,
    )
    before = rollups(house)

    command = RebuildRollups(first_on=date(2026, 5, 18), until_on=date(2026, 5, 19))
    rebuilt = perform(operations.rebuild_rollups, actor=house.system, command=command, now=NEXT_DAY)

    assert rollups(house) == before
    assert rebuilt.rollups > 100
    assert all(before.values())


def test_a_rebuild_of_what_is_forgotten_is_refused_rather_than_wrong(house: House) -> None:
    command = RebuildRollups(first_on=date(2026, 5, 1), until_on=date(2026, 5, 19))

    with pytest.raises(DomainError, match='2026-05-01'):
        perform(operations.rebuild_rollups, actor=house.system, command=command, now=NEXT_DAY)


def test_a_rebuild_may_not_be_ordered_by_a_viewer(house: House) -> None:
    viewer = replace(house.system, kind='person', permissions=frozenset({VIEW.code}))
    command = RebuildRollups(first_on=date(2026, 5, 18), until_on=date(2026, 5, 19))

    with pytest.raises(PermissionDenied):
        perform(operations.rebuild_rollups, actor=viewer, command=command, now=NEXT_DAY)


def test_partitions_are_made_by_the_application_and_take_in_what_came_before_them(
    house: House, database: Database
) -> None:
    record(house, [crossing(local(2026, 5, 18, 10), track='early bird')])

    made = perform(operations.ensure_partitions, actor=house.system, command=EnsurePartitions(), now=NOON)
    again = perform(operations.ensure_partitions, actor=house.system, command=EnsurePartitions(), now=NOON)

    with psycopg.connect(database.owner_url) as connection:
        moved = connection.execute(
            'SELECT count(*) FROM footfall_crossing_202605 WHERE mall_id = %s', [house.mall_id]
        ).fetchone()
    assert moved == (1,)
    assert {'footfall_crossing_202604', 'footfall_stay_202607'} <= set(made.created)
    assert again.created == ()
    assert record(house, [crossing(local(2026, 5, 18, 10), track='next')]).inserted == 1


def test_the_application_makes_partitions_of_raw_tables_only(house: House) -> None:
    def misuse() -> None:
        with house.transaction() as session:
            session.execute(text("SELECT footfall_make_partition('mall', date '2026-05-01')"))

    with pytest.raises(ProgrammingError, match='not a raw table'):
        misuse()


def test_the_application_reads_no_partition_past_the_policies_of_its_parent(house: House) -> None:
    def go_round() -> None:
        with house.transaction() as session:
            session.execute(text('SELECT count(*) FROM footfall_crossing_rest'))

    with pytest.raises(ProgrammingError, match='permission denied'):
        go_round()


def test_another_mall_sees_nothing(make_house: Callable[[], House]) -> None:
    ours, theirs = make_house(), make_house()
    record(ours, [crossing(local(2026, 5, 18, 10))])

    with theirs.transaction() as session:
        for table in ('footfall_crossing', 'footfall_line_rollup', 'footfall_line'):
            seen = session.execute(text(f'SELECT count(*) FROM {table} WHERE mall_id = :m'), {'m': ours.mall_id})
            assert seen.scalar_one() == 0


def test_tokens_are_forgotten_and_figures_stay(house: House) -> None:
    record(house, [crossing(local(2026, 5, 18, 10), track='a', group='g')])
    record(house, [stay(local(2026, 5, 18, 10), 20, track='a')])
    before = rollups(house)

    found = perform(operations.forget_tokens, actor=house.system, command=ForgetTokens(), now=local(2026, 5, 28, 5))

    assert found.tokens == 2
    assert rollups(house) == before
    with house.transaction() as session:
        left = session.execute(
            text(
                'SELECT (SELECT count(*) FROM footfall_crossing WHERE mall_id = :m AND track IS NOT NULL)'
                ' + (SELECT count(*) FROM footfall_stay WHERE mall_id = :m)'
                ' + (SELECT count(*) FROM footfall_group WHERE mall_id = :m)'
            ),
            {'m': house.mall_id},
        ).scalar_one()
    assert left == 0


def test_tokens_of_the_last_week_are_kept_however_soon_one_wants_them_gone(house: House) -> None:
    record(house, [stay(local(2026, 5, 18, 10), 20, track='a')])

    found = perform(operations.forget_tokens, actor=house.system, command=ForgetTokens(keep_days=0), now=NEXT_DAY)

    assert found.tokens == 0


def test_an_audit_gives_the_badge_and_takes_it(house: House) -> None:
    record(house, [crossing(local(2026, 5, 18, 10, n % 15), track=f't{n}') for n in range(100)])
    record(house, [crossing(local(2026, 5, 18, 10, 3), staff=('badge',), track='staff')])
    window = Window(started_at=local(2026, 5, 18, 10), ended_at=local(2026, 5, 18, 10, 15))

    def audit(hand_in: int, matched_in: int | None) -> Verification:
        command = RecordAudit(
            line_id=house.lines['door-east'].id, window=window, hand_in=hand_in, hand_out=0, matched_in=matched_in,
            matched_out=None if matched_in is None else 0,
        )  # fmt: skip
        view = perform(operations.record_audit, actor=house.system, command=command, now=NOON)
        assert view.system_in == 101
        assert view.is_best_case is (matched_in is None)
        return next(
            line.verification for line in ask(queries.list_lines, actor=house.system) if line.code == 'door-east'
        )

    assert audit(103, 100) is Verification.VERIFIED
    assert audit(120, 98) is Verification.UNVERIFIED
    assert audit(101, None) is Verification.VERIFIED
    ranks = ask(queries.door_ranking, actor=house.system, now=NOON)
    assert {rank.code: rank.verification.value for rank in ranks} == {'door-east': 'verified', 'door-west': 'unaudited'}
    assert len(ask(queries.list_audits, actor=house.system, line_id=house.lines['door-east'].id)) == 3


@pytest.mark.parametrize('matched', [(-1, 0), (200, 0), (5, 3)])
def test_an_audit_that_contradicts_itself_is_refused(house: House, matched: tuple[int, int]) -> None:
    record(house, [crossing(local(2026, 5, 18, 10, n), track=f't{n}') for n in range(10)])
    command = RecordAudit(
        line_id=house.lines['door-east'].id, hand_in=10, hand_out=0, matched_in=matched[0], matched_out=matched[1],
        window=Window(started_at=local(2026, 5, 18, 10), ended_at=local(2026, 5, 18, 10, 15)),
    )  # fmt: skip

    with pytest.raises(DomainError, match='more was confirmed'):
        perform(operations.record_audit, actor=house.system, command=command, now=NOON)


def test_history_loads_once_with_its_provenance_and_no_finer_than_it_is(house: House) -> None:
    readings = [
        AggregateReading(
            line='door-east',
            bucket_at=local(2025, 5, 18, 10, 15 * n),
            ins=10,
            outs=4,
            span_min=15,
            observed_s=900,
        )
        for n in range(4)
    ]
    with house.transaction() as session:
        first = import_minutes(session, mall_id=house.mall_id, source='simulated', readings=readings)
    with house.transaction() as session:
        second = import_minutes(session, mall_id=house.mall_id, source='simulated', readings=readings)

    assert (first.inserted, second.inserted, second.duplicates) == (4, 0, 4)
    assert line_row(house, 'door-east', 60, local(2025, 5, 18, 10))['ins'] == 40
    assert line_row(house, 'door-east', 60, local(2025, 5, 18, 10))['observed_ms'] == 3_600_000
    assert line_row(house, 'door-east', 1, local(2025, 5, 18, 10)) == {}


@pytest.mark.parametrize(
    'wrong',
    [
        AggregateReading(line='door-nowhere', bucket_at=local(2025, 5, 18, 10), ins=1, outs=1),
        AggregateReading(line='door-east', bucket_at=local(2025, 5, 18, 10, 7), ins=1, outs=1, span_min=15),
        AggregateReading(line='door-east', bucket_at=local(2025, 5, 18, 10), ins=-1, outs=1),
        AggregateReading(line='door-east', bucket_at=local(2025, 5, 18, 10), ins=1, outs=1, observed_s=61),
    ],
)
def test_history_that_makes_no_sense_is_rejected(house: House, wrong: AggregateReading) -> None:
    with house.transaction() as session:
        found = import_minutes(session, mall_id=house.mall_id, source='x', readings=[wrong])

    assert (found.inserted, len(found.rejected)) == (0, 1)


def test_history_of_zones_makes_visits_and_dwell(house: House) -> None:
    readings = [
        ZoneAggregateReading(zone='zone-a', bucket_at=local(2025, 5, 18, 10), dwells=((600, 3), (1200, 1))),
        ZoneAggregateReading(zone='nowhere', bucket_at=local(2025, 5, 18, 10), dwells=()),
    ]
    with house.transaction() as session:
        recorded = import_zone_hours(session, mall_id=house.mall_id, source='simulated', readings=readings)

    window = Window(started_at=local(2025, 5, 18, 4), ended_at=local(2025, 5, 19, 4))
    found = ask(queries.dwell_by_zone, actor=house.system, now=NOON, window=window)
    zone = next(zone for zone in found if zone.name_en == 'zone-a')
    assert (recorded.inserted, [rejected.seq for rejected in recorded.rejected]) == (1, [1])
    assert (zone.visits.value, zone.mean_s, zone.visits.coverage) == (4, 750, 1.0)


def test_a_remark_is_on_the_cockpit_of_its_day(house: House) -> None:
    command = Annotate(window=Window(started_at=NOON, ended_at=NOON + timedelta(hours=1)), note_zh='地铁口封闭')
    perform(operations.annotate, actor=house.system, command=command, now=NOON)

    assert [note.note_zh for note in ask(queries.cockpit_summary, actor=house.system, now=NOON).annotations] == [
        '地铁口封闭'
    ]


def test_a_mask_of_one_line_leaves_the_others_alone(house: House) -> None:
    record(house, [crossing(NOON, 'door-east', track='a'), crossing(NOON, 'door-west', track='b')])
    record(house, healthy(house, 'east', NOON, 1))
    command = SetMask(kind=MaskKind.CLEANING, window=DAY, line_id=house.lines['door-east'].id)

    perform(operations.set_mask, actor=house.system, command=command, now=NOON + timedelta(hours=1))

    east, west = (line_row(house, code, 1440, DAY.started_at) for code in ('door-east', 'door-west'))
    assert (east['ins'], east['masked_in'], east['observed_ms'], west['ins']) == (0, 1, 60_000, 1)


def test_a_day_is_not_closed_before_it_is_over(house: House) -> None:
    with pytest.raises(DomainError, match='not over'):
        perform(
            operations.close_business_day,
            actor=house.system,
            command=CloseBusinessDay(business_on=date(2026, 5, 18)),
            now=NOON,
        )
