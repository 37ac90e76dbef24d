"""The first page: whatever of the navigation comes first for this person."""

from starlette.responses import RedirectResponse

from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import PAGES, SIGNED_IN, Title, page


@page(paths.HOME, permission=SIGNED_IN, title=Title('首页', 'Home'), frame='bare')
def home_page(session: ClientSession) -> RedirectResponse:
    shown = PAGES.navigation(session)
    return RedirectResponse(shown[0].path if shown else paths.ME, 303)
