"""Schemathesis asks the API everything its description allows, and much that it does not: never a 5xx."""

import os
from collections import Counter
from collections.abc import Callable

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette

from domain.shared.actor import MallId
from tests.integrations.api.conftest import bearer

CASES = int(os.environ.get('ATRIUM_FUZZ_CASES', '10'))
"""Cases an operation and mode: few for every commit, a thousand in the nightly run."""

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


def test_no_request_makes_a_5xx_or_breaks_the_description(
    application: Starlette, key: Callable[..., str], qinghe: MallId
) -> None:
    headers = bearer(key(mall_id=qinghe))
    schema = schemathesis.openapi.from_asgi('/api/v1/openapi.json', application)
    asked: Counter[str] = Counter()
    statuses: Counter[int] = Counter()

    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=CASES,
                deadline=None,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: schemathesis.Case) -> None:
                case.headers = {**(case.headers or {}), **headers}
                response = case.call()
                case.validate_response(response, checks=list(CHECKS))
                asked[case.operation.label] += 1
                statuses[response.status_code] += 1

            ask()

    assert len(asked) >= 19
    assert min(asked.values()) >= min(CASES, 2)
    assert statuses[200] > 0
    assert statuses[422] > 0
    assert not [status for status in statuses if status >= 500]
