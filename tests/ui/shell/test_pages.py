"""The registry of pages: what it refuses, who gets in, what the menu shows."""

from dataclasses import replace

import pytest

from domain.shared.actor import Actor
from domain.shared.permission import Permission
from ui.session import ClientSession
from ui.shell.pages import EVERYBODY, SIGNED_IN, PageRegistry, PageSpec, Title, page

SEE = Permission('x.see', zh='看', en='See')
TITLE = Title('页', 'Page')
NOBODY = ClientSession()
SOMEBODY = ClientSession(session_id=1, actor=Actor(name='a', kind='person'))
SEER = ClientSession(session_id=1, actor=Actor(name='a', kind='person', permissions=frozenset({'x.see'})))


def spec(path: str, access: object = SEE, **facts: object) -> PageSpec:
    return PageSpec(path=path, builder=lambda session: None, access=access, title=TITLE, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize('path', ['', 'x', '/X', '/a//b', '/a/', '/a?b', '/{id}{b}', '/a b', '/a/{1}'])
def test_a_malformed_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match='no page path'):
        PageRegistry().add(spec(path))


def test_a_page_without_a_permission_cannot_be_declared() -> None:
    with pytest.raises(TypeError):
        page('/open', title=TITLE, registry=PageRegistry())  # type: ignore[call-arg]


def test_a_path_belongs_to_one_module() -> None:
    registry = PageRegistry()
    registry.add(spec('/mine'))
    other = spec('/mine')
    other.builder.__module__ = 'elsewhere'

    with pytest.raises(ValueError, match='taken'):
        registry.add(other)


def test_a_builder_takes_the_session_and_the_paths_parameters() -> None:
    registry = PageRegistry()

    with pytest.raises(TypeError, match='line_id'):

        @page('/lines/{line_id}', permission=SEE, title=TITLE, registry=registry)
        def without(session: ClientSession) -> None: ...

    @page('/lines/{line_id}', permission=SEE, title=TITLE, registry=registry)
    def with_it(session: ClientSession, line_id: int) -> None: ...

    assert [found.path for found in registry] == ['/lines/{line_id}']


@pytest.mark.parametrize(
    ('access', 'session', 'is_open'),
    [
        (EVERYBODY, NOBODY, True),
        (SIGNED_IN, NOBODY, False),
        (SIGNED_IN, SOMEBODY, True),
        (SEE, NOBODY, False),
        (SEE, SOMEBODY, False),
        (SEE, SEER, True),
        (SEE, ClientSession(actor=SEER.actor), False),
    ],
)
def test_a_page_opens_to_its_audience(access: object, session: ClientSession, is_open: bool) -> None:
    assert spec('/x', access).is_open_to(session) is is_open


@pytest.mark.parametrize(('whose', 'tenant', 'is_open'), [
    ('mall', None, True), ('mall', 7, False), ('shops', 7, True), ('shops', None, False),
    ('all', None, True), ('all', 7, True),
])  # fmt: skip
def test_a_page_of_the_mall_is_closed_to_a_shop_that_holds_the_same_permission(
    whose: str, tenant: int | None, is_open: bool
) -> None:
    session = replace(SEER, actor=replace(SEER.actor, tenant_id=tenant))

    assert spec('/x', SEE, whose=whose).is_open_to(session) is is_open


def test_the_menu_holds_what_would_open_by_group_and_order() -> None:
    registry = PageRegistry()
    for path, facts in {
        '/b': {'nav': 'operations', 'order': 2},
        '/a': {'nav': 'operations', 'order': 1},
        '/c': {'nav': 'overview'},
        '/hidden': {},
        '/closed': {'nav': 'overview', 'access': Permission('x.other', zh='', en='')},
    }.items():
        registry.add(spec(path, **facts))

    assert [found.path for found in registry.navigation(SEER)] == ['/c', '/a', '/b']
    assert registry.navigation(NOBODY) == []
