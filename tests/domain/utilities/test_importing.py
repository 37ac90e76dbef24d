"""Files of readings: whole or not at all, with every fault by its line."""

from datetime import UTC, datetime
from itertools import count

import pytest

from domain.shared.operations import ask, perform
from domain.utilities.commands import RegisterMeter
from domain.utilities.importing import ImportedReadings, import_file
from domain.utilities.operations import register_meter
from domain.utilities.overview import get_meter_card
from domain.utilities.views import MeterView
from tests.domain.leasing.world import World

NOW = datetime(2026, 6, 20, tzinfo=UTC)
_numbers = count(1)


def a_meter(world: World) -> MeterView:
    command = RegisterMeter(code=f'F-{next(_numbers)}', utility='electricity', digits=5)
    return perform(register_meter, actor=world.actor, command=command)


def take(world: World, text: str, encoding: str = 'utf-8') -> ImportedReadings:
    return perform(import_file, actor=world.actor, content=text.encode(encoding), now=NOW)


@pytest.mark.parametrize('encoding', ['utf-8-sig', 'gbk'])
def test_a_file_of_an_office_is_taken_with_the_malls_own_time(world: World, encoding: str) -> None:
    meter = a_meter(world)
    text = f'抄表时间,表号,读数\n2026/06/01 08:00,{meter.code},"1,200.5"\n\n2026-06-02T08:00,{meter.code},1300\n'
    answer = take(world, text, encoding)
    assert (answer.recorded, answer.repeated, answer.objections) == (2, 0, ())
    readings = ask(get_meter_card, actor=world.actor, meter_id=meter.id).readings
    assert [(line.reading.register_milli, line.reading.read_at.hour) for line in readings] == [
        (1_300_000, 0),
        (1_200_500, 0),
    ]
    assert take(world, text, encoding).repeated == 2


def test_every_fault_is_named_by_its_line_and_nothing_is_half_imported(world: World) -> None:
    meter = a_meter(world)
    take(world, f'meter,read_at,register\n{meter.code},2026-06-01 08:00,10\n')
    answer = take(world, '\n'.join([
        'meter,read_at,register', f'{meter.code},2026-06-03 08:00,12', f'{meter.code},yesterday,12',
        f'{meter.code},2026-06-03 09:00,many', 'NOBODY,2026-06-03 08:00,12', f'{meter.code},2026-06-03 10:00,100000',
        f'{meter.code},2026-07-03 08:00,13', f'{meter.code},2026-06-03 08:00,12', f'{meter.code},2026-06-01 08:00,11',
    ]))  # fmt: skip
    assert [(one.line, one.why) for one in answer.objections] == [
        (3, 'time'), (4, 'register'), (5, 'meter'), (6, 'digits'), (7, 'future'), (8, 'twice'), (9, 'conflict'),
    ]  # fmt: skip
    assert answer.recorded == 0
    assert len(ask(get_meter_card, actor=world.actor, meter_id=meter.id).readings) == 1


@pytest.mark.parametrize(
    ('content', 'why'),
    [
        (b'\xff\xff\xff', 'encoding'),
        (b'a,b\n1,2\n', 'columns'),
        (b'', 'columns'),
        (b'meter,read_at,register\n', 'empty'),
        (b'meter,read_at,register\n' + b'x,2026-06-01,1\n' * 10_001, 'too_many'),
    ],
)
def test_a_file_that_is_none_says_why(world: World, content: bytes, why: str) -> None:
    [objection] = perform(import_file, actor=world.actor, content=content, now=NOW).objections
    assert objection.why == why


def test_a_register_that_fell_is_taken_and_held(world: World) -> None:
    meter = a_meter(world)
    answer = take(
        world, f'meter,read_at,register\n{meter.code},2026-06-01 08:00,500\n{meter.code},2026-06-02 08:00,90\n'
    )
    assert (answer.recorded, len(answer.held)) == (2, 1)
