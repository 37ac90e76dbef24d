"""The members' pages. Each reads like a table of contents: load, show, stay fresh."""

from typing import Any

from domain.members.commands import MemberId
from domain.members.permissions import VIEW, VIEW_LIABILITY
from ui.loading import Loader, keep_fresh
from ui.members import addresses
from ui.members.frame import members_frame, read
from ui.members.member_list import MemberList
from ui.members.member_page import MemberPage
from ui.members.points_page import PointsPage
from ui.session import ClientSession
from ui.shell.pages import Title, page


@page(addresses.MEMBERS, permission=VIEW, title=Title('会员', 'Members'), icon='user', nav='marketing', order=10)
async def members_page(session: ClientSession) -> None:
    """Who the members are."""
    place = await read(session.actor, addresses.MEMBERS)
    with members_frame(addresses.MEMBERS, session.actor):
        loader: Loader[Any] = Loader()
        view = MemberList(place)
    keep_fresh(loader.serve(view.load, view.show), ())


@page(
    addresses.POINTS,
    permission=VIEW_LIABILITY,
    title=Title('积分账', 'Points owed'),
    icon='layers',
    nav='marketing',
    order=12,
)
async def points_page(session: ClientSession) -> None:
    """What the mall owes in points."""
    place = await read(session.actor, addresses.POINTS)
    with members_frame(addresses.POINTS, session.actor):
        loader: Loader[Any] = Loader()
        view = PointsPage(place, loader)
    keep_fresh(loader.serve(view.load, view.show), ())


@page(addresses.MEMBER, permission=VIEW, title=Title('会员', 'Member'))
async def member_page(session: ClientSession, member: int) -> None:
    """One member."""
    place = await read(session.actor, addresses.member(member))
    with members_frame(addresses.MEMBERS, session.actor):
        loader: Loader[Any] = Loader()
        view = MemberPage(place, MemberId(member), loader)
    keep_fresh(loader.serve(view.load, view.show), ())
