"""Coverage by the minute and living pictures: FT-R12."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision_service.analytics.health import HealthMeter, Liveness, ObservedMinute

RNG = np.random.default_rng(3)
SCENE = RNG.integers(0, 255, (48, 64, 3), dtype=np.uint8)


def noisy() -> np.ndarray:
    return (SCENE ^ RNG.integers(0, 3, SCENE.shape, dtype=np.uint8)).astype(np.uint8)


def test_FT_R12_the_same_bytes_for_a_minute_are_frozen() -> None:
    liveness = Liveness()

    states = [liveness.judge(SCENE, float(second)) for second in range(62)]

    assert states[:60] == ['ok'] * 60
    assert states[60:] == ['frozen'] * 2


def test_FT_R12_one_living_picture_thaws_it() -> None:
    liveness = Liveness()
    for second in range(70):
        liveness.judge(SCENE, float(second))

    assert liveness.judge(noisy(), 70.0) == 'ok'


def test_FT_R12_an_empty_hall_with_sensor_noise_is_alive() -> None:
    liveness = Liveness()

    assert {liveness.judge(noisy(), second * 1.0) for second in range(180)} == {'ok'}


def test_a_covered_lens_is_blind_after_ten_seconds() -> None:
    liveness = Liveness()
    covered = [RNG.integers(0, 3, SCENE.shape, dtype=np.uint8) for _ in range(12)]

    states = [liveness.judge(image, float(second)) for second, image in enumerate(covered)]

    assert states == ['ok'] * 10 + ['blind'] * 2


def test_counts_the_seconds_that_had_a_living_picture() -> None:
    meter = HealthMeter()
    for tenth in range(300):
        meter.see(600 + tenth / 10, 'ok')

    assert meter.see(660.0, 'ok') == [ObservedMinute(10, 30.0, 300, 'ok')]


def test_frozen_seconds_are_not_observed() -> None:
    meter = HealthMeter()
    for second in range(60):
        meter.see(600.0 + second, 'ok' if second < 20 else 'frozen')

    assert meter.tick(660.0) == [ObservedMinute(10, 20.0, 60, 'frozen')]


def test_minutes_without_pictures_are_blind_not_empty() -> None:
    meter = HealthMeter()
    meter.see(600.0, 'ok')

    minutes = meter.tick(800.0)

    assert [(minute.minute, minute.observed_s, minute.state) for minute in minutes] == [
        (10, 1.0, 'ok'),
        (11, 0.0, 'blind'),
        (12, 0.0, 'blind'),
    ]


def test_a_clock_that_jumps_back_reports_no_minute_twice() -> None:
    meter = HealthMeter()
    told = [minute.minute for at in (600.0, 660.0, 590.0, 661.0, 721.0) for minute in meter.see(at, 'ok')]

    assert told == [10, 11]


@given(st.lists(st.floats(0, 5000), max_size=80))
def test_every_minute_is_told_at_most_once_and_never_above_sixty_seconds(moments: list[float]) -> None:
    meter = HealthMeter()

    told = [minute for at in sorted(moments) for minute in meter.see(at, 'ok')] + meter.flush()

    numbers = [minute.minute for minute in told]
    assert len(numbers) == len(set(numbers))
    assert all(minute.observed_s <= 60 for minute in told)
    assert sum(minute.frames for minute in told) == len(moments)


@pytest.mark.parametrize('flushes', [1, 2])
def test_flushing_twice_tells_nothing_twice(flushes: int) -> None:
    meter = HealthMeter()
    meter.see(600.0, 'ok')

    assert sum(len(meter.flush()) for _ in range(flushes)) == 1
