"""Composes the gallery."""

import asyncio

from nicegui import ui

from ui.kit.address import Address
from ui.kit.button import button, icon_button
from ui.kit.chart import chart
from ui.kit.confirmation import confirm
from ui.kit.coverage_badge import coverage_badge
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.date_picker import date_picker
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.error_panel import error_panel
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.figure import Completeness
from ui.kit.floor_plan import FloorPlan, Legend
from ui.kit.form import form
from ui.kit.gallery import charts, samples
from ui.kit.i18n import LOCALES, Locale, current_locale, t
from ui.kit.job_progress import JobProgress
from ui.kit.metric_card import metric_card
from ui.kit.notice import notice
from ui.kit.page import page_body, page_header
from ui.kit.ranking import Ranked, Ranking
from ui.kit.section import card, grid, section, split
from ui.kit.segmented import segmented
from ui.kit.skeleton import skeleton_lines
from ui.kit.status_badge import status_badge, tag
from ui.kit.theme import current_appearance, dress
from ui.kit.tokens import Appearance
from ui.kit.toolbar import spacer, toolbar

APPEARANCES: tuple[Appearance, ...] = ('light', 'dark', 'wall')
ROWS = 640


def gallery_page(locale: str = 'zh-CN', appearance: str = 'light', parameters: dict[str, str] | None = None) -> None:
    """Everything the kit has. Language and lighting come with the address."""
    known: Locale = locale if locale in LOCALES else 'zh-CN'
    dress(locale=known, appearance=appearance if appearance in APPEARANCES else 'light')
    with page_body() as body:
        if appearance == 'wall':
            body.classes('at-wall')
        _header()
        _figures()
        _charts()
        _floor()
        _table(parameters or {})
        _forms()
        _messages()
        _details()


def _header() -> None:
    with page_header(t('kit.gallery.title'), t('kit.gallery.subtitle')):
        segmented(
            {name: t(f'kit.gallery.{name}') for name in APPEARANCES},
            current_appearance(),
            lambda name: ui.navigate.to(f'/_kit?locale={current_locale()}&appearance={name}'),
        )
        segmented(
            {'zh-CN': t('kit.gallery.chinese'), 'en': t('kit.gallery.english')},
            current_locale(),
            lambda name: ui.navigate.to(f'/_kit?locale={name}&appearance={current_appearance()}'),
        )


def _figures() -> None:
    with grid(least_width=260):
        for label, figure in samples.figures().items():
            metric_card(label, figure, explanation=t('kit.freshness.coverage_help'))
    with section(t('kit.gallery.states')), toolbar():
        for state in ('good', 'watch', 'act', 'off'):
            status_badge(state)
        tag(t('kit.gallery.dining'))
        tag(t('kit.gallery.fashion'), tone='brand')
        tag(t('kit.freshness.provisional'), tone='accent')
        spacer()
        for share in (1, 0.96, 0.88, 0.4):
            coverage_badge(Completeness(coverage=share))


