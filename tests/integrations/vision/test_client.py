"""What `/readyz` says of the vision service: asked of its real API."""

import httpx
import pytest
from prometheus_client import CollectorRegistry

from integrations.vision.client import vision_answers
from vision_service.api import create_api
from vision_service.contracts import CameraView, HealthView, PartView
from vision_service.trajectories.owner import IdentityOwner


class Watch:
    """A service in a state of our choice."""

    def __init__(self, *parts: PartView, waiting: int = 0) -> None:
        self._parts = list(parts)
        self._waiting = waiting

    def health(self) -> HealthView:
        return HealthView(
            status='ok' if all(part.ready for part in self._parts) else 'degraded',
            version='0.1.0',
            cameras=3,
            watching=2,
            readings_waiting=self._waiting,
            parts=self._parts,
        )

    def cameras(self) -> list[CameraView]:
        return []

    def snapshot(self, code: str) -> bytes | None:
        raise KeyError(code)


def transport(watch: Watch) -> httpx.ASGITransport:
    return httpx.ASGITransport(create_api(watch, IdentityOwner(), CollectorRegistry(), None))


async def test_all_well_is_ok() -> None:
    watch = Watch(PartView(name='broker', ready=True, detail='connected'))

    assert await vision_answers('http://vision', transport=transport(watch)) == 'ok'


async def test_a_troubled_part_is_named_with_what_waits() -> None:
    watch = Watch(PartView(name='broker', ready=False, detail='refused: is it up?'), waiting=12)

    answer = await vision_answers('http://vision/', transport=transport(watch))

    assert answer == '2 of 3 cameras count; broker: refused: is it up?; 12 readings wait on its disk'


@pytest.mark.parametrize(
    ('reply', 'said'),
    [
        pytest.param(httpx.Response(500), 'does not answer', id='it fails'),
        pytest.param(httpx.Response(200, text='ok'), 'is not the vision service', id='somebody else'),
    ],
)
async def test_what_is_wrong_is_a_sentence(reply: httpx.Response, said: str) -> None:
    answer = await vision_answers('http://vision', transport=httpx.MockTransport(lambda _: reply))

    assert said in answer


async def test_nobody_at_home_is_a_sentence() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError('refused', request=request)

    assert 'count nothing until it is back' in await vision_answers(
        'http://vision', transport=httpx.MockTransport(refuse)
    )
