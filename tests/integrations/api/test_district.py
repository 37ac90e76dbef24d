"""Cars that a parking system reports for the district."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.domain.members.conftest import keys
from tests.integrations.api.conftest import bearer

__all__ = ['keys']

PASSAGE = {'key': 'gate-2:0001', 'openid': 'o-driver', 'plate': '沪A12345', 'is_inside': True}
Key = Callable[..., str]


def passage(**changes: Any) -> dict[str, Any]:
    return PASSAGE | {'occurred_at': datetime.now(UTC).isoformat()} | changes


async def test_a_passage_is_kept_once(http: httpx.AsyncClient, key: Key) -> None:
    headers, body = bearer(key('district.report_parking')), passage()

    answers = [(await http.post('/api/v1/district/parking', json=body, headers=headers)).json() for _ in range(2)]

    assert [answer['is_replay'] for answer in answers] == [False, True]
    assert 'o-driver' not in str(answers)


@pytest.mark.parametrize(
    'changes',
    [
        {'key': 'x'},
        {'key': 'gate\x00-2:0001'},
        {'plate': ''},
        {'occurred_at': '2026-11-22T12:00:00'},
        {'occurred_at': (datetime.now(UTC) + timedelta(days=1)).isoformat()},
        {'occurred_at': '0001-01-01T00:00:00+14:00'},
    ],
)
async def test_what_is_no_passage_is_refused(http: httpx.AsyncClient, key: Key, changes: dict[str, Any]) -> None:
    answer = await http.post(
        '/api/v1/district/parking', json=passage(**changes), headers=bearer(key('district.report_parking'))
    )

    assert answer.status_code in (400, 422)
    assert answer.headers['content-type'] == 'application/problem+json'