def _charts() -> None:
    with split():
        with section(t('kit.gallery.chart'), t('kit.gallery.last_saturday')):
            chart(charts.day(samples.bucket_labels(), samples.day_curve(1, until=22), samples.day_curve(2)), height=300)
        with section(t('kit.gallery.footfall')):
            Ranking(
                [
                    Ranked(name=door.name, value=4_812 // place, note='+4.0%')
                    for place, door in enumerate(samples.floor().doors[:6], start=1)
                ]
            )
    with split(even=True):
        with section(t('kit.gallery.category')):
            chart(charts.stack([t(f'kit.gallery.{kind}') for kind in ('dining', 'fashion', 'kids', 'services')]))
        with section(t('kit.gallery.occupancy')):
            chart(charts.flows(), height=280)


def _floor() -> None:
    shape = samples.floor()
    with section(t('kit.gallery.plan'), 'F1'):
        with toolbar():
            view = segmented(
                {
                    'heat': t('kit.gallery.occupancy'),
                    'capture': t('kit.gallery.capture'),
                    'state': t('kit.gallery.status'),
                },
                'heat',
                lambda name: _show(plan, name),
            )
        plan = FloorPlan(shape)
        plan.on('unit', lambda event: plan.choose(int(event.args)))
    plan.show_doors(samples.door_marks(len(shape.doors)))
    _show(plan, view.value)


def _show(plan: FloorPlan, layer: str) -> None:
    count = len(samples.floor().units)
    plan.show_heat(samples.heat() if layer == 'heat' else None)
    plan.show_units(
        {'capture': samples.unit_marks, 'state': samples.state_marks}[layer](count) if layer != 'heat' else {}
    )
    states = {name: t(f'kit.state.{name}') for name in ('good', 'watch', 'act', 'off')}
    plan.show_legend(
        Legend(states=states)
        if layer == 'state'
        else Legend(title=t('kit.gallery.heat_unit') if layer == 'heat' else '', is_scale=True)
    )


def _table(parameters: dict[str, str]) -> None:
    columns = [
        Column(name='name', label=t('kit.gallery.shop'), is_sortable=True),
        Column(name='floor', label=t('kit.gallery.floor')),
        Column(name='category', label=t('kit.gallery.category')),
        Column(name='entries', label=t('kit.gallery.entries'), kind='number', is_sortable=True),
        Column(name='capture', label=t('kit.gallery.capture'), kind='bar'),
        Column(name='status', label=t('kit.gallery.status'), kind='badge'),
    ]
    kinds = {kind: t(f'kit.gallery.{kind}') for kind in ('dining', 'fashion', 'kids', 'services')}
    with section(t('kit.gallery.table')):
        table = DataTable(
            columns,
            _load,
            address=Address('/_kit', parameters),
            filters=[Filter(name='kind', label=t('kit.gallery.category'), options=kinds)],
            on_export=_export,
        )
    ui.timer(0, table.refresh, once=True)


async def _load(query: TableQuery) -> TablePage:
    rows = [
        row
        for row in samples.shops(ROWS)
        if query.search.lower() in str(row['name']).lower() and query.filters.get('kind', row['kind']) == row['kind']
    ]
    if query.sort:
        rows.sort(key=lambda row: str(row[query.sort]), reverse=query.is_descending)
    return TablePage(rows=rows[query.first : query.first + query.limit], total=len(rows))


async def _export(query: TableQuery) -> None:
    page = await _load(query)
    ui.download.content('\n'.join(str(row['name']) for row in page.rows), 'shops.csv')


def _forms() -> None:
    with split(even=True):
        with section(t('kit.gallery.forms')), form(_save):
            text_field(
                t('kit.gallery.name'), help_text=t('kit.gallery.name_help'), checks=(required, at_most(40))
            ).mark('gallery.name')
            number_field(t('kit.gallery.area'), 120, unit='㎡', checks=(between(1, 5000),))
            choice_field(t('kit.gallery.floor'), {'F1': 'F1', 'F2': 'F2', 'B1': 'B1'}, 'F1')
        with section(t('kit.gallery.states')):
            date_picker(samples.TODAY, last=samples.TODAY)
            with toolbar():
                button(t('kit.form.save'), rank='primary')
                button(t('kit.table.export'), icon='download')
                button(t('kit.dialog.cancel'), rank='quiet')
                button(t('kit.gallery.delete'), _ask, rank='danger', icon='trash').mark('gallery.delete')
                icon_button('refresh', t('kit.error.retry'))
            segmented({name: name for name in ('B2', 'B1', 'F1', 'F2', 'F3', 'F4')}, 'F1')


async def _save() -> None:
    await asyncio.sleep(0)
    ui.notify(t('kit.gallery.save_done'))


def _ask() -> None:
    confirm(
        t('kit.gallery.delete_title'),
        t('kit.gallery.delete_effect'),
        action=t('kit.gallery.delete'),
        on_confirm=lambda: ui.notify(t('kit.gallery.deleted')),
        is_destructive=True,
    )


def _messages() -> None:
    with split(even=True):
        with card():
            empty_state(
                t('kit.gallery.empty_title'),
                t('kit.gallery.empty_help'),
                symbol='line',
                action=t('kit.gallery.empty_action'),
                on_action=lambda: None,
            )
        with card():
            error_panel(t('kit.gallery.error'), 'shared.database_unreachable', on_retry=lambda: None)
            notice(t('kit.freshness.provisional_help'), 'watch')
            notice(t('kit.freshness.coverage_help'))
            skeleton_lines()


def _details() -> None:
    with split(even=True):
        with section(t('kit.gallery.details')):
            description_list(
                {
                    t('kit.gallery.camera'): 'cnt-door-f1-main',
                    t('kit.gallery.installed'): 'F1',
                    t('kit.gallery.firmware'): '4.2.1',
                    t('kit.gallery.seen'): None,
                }
            )
        with section(t('kit.gallery.backfill')):
            JobProgress(t('kit.gallery.backfill'), on_cancel=lambda: None).advance(6_120, 10_000)
            JobProgress(t('kit.gallery.backfill')).finish(10_000)
            JobProgress(t('kit.gallery.backfill')).cancelled(412)
