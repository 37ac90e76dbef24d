"""The one registry of pages. A page declares its path, permission, title and frame; the shell does the rest.

    @page('/footfall', permission=VIEW_FOOTFALL, title=Title('客流', 'Footfall'), nav='operations')
    async def footfall_page(session: ClientSession) -> None:
        ...

Builders may be plain or `async`; they are called inside the frame with the session, and with their path parameters by
name. Nothing here touches NiceGUI: `ui/shell/registration.py` alone registers routes, and checks the permission before
the builder runs. Pages without a permission do not exist: who may see everything says `EVERYBODY` or `SIGNED_IN`.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from domain.shared.permission import Permission
from ui.session import ClientSession

Frame = Literal['work', 'wall', 'kiosk', 'board', 'till', 'bare']
NavGroup = Literal['shop', 'overview', 'operations', 'property', 'marketing', 'engineering', 'office', 'system']
Whose = Literal['mall', 'shops', 'all']
Builder = Callable[..., Any]  # plain or async; may answer with a redirect instead of drawing

PATH = re.compile(r'^/(?:[a-z0-9_-]+|\{[a-z_]+\})?(?:/(?:[a-z0-9_-]+|\{[a-z_]+\}))*$')


class Audience(Enum):
    """Who may open a page that no permission guards."""

    EVERYBODY = 'everybody'
    SIGNED_IN = 'signed_in'


EVERYBODY = Audience.EVERYBODY
SIGNED_IN = Audience.SIGNED_IN


@dataclass(frozen=True, slots=True)
class Title:
    zh: str
    en: str

    def text(self, locale: str) -> str:
        return self.zh if locale.startswith('zh') else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """All that the shell knows of a page. `nav` puts it into the navigation, in `order` within its group.

    A permission may be held by the mall's people and by a tenant's; `whose` says for which of them the page was made.
    """

    path: str
    builder: Builder
    access: Permission | Audience
    title: Title
    frame: Frame = 'work'
    icon: str = 'layers'
    nav: NavGroup | None = None
    order: int = 100
    whose: Whose = 'mall'

    def is_open_to(self, session: ClientSession) -> bool:
        match self.access:
            case Audience.EVERYBODY:
                return True
            case Audience.SIGNED_IN:
                return session.is_signed_in
            case Permission() as permission:
                is_theirs = self.whose in ('all', 'mall' if session.actor.tenant_id is None else 'shops')
                return session.is_signed_in and is_theirs and session.may(permission)


class PageRegistry:
    """Filled while modules are imported, read when the application is built; never changed afterwards."""

    def __init__(self) -> None:
        self._by_path: dict[str, PageSpec] = {}

    def add(self, spec: PageSpec) -> None:
        """:raises ValueError: for a malformed path, or one that another module has taken."""
        if not PATH.match(spec.path):
            raise ValueError(f'{spec.path!r} is no page path')
        taken = self._by_path.get(spec.path)
        if taken is not None and taken.builder.__module__ != spec.builder.__module__:
            raise ValueError(f'{spec.path} is taken by {taken.builder.__module__}')
        self._by_path[spec.path] = spec

    def __iter__(self) -> Iterator[PageSpec]:
        return iter(sorted(self._by_path.values(), key=lambda spec: spec.path))

    def find(self, path: str) -> PageSpec | None:
        return self._by_path.get(path)

    def navigation(self, session: ClientSession) -> list[PageSpec]:
        """What this person finds in the menu: only pages that would open."""
        shown = [spec for spec in self._by_path.values() if spec.nav and spec.is_open_to(session)]
        groups = list(NavGroup.__args__)  # type: ignore[attr-defined]
        return sorted(shown, key=lambda spec: (groups.index(spec.nav), spec.order, spec.path))


PAGES = PageRegistry()


def page(
    path: str,
    *,
    permission: Permission | Audience,
    title: Title,
    frame: Frame = 'work',
    icon: str = 'layers',
    nav: NavGroup | None = None,
    order: int = 100,
    whose: Whose = 'mall',
    registry: PageRegistry = PAGES,
) -> Callable[[Builder], Builder]:
    """Declares the decorated function to be the page at `path`."""

    def declare(builder: Builder) -> Builder:
        _check_parameters(path, builder)
        registry.add(
            PageSpec(
                path=path,
                builder=builder,
                access=permission,
                title=title,
                frame=frame,
                icon=icon,
                nav=nav,
                order=order,
                whose=whose,
            )
        )
        return builder

    return declare


def path_parameters(path: str) -> list[str]:
    return re.findall(r'\{([a-z_]+)\}', path)


def _check_parameters(path: str, builder: Callable[..., Any]) -> None:
    """:raises TypeError: when the builder does not take `session` and then the path's parameters."""
    parameters = list(inspect.signature(builder).parameters)
    if parameters != ['session', *path_parameters(path)]:
        raise TypeError(f'{builder.__qualname__} must take session and {path_parameters(path)}, not {parameters}')
