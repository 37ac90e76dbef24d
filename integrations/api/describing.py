"""Adds to the API's description what FastAPI does not know: the schema of errors, times without a zone, points."""

from typing import Any

from fastapi import FastAPI

from integrations.api import problems

LOCAL_TIME = r'^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$'


def complete_description(api: FastAPI) -> None:
    """Makes `openapi.json` say all that the API answers."""
    inner = api.openapi

    def described() -> dict[str, Any]:
        document = inner()
        schemas = document.setdefault('components', {}).setdefault('schemas', {})
        if 'Problem' not in schemas:
            schema = problems.Problem.model_json_schema(ref_template='#/components/schemas/{model}')
            schemas |= schema.pop('$defs', {})
            schemas['Problem'] = schema
            _correct(document)
        return document

    api.openapi = described  # type: ignore[method-assign]


def _correct(node: Any) -> None:
    """JSON Schema's `time` has an offset, a mall's cut-off at 04:00 has none; a point is an array of two numbers."""
    if isinstance(node, list):
        for item in node:
            _correct(item)
    elif isinstance(node, dict):
        if node.get('format') == 'time':
            node.pop('format')
            node['pattern'] = LOCAL_TIME
        parts = node.get('prefixItems')
        if isinstance(parts, list) and all(part == parts[0] for part in parts):
            node['items'] = node.pop('prefixItems')[0]
        for item in node.values():
            _correct(item)
