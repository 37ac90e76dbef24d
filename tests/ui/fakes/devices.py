"""Made-up devices, alarms and messages in quarantine."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from domain.devices.commands import DeviceKind, DeviceState
from domain.devices.views import AlarmView, DeviceView, FleetView, QuarantinedView
from tests.ui.fakes.figures import alarms
from tests.ui.fakes.ground import CLOCK, NOW, drawing, floors


@cache
def devices() -> list[DeviceView]:
    dice = Random(12)
    made = []
    for floor in floors():
        for place, device in enumerate(drawing()['buildings'][0]['floors'][floor.id - 1]['devices']):
            number = floor.id * 1000 + place
            open_alarms = {5: ('silence',), 9: ('clock_skew',), 14: ('frozen',)}.get(place, ())
            made.append(
                DeviceView(
                    id=number,
                    code=device['code'],
                    name=f'{floor.code} 客流计 {place + 1}',
                    model='AT-3D2',
                    epoch=8,
                    kind=DeviceKind.CAMERA if device['kind'] == 'camera' else DeviceKind.COUNTER,
                    firmware='4.2.1',
                    floor_id=floor.id,
                    x_m=device['at'][0],
                    y_m=device['at'][1],
                    parent_id=None,
                    silence_after_s=180,
                    state=DeviceState.MAINTENANCE if place == 20 else DeviceState.ACTIVE,
                    is_online='silence' not in open_alarms,
                    last_seen_at=NOW - timedelta(seconds=dice.randint(1, 50)),
                    picture='ok',
                    clock_skew=timedelta(milliseconds=dice.randint(-900, 900)),
                    committed_through=88_213,
                    missing=0,
                    readings=88_213,
                    open_alarms=open_alarms,
                )
            )
    return made


def quarantined() -> list[QuarantinedView]:
    kept = [
        ('cnt-door-f1-east', 'json_invalid', 'Expecting value: line 1 column 1', b'\x00\x17\xfe{garbage'),
        (
            'cam-f2-void',
            'clock_skew',
            'clock is 1 h 12 min ahead',
            json.dumps(
                {
                    'v': 1,
                    'epoch': 8,
                    'sent_at': '2026-11-22T08:32:00.123Z',
                    'readings': [{'seq': 1234, 'at': '2026-11-22T08:31:58Z', 'line': 'f2-void', 'direction': 'in'}],
                }
            ).encode(),
        ),
        ('kiosk-f1-9', 'device_unknown', 'no device of this code', b'{"v":1,"epoch":1,"readings":[]}'),
        ('cnt-door-b1-metro', 'payload_invalid', 'readings.0.direction: must be "in" or "out"', b'{"v":1}' * 3_000),
    ]
    return [
        QuarantinedView(
            id=place,
            device_code=code,
            topic=f'atrium/v1/yunji/{code}/crossings',
            reason=reason,
            detail=detail,
            payload=payload,
            payload_bytes=len(payload) + (90_000 if place == 3 else 0),
            skew=timedelta(0),
            occurrences=1 + 11 * place,
            state='held',
            received_at=NOW,
            last_received_at=NOW,
        )
        for place, (code, reason, detail, payload) in enumerate(kept)
    ]


def acknowledged(command: Any) -> AlarmView:
    return replace(
        next(alarm for alarm in alarms() if alarm.id == command.alarm_id), acknowledged_at=NOW, acknowledged_by='陈经理'
    )


def devices_answers() -> dict[str, Callable[..., Any]]:
    return {
        'get_business_clock': lambda: CLOCK,
        'list_floors': lambda: list(floors()),
        'get_fleet': lambda: FleetView(active=171, online=168, silent=1, open_alarms=5, quarantined=4),
        'list_devices': devices,
        'list_alarms': lambda is_open=True, limit=200: alarms()[:limit],
        'list_quarantined': lambda limit=100: quarantined(),
        'acknowledge_alarm': acknowledged,
        'retry_quarantined': lambda command: None,
        'purge_quarantined': lambda command: None,
    }
