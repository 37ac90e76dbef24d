"""Online and offline by session number."""

from datetime import UTC, datetime, timedelta

from domain.devices._sessions import RETAINED_TTL, Session, StatusNotice, apply_readings, apply_status

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def notice(epoch: int, *, is_online: bool, age: timedelta = timedelta(0), is_retained: bool = False) -> StatusNotice:
    return StatusNotice(epoch=epoch, is_online=is_online, said_at=NOON - age, received_at=NOON, is_retained=is_retained)


def test_DV_R2_the_late_will_of_an_older_session_changes_nothing() -> None:
    online = apply_status(Session(3, False), notice(12, is_online=True))
    assert apply_status(online, notice(11, is_online=False)) == Session(12, True)


def test_the_will_of_the_running_session_ends_it() -> None:
    assert apply_status(Session(12, True), notice(12, is_online=False)) == Session(12, False)


def test_a_newer_session_replaces_an_older_one_whatever_it_says() -> None:
    assert apply_status(Session(12, True), notice(13, is_online=False)) == Session(13, False)


def test_DV_R7_a_retained_online_older_than_its_time_to_live_is_not_fresh() -> None:
    stale = notice(12, is_online=True, age=RETAINED_TTL + timedelta(seconds=1), is_retained=True)
    assert apply_status(Session(), stale) == Session()


def test_a_fresh_retained_online_counts() -> None:
    assert apply_status(Session(), notice(12, is_online=True, is_retained=True)) == Session(12, True)


def test_a_retained_will_counts_however_old_it_is() -> None:
    will = notice(12, is_online=False, age=timedelta(days=2), is_retained=True)
    assert apply_status(Session(12, True), will) == Session(12, False)


def test_readings_of_the_newest_session_prove_that_it_lives() -> None:
    assert apply_readings(Session(12, False), 12) == Session(12, True)
    assert apply_readings(Session(12, False), 13) == Session(13, True)
    assert apply_readings(Session(12, False), 11) == Session(12, False)
