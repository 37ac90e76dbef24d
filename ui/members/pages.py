"""The members' pages. Each reads like a table of contents: load, show, stay fresh."""

from datetime import UTC, datetime

from domain.mall.queries import list_categories
from domain.members.commands import MemberId
from domain.members.permissions import ENROL, MANAGE, VIEW, VIEW_LIABILITY
from domain.members.registers import list_tag_definitions
from domain.shared.operations import run_query
from ui.members import addresses
from ui.members.benefits_page import BenefitsPage
from ui.members.enrol_page import EnrolPage
from ui.members.frame import members_frame, read
from ui.members.member_list import MemberList, read_choices
from ui.members.member_page import MemberPage
from ui.members.merges_page import MergesPage
from ui.members.points_page import PointsPage
from ui.members.postings_page import PostingsPage
from ui.members.rules_page import RulesPage
from ui.members.segments_page import SegmentsPage
from ui.members.tags_page import TagsPage
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page


@page(addresses.MEMBERS, permission=VIEW, title=Title('会员', 'Members'), icon='user', nav='marketing', order=10)
async def members_page(session: ClientSession) -> None:
    """Who the members are."""
    place = await read(session.actor, addresses.MEMBERS)
    choices = await read_choices(place)
    with members_frame(addresses.MEMBERS, session.actor):
        show_fresh(lambda _: MemberList(place, choices))


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
        show_fresh(lambda loader: PointsPage(place, loader))


@page(addresses.ENROL, permission=ENROL, title=Title('登记会员', 'Enrol a member'))
async def enrol_page(session: ClientSession) -> None:
    """Somebody at the front desk."""
    place = await read(session.actor, addresses.ENROL)
    with members_frame(addresses.ENROL, session.actor):
        EnrolPage(place)


@page(addresses.TAGS, permission=VIEW, title=Title('标签', 'Tags'))
async def tags_page(session: ClientSession) -> None:
    """What tags mean and who bears them."""
    place = await read(session.actor, addresses.TAGS)
    categories = await run_query(list_categories, actor=session.actor)
    with members_frame(addresses.TAGS, session.actor):
        show_fresh(lambda loader: TagsPage(place, loader, categories))


@page(addresses.SEGMENTS, permission=VIEW, title=Title('人群', 'Segments'))
async def segments_page(session: ClientSession) -> None:
    """Who can be spoken to together."""
    place = await read(session.actor, addresses.SEGMENTS)
    tags = await run_query(list_tag_definitions, actor=session.actor, now=datetime.now(UTC))
    with members_frame(addresses.SEGMENTS, session.actor):
        show_fresh(lambda loader: SegmentsPage(place, loader, tags))


@page(addresses.RULES, permission=VIEW, title=Title('等级与积分规则', 'Tiers and earn rules'))
async def rules_page(session: ClientSession) -> None:
    """How money becomes points and levels."""
    place = await read(session.actor, addresses.RULES)
    with members_frame(addresses.RULES, session.actor):
        show_fresh(lambda loader: RulesPage(place, loader))


@page(addresses.BENEFITS, permission=VIEW, title=Title('权益', 'Benefits'))
async def benefits_page(session: ClientSession) -> None:
    """What tiers may have, and who had it."""
    place = await read(session.actor, addresses.BENEFITS)
    with members_frame(addresses.BENEFITS, session.actor):
        show_fresh(lambda loader: BenefitsPage(place, loader))


@page(addresses.MERGES, permission=MANAGE, title=Title('合并与拆分', 'Merge and split'))
async def merges_page(session: ClientSession) -> None:
    """Two records of one person."""
    place = await read(session.actor, addresses.MERGES)
    with members_frame(addresses.MERGES, session.actor):
        show_fresh(lambda loader: MergesPage(place, loader))


@page(addresses.POSTINGS, permission=VIEW_LIABILITY, title=Title('积分流水', 'Points journal'))
async def postings_page(session: ClientSession) -> None:
    """Every movement of points."""
    place = await read(session.actor, addresses.POSTINGS)
    with members_frame(addresses.POSTINGS, session.actor):
        show_fresh(lambda _: PostingsPage(place))


@page(addresses.MEMBER, permission=VIEW, title=Title('会员', 'Member'))
async def member_page(session: ClientSession, member: int) -> None:
    """One member."""
    place = await read(session.actor, addresses.member(member))
    with members_frame(addresses.MEMBERS, session.actor):
        show_fresh(lambda loader: MemberPage(place, MemberId(member), loader))
