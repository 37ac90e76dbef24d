"""From a cookie to a person: the domain's session, the malls it may enter, the one it is in."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast, get_args

from nicegui import background_tasks

from domain.identity.errors import SessionEnded
from domain.identity.operations import touch_session
from domain.identity.queries import find_session
from domain.identity.views import SessionView
from domain.mall.queries import list_malls
from domain.shared.actor import ANONYMOUS, Actor, MallId
from domain.shared.operations import run_operation, run_query
from ui.kit.i18n import DEFAULT_LOCALE, LOCALES, Locale
from ui.session import ClientSession, MallChoice, Theme

TOUCH_AFTER = timedelta(minutes=1)


class IdentityAccess:
    """Asks identity for every page that is opened; nothing is remembered between pages."""

    async def session_for(self, cookie: Mapping[str, Any]) -> ClientSession:
        locale = _locale(cookie.get('locale'))
        token = cookie.get('token')
        if not isinstance(token, str):
            return ClientSession(locale=locale)
        now = datetime.now(UTC)
        try:
            view = await run_query(find_session, actor=ANONYMOUS, token=token, now=now)
        except SessionEnded:
            return ClientSession(locale=locale)
        _touch(view, now)
        return _client_session(view, await _malls(view))


async def _malls(view: SessionView) -> tuple[MallChoice, ...]:
    """The malls where the person works; an administrator's are all."""
    actor = Actor(name=view.display_name, kind=view.kind, account_id=view.account_id)
    malls = await run_query(list_malls, actor=actor)
    return tuple(
        MallChoice(id=mall.id, code=mall.code, name_zh=mall.name_zh, name_en=mall.name_en, timezone=mall.timezone)
        for mall in malls
        if view.is_administrator or mall.id in view.mall_ids
    )


def _client_session(view: SessionView, malls: tuple[MallChoice, ...]) -> ClientSession:
    mall = next((mall for mall in malls if mall.id == view.last_mall_id), malls[0] if malls else None)
    mall_id = MallId(mall.id) if mall else None
    locale = _locale(view.locale)
    return ClientSession(
        actor=view.actor_in(mall_id),
        session_id=view.id,
        login=view.login,
        display_name=view.display_name,
        role_names=_role_names(view, mall_id, locale),
        locale=locale,
        theme=cast(Theme, view.theme) if view.theme in get_args(Theme) else 'light',
        mall=mall,
        malls=malls,
        must_change_password=view.must_change_password,
        has_totp=view.has_totp,
        valid_until=view.valid_until(mall_id),
    )


def _role_names(view: SessionView, mall_id: MallId | None, locale: Locale) -> tuple[str, ...]:
    here = [membership for membership in view.memberships if membership.mall_id == mall_id]
    names = [membership.role_zh if locale == 'zh-CN' else membership.role_en for membership in here]
    if view.is_administrator:
        names.insert(0, '系统管理员' if locale == 'zh-CN' else 'Administrator')
    return tuple(dict.fromkeys(names))


def _touch(view: SessionView, now: datetime) -> None:
    if now - view.last_seen_at < TOUCH_AFTER:
        return
    work = run_operation(touch_session, actor=view.actor_in(None), session_id=view.id, now=now)
    background_tasks.create(work, name='touch session')


def _locale(value: object) -> Locale:
    return next((locale for locale in LOCALES if locale == value), DEFAULT_LOCALE)
