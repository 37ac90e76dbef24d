"""The simulated devices keep the contract of real ones: numbers, sessions, acknowledgements, and faults on order."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from integrations.mqtt.payloads import ENVELOPES, MAX_MESSAGE_BYTES, STATUS, Crossing, Health
from integrations.mqtt.topics import Channel, parse_topic
from integrations.simulator.faults import Faults, FaultSettings, FaultWindow
from integrations.simulator.gateway import MallGateway, Message
from integrations.simulator.main import CATCH_UP_STEP, SimulatedClock
from integrations.simulator.playback import Playback
from integrations.simulator.store import GatewayStore, hand_over, open_store
from integrations.simulator.truth import Truth
from integrations.simulator.world import World
from tests.integrations.simulator.conftest import SUNDAY

ZONE = ZoneInfo('Asia/Shanghai')
NOON = datetime(2026, 11, 22, 12, tzinfo=ZONE).astimezone(UTC)
Number = tuple[str, int]


@pytest.fixture
def store() -> Iterator[GatewayStore]:
    with GatewayStore() as made:
        yield made


def gateway_at(
    world: World, store: GatewayStore, since: datetime = NOON, *, resend_after_s: float = 1e9, **faults: object
) -> MallGateway:
    playback = Playback(world, ZONE, since)
    gateway = MallGateway(
        world.plan.code, playback, store, Faults(FaultSettings(**faults)), resend_after_s=resend_after_s
    )
    list(gateway.begin_session(since))
    return gateway


def readings_of(messages: list[Message]) -> dict[Number, object]:
    """Every reading by device and number; what is no valid message is left out, as the ingest does."""
    found: dict[Number, object] = {}
    for topic, body in messages:
        parsed = parse_topic(topic)
        assert parsed is not None
        assert len(body) <= MAX_MESSAGE_BYTES
        if parsed.channel is Channel.STATUS:
            continue
        try:
            envelope = ENVELOPES[parsed.channel].validate_json(body)
        except ValidationError:
            continue
        found |= {(parsed.device_code, reading.seq): reading for reading in envelope.readings}
    return found


def played(gateway: MallGateway, hours: float = 1.0) -> dict[Number, object]:
    """Everything that left while the world went on, with no acknowledgement."""
    start, found = gateway.playback.now, {}
    for step in range(1, int(hours * 30) + 1):
        now = start + timedelta(minutes=2 * step)
        gateway.play(now)
        found |= readings_of(gateway.messages(now))
    return found


def crossings_between(world: World, since: datetime, until: datetime) -> list[tuple[str, str, bool]]:
    midnight = datetime(2026, 11, 22, tzinfo=ZONE).astimezone(UTC)
    low, high = (since - midnight).total_seconds(), (until - midnight).total_seconds()
    truth = Truth.of(world.plan, world.day(SUNDAY).parties())
    return sorted((c.line, c.person.token, c.is_in) for c in truth.crossings if low < c.at_s <= high)


def reported(readings: dict[Number, object]) -> list[tuple[str, str, bool]]:
    found = [r for r in readings.values() if isinstance(r, Crossing)]
    return sorted((r.line, str(r.track), r.direction == 'in') for r in found)


def test_devices_report_exactly_what_happened(small_world: World, store: GatewayStore) -> None:
    readings = played(gateway_at(small_world, store))

    assert reported(readings) == crossings_between(small_world, NOON, NOON + timedelta(hours=1))


def test_numbers_of_a_device_have_no_hole(small_world: World, store: GatewayStore) -> None:
    numbers: dict[str, list[int]] = {}
    for device, seq in played(gateway_at(small_world, store)):
        numbers.setdefault(device, []).append(seq)

    assert all(sorted(seqs) == list(range(1, len(seqs) + 1)) for seqs in numbers.values())


def test_every_minute_of_every_device_has_its_health(small_world: World, store: GatewayStore) -> None:
    gateway = gateway_at(small_world, store)
    topics = [parse_topic(topic) for topic, _ in _hour(gateway)]

    assert {t.device_code for t in topics if t and t.channel is Channel.HEALTH} == set(gateway.devices)


def test_what_is_not_acknowledged_goes_out_again_with_the_same_numbers(small_world: World, store: GatewayStore) -> None:
    gateway = gateway_at(small_world, store, resend_after_s=0.0)
    gateway.play(NOON + timedelta(minutes=5))
    first = readings_of(gateway.messages(NOON))

    again = readings_of(gateway.messages(NOON))

    assert first
    assert again == first


def test_what_is_acknowledged_is_forgotten(small_world: World, store: GatewayStore) -> None:
    gateway = gateway_at(small_world, store)
    gateway.play(NOON + timedelta(minutes=5))
    sent = readings_of(gateway.messages(NOON))
    for device in gateway.devices:
        gateway.acknowledge(device, max((seq for code, seq in sent if code == device), default=0))

    assert len(store) == 0
    assert gateway.messages(NOON) == []


def test_a_restart_numbers_on_and_keeps_what_was_not_acknowledged(small_world: World, tmp_path: Path) -> None:
    middle, end = NOON + timedelta(minutes=30), NOON + timedelta(hours=1)
    with open_store(tmp_path, 'qinghe') as store:
        gateway = gateway_at(small_world, store)
        gateway.play(middle)
        epochs = dict(store.epochs)
    with open_store(tmp_path, 'qinghe') as store:
        assert store.played_until == middle
        gateway = gateway_at(small_world, store, since=middle)
        gateway.play(end)
        readings = readings_of(gateway.messages(end))
        assert store.epochs == {code: epoch + 1 for code, epoch in epochs.items()}

    assert reported(readings) == crossings_between(small_world, NOON, end)


def test_numbers_go_on_after_history(tmp_path: Path) -> None:
    hand_over(tmp_path, 'qinghe', {'cnt-door-f1-main': 41}, NOON)

    with open_store(tmp_path, 'qinghe') as store:
        assert store.keep('cnt-door-f1-main', 'health', '{}') == 42
        assert store.played_until == NOON


def test_disturbed_lines_lose_nothing(small_world: World, store: GatewayStore) -> None:
    disturbed = played(gateway_at(
        small_world, store, duplicates=0.05, out_of_order=0.1, late=0.1, late_s=0.01, malformed=0.05,
    ), hours=1.5)  # fmt: skip

    until = NOON + timedelta(hours=1)
    wanted = crossings_between(small_world, NOON, until)
    assert set(wanted) <= set(reported(disturbed))


def test_faults_happen_about_as_often_as_ordered() -> None:
    faults = Faults(FaultSettings(duplicates=0.05, malformed=0.02))
    messages = [(f'atrium/v1/m/d/{number}', b'{"v":1,"readings":[]}') for number in range(20_000)]

    leaving = faults.disturb(messages, 0.0)

    broken = sum(1 for _, body in leaving if body != messages[0][1])
    assert broken == pytest.approx(400, rel=0.3)
    assert len(leaving) - broken - 20_000 == pytest.approx(1000, rel=0.2)


def test_a_device_that_is_off_sees_nothing_and_one_offline_sends_later(small_world: World, store: GatewayStore) -> None:
    off = FaultWindow(device='cnt-door-f1-main', since=NOON, until=NOON + timedelta(hours=1))
    offline = FaultWindow(device='cnt-door-f1-east', since=NOON, until=NOON + timedelta(minutes=30))
    gateway = gateway_at(small_world, store, outages=[off], offline=[offline])
    gateway.play(NOON + timedelta(minutes=20))

    early = readings_of(gateway.messages(NOON + timedelta(minutes=20)))
    gateway.play(NOON + timedelta(minutes=40))
    later = readings_of(gateway.messages(NOON + timedelta(minutes=40)))

    assert not {'cnt-door-f1-main', 'cnt-door-f1-east'} & {device for device, _ in early}
    assert ('cnt-door-f1-east', 1) in later
    assert 'cnt-door-f1-main' not in {device for device, _ in later}


def test_a_frozen_camera_counts_nothing_and_says_frozen(small_world: World, store: GatewayStore) -> None:
    frozen = FaultWindow(device='cnt-door-f1-main', since=NOON, until=NOON + timedelta(hours=1))
    readings = played(gateway_at(small_world, store, frozen=[frozen]), hours=0.5)

    of_device = [r for (device, _), r in readings.items() if device == 'cnt-door-f1-main']
    assert of_device
    assert {getattr(r, 'state', 'counted') for r in of_device} == {'frozen'}


def test_a_skewed_clock_shows_in_everything_a_device_says(small_world: World, store: GatewayStore) -> None:
    gateway = gateway_at(small_world, store, skews_s={'zs-f1': 90.0})
    gateway.play(NOON + timedelta(minutes=3))
    now = NOON + timedelta(minutes=3)

    for topic, body in gateway.messages(now):
        parsed = parse_topic(topic)
        assert parsed is not None
        envelope = ENVELOPES[parsed.channel].validate_json(body)
        expected = timedelta(seconds=90 if parsed.device_code == 'zs-f1' else 0)
        assert envelope.sent_at - now == expected


def test_every_session_says_hello_and_goodbye(small_world: World, store: GatewayStore) -> None:
    gateway = gateway_at(small_world, store)
    hello, goodbye = list(gateway.begin_session(NOON)), list(gateway.end_session(NOON))

    assert len(hello) == len(goodbye) == len(gateway.devices)
    assert all(STATUS.validate_json(body).online for _, body in hello)
    assert not any(STATUS.validate_json(body).online for _, body in goodbye)
    assert {STATUS.validate_json(body).epoch for _, body in hello} == {2}


def test_the_world_shows_who_is_where_to_cameras(small_world: World) -> None:
    playback = Playback(small_world, ZONE, NOON)
    list(playback.advance(NOON + timedelta(hours=2)))

    bodies = playback.bodies()

    assert abs(len(bodies) - playback.inside) <= 0.15 * playback.inside + 3
    assert len({body.token for body in bodies}) == len(bodies)
    assert all((body.dx**2 + body.dy**2) ** 0.5 <= 1.8 for body in bodies)


def _hour(gateway: MallGateway) -> list[Message]:
    until = gateway.playback.now + timedelta(hours=1)
    gateway.play(until)
    return gateway.messages(until)


def test_world_time_catches_up_with_the_present_and_then_is_the_present() -> None:
    at_once = SimulatedClock(1.0, NOON - timedelta(minutes=12), NOON)
    steps = [at_once.advance(NOON + timedelta(seconds=second)) for second in range(4)]

    assert steps[0] == NOON - timedelta(minutes=12) + CATCH_UP_STEP
    assert steps[-1] == NOON + timedelta(seconds=3)


def test_world_time_runs_faster_than_real_time_while_behind() -> None:
    fast = SimulatedClock(60.0, NOON - timedelta(hours=1), NOON)

    assert fast.advance(NOON + timedelta(seconds=10)) == NOON - timedelta(minutes=50)
    assert fast.advance(NOON + timedelta(seconds=20)) == NOON - timedelta(minutes=40)
    assert fast.advance(NOON + timedelta(minutes=5)) == NOON + timedelta(minutes=5)


def test_cameras_of_the_plan_say_that_they_see(small_world: World, store: GatewayStore) -> None:
    readings = played(gateway_at(small_world, store), hours=0.1)

    frames = [r.frames for (device, _), r in readings.items() if device == 'cam-f1-main' and isinstance(r, Health)]
    assert frames == [1500] * 6
