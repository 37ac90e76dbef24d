"""One attacked site per module, with pages that record what ran."""

from collections.abc import AsyncIterator, Iterator

import pytest
from nicegui import ui
from nicegui.events import UploadEventArguments

from domain.shared.permission import Permission
from tests.security.site import Site, serve
from ui.live import LiveRegion
from ui.session import ClientSession
from ui.shell.pages import PAGES, SIGNED_IN, Title, page

SECRETS = Permission('test.secrets', zh='看秘密', en='See secrets')
DONE: list[str] = []
UPLOADED: list[tuple[str, int]] = []


def declare_pages() -> None:
    @page('/probe', permission=SIGNED_IN, title=Title('探针', 'Probe'), frame='bare')
    def probe(session: ClientSession) -> None:
        ui.button('go', on_click=lambda: DONE.append(session.display_name)).mark('probe.go')
        ui.label(f'secret of {session.display_name} <script>alert(1)</script>')
        LiveRegion(lambda: DONE.append('live'), 'probe')

    @page('/probe/secret', permission=SECRETS, title=Title('秘密', 'Secret'), frame='work')
    def secret(session: ClientSession) -> None:
        ui.label('only for few')

    @page('/probe/upload', permission=SIGNED_IN, title=Title('上传', 'Upload'), frame='bare')
    def upload(session: ClientSession) -> None:
        async def keep(event: UploadEventArguments) -> None:
            UPLOADED.append((session.display_name, len(await event.file.read())))

        ui.upload(max_file_size=1000, on_upload=keep).mark('probe.upload')

    @page('/probe/failing', permission=SIGNED_IN, title=Title('出错', 'Failing'), frame='bare')
    def failing(session: ClientSession) -> None:
        raise ZeroDivisionError('a detail nobody should see')


def forget_probes() -> None:
    """Takes out the pages of the tests alone: those whose modules are loaded by now are not declared a second time."""
    for path in [path for path in PAGES._by_path if path.startswith('/probe')]:
        del PAGES._by_path[path]


@pytest.fixture(scope='module')
def site() -> Iterator[Site]:
    declare_pages()
    with serve(bare_pages_per_minute=12, max_upload_bytes=100_000) as served:
        yield served
    forget_probes()


@pytest.fixture(autouse=True)
async def clean(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Nothing done before, nothing left open after."""
    DONE.clear()
    UPLOADED.clear()
    yield
    if 'site' in request.fixturenames:
        await request.getfixturevalue('site').tidy()
