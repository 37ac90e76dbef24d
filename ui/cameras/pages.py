"""The camera pages: the wall, one camera, the ways people take, the heat of the hours."""

from domain.footfall.permissions import VIEW as VIEW_FOOTFALL
from domain.safety.permissions import WATCH
from ui.cameras import addresses
from ui.cameras.camera import CameraPage
from ui.cameras.frame import cameras_frame, read_place
from ui.cameras.heat import HeatPage
from ui.cameras.wall import Wall
from ui.cameras.ways import WaysPage
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import Title, page

NEWS = ('devices', 'safety')


@page(addresses.WALL, permission=WATCH, title=Title('摄像机', 'Cameras'), icon='camera', nav='engineering', order=7)
async def wall_page(session: ClientSession) -> None:
    """Every camera at once."""
    place = await read_place(session, addresses.WALL)
    with cameras_frame(addresses.WALL):
        show_fresh(lambda _: Wall(place), NEWS, at_most_every_s=5)


@page(addresses.WAYS, permission=VIEW_FOOTFALL, title=Title('动线与去向', 'Ways and next shops'))
async def ways_page(session: ClientSession) -> None:
    """From place to place, to the next shop, and on the way to a till."""
    place = await read_place(session, addresses.WAYS)
    with cameras_frame(addresses.WAYS):
        show_fresh(lambda loader: WaysPage(place, loader.refresh))


@page(addresses.HEAT, permission=VIEW_FOOTFALL, title=Title('分时热区', 'Heat by the hour'))
async def heat_page(session: ClientSession) -> None:
    """Where people are, hour by hour."""
    place = await read_place(session, addresses.HEAT)
    with cameras_frame(addresses.HEAT):
        show_fresh(lambda loader: HeatPage(place, loader.refresh))


@page(addresses.CAMERA, permission=WATCH, title=Title('摄像机', 'Camera'))
async def camera_page(session: ClientSession, camera: str) -> None:
    """One camera: its picture, its layout, its accuracy."""
    place = await read_place(session, paths.camera(camera))
    with cameras_frame(addresses.WALL):
        show_fresh(lambda loader: CameraPage(place, camera, loader.refresh), NEWS, at_most_every_s=5)
