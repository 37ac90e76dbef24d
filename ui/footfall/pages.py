"""The footfall pages. Each reads like a table of contents: choose, load, show, stay fresh."""

from typing import Any

from domain.footfall.commands import LineId
from domain.footfall.permissions import VIEW
from ui.footfall import addresses
from ui.footfall.capture import capture_table
from ui.footfall.coverage import CoverageView
from ui.footfall.dwell import DwellView
from ui.footfall.exporting import export_button
from ui.footfall.flows import FlowView
from ui.footfall.frame import day_choice, floor_choice, footfall_frame
from ui.footfall.line_page import LinePage
from ui.footfall.line_state import LineState
from ui.footfall.lines import LinesTable
from ui.footfall.overview import Overview
from ui.footfall.overview_state import OverviewState
from ui.footfall.plan import PlanView
from ui.footfall.selection import ground_floor, read_selection
from ui.kit.toolbar import spacer, toolbar
from ui.loading import Loader, keep_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page

FOOTFALL = ('footfall',)


@page(addresses.OVERVIEW, permission=VIEW, title=Title('客流', 'Footfall'), icon='footfall', nav='operations', order=10)
async def overview_page(session: ClientSession) -> None:
    """One business day against its bases."""
    selection = await read_selection(session.actor, addresses.OVERVIEW)
    with footfall_frame(addresses.OVERVIEW):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(selection, loader.refresh)
            spacer()
            export_button(selection)
        view = Overview(selection)
    keep_fresh(loader.serve(OverviewState(selection).load, view.show), FOOTFALL)


@page(addresses.PLAN, permission=VIEW, title=Title('客流平面图', 'Footfall on the plan'))
async def plan_page(session: ClientSession) -> None:
    """One floor with heat, capture rates or dwell on it."""
    selection = await read_selection(session.actor, addresses.PLAN)
    selection.floor_id = selection.floor_id or ground_floor(selection.floors)
    with footfall_frame(addresses.PLAN):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(selection, loader.refresh)
            floor_choice(selection, loader.refresh)
        view = PlanView(selection)
    keep_fresh(loader.serve(view.load, view.show), FOOTFALL)


@page(addresses.CAPTURE, permission=VIEW, title=Title('进店率', 'Capture rate'))
async def capture_page(session: ClientSession) -> None:
    """Of those who pass each shop, how many go in."""
    selection = await read_selection(session.actor, addresses.CAPTURE)
    with footfall_frame(addresses.CAPTURE):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(selection, loader.refresh)
        table = await capture_table(selection)
    keep_fresh(loader.serve(table.refresh, lambda _: None), FOOTFALL)


@page(addresses.DWELL, permission=VIEW, title=Title('停留时长', 'Dwell'))
async def dwell_page(session: ClientSession) -> None:
    """How long people stay, zone by zone."""
    selection = await read_selection(session.actor, addresses.DWELL)
    with footfall_frame(addresses.DWELL):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(selection, loader.refresh)
            floor_choice(selection, loader.refresh, has_all=True)
        view = DwellView(selection)
    keep_fresh(loader.serve(view.load, view.show), FOOTFALL)


@page(addresses.FLOWS, permission=VIEW, title=Title('动线', 'Flows'))
async def flows_page(session: ClientSession) -> None:
    """From where to where people go."""
    selection = await read_selection(session.actor, addresses.FLOWS)
    with footfall_frame(addresses.FLOWS):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(selection, loader.refresh)
            floor_choice(selection, loader.refresh, has_all=True)
        view = FlowView(selection)
    keep_fresh(loader.serve(view.load, view.show), FOOTFALL)


@page(addresses.LINES, permission=VIEW, title=Title('计数线', 'Counting lines'))
async def lines_page(session: ClientSession) -> None:
    """Where people are counted."""
    selection = await read_selection(session.actor, addresses.LINES)
    with footfall_frame(addresses.LINES):
        loader: Loader[Any] = Loader()
        table = LinesTable(selection)
    keep_fresh(loader.serve(table.refresh, lambda _: None), ())


@page(addresses.LINE, permission=VIEW, title=Title('计数线', 'Counting line'))
async def line_page(session: ClientSession, line: int) -> None:
    """One line: where it lies, what it counted, its versions and its audits."""
    selection = await read_selection(session.actor, addresses.line(line))
    with footfall_frame(addresses.LINES):
        loader: Loader[Any] = Loader()
        view = LinePage(selection)
        view.loader = loader
    keep_fresh(loader.serve(LineState(selection, LineId(line)).load, view.show), ())


@page(addresses.COVERAGE, permission=VIEW, title=Title('覆盖率与缺口', 'Coverage and gaps'))
async def coverage_page(session: ClientSession) -> None:
    """What was not observed, and what was estimated in its place."""
    selection = await read_selection(session.actor, addresses.COVERAGE)
    with footfall_frame(addresses.COVERAGE):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(selection, loader.refresh)
        view = CoverageView(selection)
    keep_fresh(loader.serve(view.load, view.show), FOOTFALL)
