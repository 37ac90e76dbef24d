"""The whole way: the simulated devices of a mall, a broker, the real ingest, PostgreSQL; and the figures are the truth.

The line is a bad one: messages are doubled, swapped, late and cut.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from domain.devices.quarantine import list_quarantined
from domain.footfall import queries
from domain.mall.operations import import_mall
from domain.shared.actor import system_actor
from domain.shared.operations import ask, perform
from integrations.demo.furnishing import furnish
from integrations.mqtt.ending import end
from integrations.mqtt.settings import MqttSettings
from integrations.simulator.faults import FaultSettings
from integrations.simulator.main import run
from integrations.simulator.plan import MallPlan
from integrations.simulator.store import hand_over, open_store
from tests.conftest import Database
from tests.integrations.brokers import SECRET, BrokerProcess
from tests.integrations.mqtt.conftest import ingesting
from tests.integrations.simulator.test_live import afternoon_zone, settings_for, truth_between

BAD_LINE = FaultSettings(duplicates=0.05, out_of_order=0.1, late=0.1, late_s=1.0, malformed=0.02)


async def test_what_the_devices_saw_is_what_the_platform_counts(
    database: Database, broker: BrokerProcess, qinghe: MallPlan, tmp_path: Path
) -> None:
    zone, began = afternoon_zone(), datetime.now(UTC)
    since = began - timedelta(minutes=20)
    document = {**qinghe.document, 'mall': {**qinghe.document['mall'], 'timezone': zone}}
    mall, _ = import_mall(actor=system_actor('seeder'), document=document)
    actor = system_actor('seeder', mall.id)
    perform(furnish, actor=actor, document=document, since=since - timedelta(days=1), now=began)
    hand_over(tmp_path / 'state', 'qinghe', {}, since)
    settings = settings_for(broker, tmp_path / 'state', zone).model_copy(update={'faults': BAD_LINE})
    listening = MqttSettings(host=broker.host, port=broker.port, malls=('qinghe',), password=SecretStr(SECRET))

    async with ingesting(listening):
        until = await _play(settings.state_dir, asyncio.create_task(run(settings)), began)

    seen = truth_between(qinghe, zone, since, until, without_marked=True)
    ranking = ask(queries.door_ranking, actor=actor, now=until + timedelta(minutes=1))
    counted = {(rank.code, way): count for rank in ranking
               for way, count in ((True, rank.ins.value), (False, rank.outs.value))}  # fmt: skip
    assert sum(counted.values()) > 10
    for door in qinghe.external_doors:
        for way in (True, False):
            assert counted[door.code, way] == sum(1 for line, _, is_in in seen if line == door.code and is_in is way)
    reasons = {message.reason for message in ask(list_quarantined, actor=actor)}
    assert len(reasons) <= 1, 'only the messages that were cut in two are quarantined'


async def _play(state: Path, player: 'asyncio.Task[None]', began: datetime) -> datetime:
    """Plays until the present is reached, then lets nobody see anything new and waits until all is acknowledged."""
    try:
        async with asyncio.timeout(150):
            while True:
                await asyncio.sleep(0.4)
                with open_store(state, 'qinghe') as store:
                    played = store.played_until
                    if played is not None and played >= began and len(store) == 0:
                        return played
    finally:
        await end(player)
