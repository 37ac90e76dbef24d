"""Errors as problem documents (RFC 9457): one form for refusals of the domain, of the framework, and for bugs."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from domain.shared.errors import DomainError

log = logging.getLogger(__name__)

MEDIA_TYPE = 'application/problem+json'
_TITLES = {
    400: 'Bad request',
    401: 'Not authenticated',
    403: 'Not allowed',
    404: 'Not found',
    405: 'Method not allowed',
    409: 'Conflict',
    413: 'Too large',
    422: 'Not valid',
    429: 'Too many requests',
    500: 'Internal error',
    503: 'Unavailable',
}


class FieldProblem(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """What went wrong. `code` is stable and for machines, `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[FieldProblem] = []


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = Problem(
        type=f'urn:atrium:problem:{code}',
        title=_TITLES.get(status, 'Error'),
        status=status,
        code=code,
        detail=detail,
        request_id=request.scope.get('request_id', ''),
        errors=errors or [],
    )
    known = dict(headers or {})
    if status == 401:
        known['WWW-Authenticate'] = 'Bearer'
    return JSONResponse(body.model_dump(), status, known, MEDIA_TYPE)


def locale_of(request: Request) -> str:
    """Chinese unless the caller asks for something else first."""
    wanted = request.headers.get('accept-language', 'zh')
    return 'zh-CN' if wanted.strip().lower().startswith(('zh', '*')) else 'en'


def install(api: FastAPI) -> None:
    """Gives every failure the same form."""
    api.add_exception_handler(DomainError, _domain_error)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(Exception, _bug)


async def _domain_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)
    wait = error.facts.get('retry_after_s')
    headers = {'Retry-After': str(wait)} if wait is not None else {}
    return problem(request, error.status, error.code, error.sentence(locale_of(request)), headers=headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError | ValidationError)
    errors = [
        FieldProblem(field='.'.join(str(part) for part in found['loc']), message=str(found['msg']))
        for found in error.errors()
    ]
    sentence = (
        '请求中有不正确的字段。' if locale_of(request) == 'zh-CN' else 'Some fields of the request are not valid.'
    )
    return problem(request, 422, 'input.invalid', sentence, errors=errors)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(request, error.status_code, f'http.{error.status_code}', str(error.detail), headers=error.headers)


async def _bug(request: Request, error: Exception) -> JSONResponse:
    """The log has the rest, under the request id."""
    log.error('a request failed', exc_info=error)
    sentence = '系统内部错误，已记录。' if locale_of(request) == 'zh-CN' else 'An internal error. It has been recorded.'
    return problem(request, 500, 'internal.error', sentence)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's documentation says of its failures; those that every route has come by themselves."""
    media = {MEDIA_TYPE: {'schema': {'$ref': '#/components/schemas/Problem'}}}
    return {
        status: {'description': _TITLES[status], 'content': media}
        for status in {*statuses, 400, 401, 403, 422, 429, 503}
    }
