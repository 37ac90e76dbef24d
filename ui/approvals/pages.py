"""The page of approvals."""

from domain.approvals.permissions import VIEW
from ui.approvals.waiting_page import WaitingPage
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.screens import Place, look_around, show_fresh
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import Title, page

TOPICS = ('approvals', 'permits', 'purchasing')
CALM_S = 3.0


@page(paths.APPROVALS, permission=VIEW, title=Title('待我审批', 'My approvals'), icon='check', nav='office', order=5)
async def approvals_page(session: ClientSession) -> None:
    """What waits for the reader."""
    place = await look_around(Place, session.actor, paths.APPROVALS)
    with page_body():
        with page_header(t('approvals.title'), t('approvals.subtitle')):
            pass
        show_fresh(lambda loader: WaitingPage(place, loader), TOPICS, at_most_every_s=CALM_S)
