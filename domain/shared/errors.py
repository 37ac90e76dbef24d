"""Anticipated failures: a code for machines, a sentence for people, an HTTP status for the edge.

Anything that is not a `DomainError` is a bug and travels up untouched.
"""

from typing import Any, ClassVar


class DomainError(Exception):
    """Base of every anticipated failure. Subclasses state `code`, `status`, `zh` and `en`.

    The sentences may name facts in braces; the facts are given as keyword arguments when raising.
    """

    code: ClassVar[str] = 'domain.error'
    status: ClassVar[int] = 409
    zh: ClassVar[str] = '操作无法完成。'
    en: ClassVar[str] = 'The operation could not be completed.'

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.sentence('en'))

    def sentence(self, locale: str) -> str:
        """The sentence in the locale's language; Chinese for every `zh…`, English otherwise."""
        return (self.zh if locale.startswith('zh') else self.en).format(**self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.facts)


def _rebuild(kind: type[DomainError], facts: dict[str, Any]) -> DomainError:
    return kind(**facts)


class PermissionDenied(DomainError):
    code = 'access.denied'
    status = 403
    zh = '您没有“{permission}”的权限，请联系管理员。'
    en = 'You lack the permission "{permission}". Ask an administrator.'


class NotFound(DomainError):
    code = 'object.not_found'
    status = 404
    zh = '找不到该记录，或您无权查看。'
    en = 'There is no such record, or you may not see it.'


class Invalid(DomainError):
    """Input that is well-formed but breaks a rule of one field."""

    code = 'input.invalid'
    status = 422
    zh = '“{field}”不正确：{reason}'
    en = '"{field}" is not valid: {reason}'


class DatabaseUnavailable(DomainError):
    code = 'database.unavailable'
    status = 503
    zh = '数据库暂时无法连接，请稍后重试；您的操作没有生效。'
    en = 'The database cannot be reached just now. Nothing was changed; please try again.'
