"""年度清算: the auditor's certificate of a year's turnover, and what it makes of the turnover rent."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain.billing.certificates import get_certificate, get_handed_in, keep_certificate, list_handed_in
from domain.billing.commands import ReconcileTurnover
from domain.billing.costs import reconcile_turnover
from domain.billing.overview import CertificateRow, list_certificates
from domain.billing.permissions import POST
from domain.billing.views import HandedIn
from domain.leasing.commands import LeaseId
from domain.leasing.queries import list_leases
from domain.leasing.views import LeaseView
from domain.shared.attachments import Kept
from domain.shared.operations import run_operation, run_query
from ui.billing.place import Place
from ui.kit.data_table import Column
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, signed_yuan, yuan
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.section import section
from ui.kit.text import Text
from ui.leasewords import date_words, pays_on_turnover
from ui.loading import Loader, together
from ui.photos import PhotoPicker, show_attachment

YEARS = 4


@dataclass(frozen=True, slots=True)
class Years:
    certificates: list[CertificateRow]
    leases: list[LeaseView]
    handed_in: list[HandedIn]


class ReconciliationPage:
    """What was reconciled, and a form for another year."""

    def __init__(self, place: Place, loader: Loader[Years]) -> None:
        self._place, self._loader = place, loader
        self._leases: dict[int, LeaseView] = {}
        self._handed_in: dict[int, HandedIn] = {}
        self._chosen: HandedIn | None = None
        self._is_built = False
        with ui.element('div').classes('at-split at-split--side'):
            with ui.element('div').classes('at-stack'):
                with section(t('billing.handed_in'), t('billing.handed_in_hint')):
                    self._waiting = PlainTable(
                        _handed_in_columns(), hint=t('billing.none_handed_in'), on_open=self._choose
                    )
                    self._waiting.mark('billing.handed_in')
                with section(t('billing.certificates'), t('billing.certificates_hint')):
                    self._table = PlainTable(_columns(), hint=t('billing.no_certificates'), on_open=self._open)
                    self._table.mark('billing.certificates')
                self._paper = ui.element('div').classes('at-stack')
            with section(t('billing.reconcile'), t('billing.reconcile_hint')):
                self._box = ui.element('div')
                self._result = ui.element('div').classes('at-stack')

    async def load(self) -> Years:
        """Certificates and leases."""
        actor = self._place.actor
        return Years(*await together(
            run_query(list_certificates, actor=actor), run_query(list_leases, actor=actor),
            run_query(list_handed_in, actor=actor),
        ))  # fmt: skip

    def show(self, shown: Years) -> None:
        """Show these years."""
        self._leases = {lease.id: lease for lease in shown.leases}
        self._table.show([
            {
                'lease_id': row.lease_id, 'tenant': self._name(row.lease_id), 'year': str(row.year),
                'gto': yuan(row.audited_gto_fen),
                'document': row.document, 'file': t('billing.has_file') if row.has_file else '', 'by': row.recorded_by,
                'at': date_words(self._place.clock.local(row.recorded_at).date()),
            } for row in shown.certificates
        ])  # fmt: skip
        self._handed_in = {int(one.id): one for one in self._to_settle(shown)}
        self._waiting.show([
            {
                'id': int(one.id), 'tenant': self._name(one.lease_id), 'year': str(one.year),
                'gto': yuan(one.audited_gto_fen), 'document': one.document, 'by': one.uploaded_by,
                'at': date_words(self._place.clock.local(one.uploaded_at).date()),
            } for one in self._handed_in.values()
        ])  # fmt: skip
        if not self._is_built:
            self._is_built = True
            with self._box:
                self._form()

    def _to_settle(self, shown: Years) -> list[HandedIn]:
        return [one for one in shown.handed_in if not one.is_settled and pays_on_turnover(self._leases[one.lease_id])]

    async def _choose(self, row: dict[str, Any]) -> None:
        """Shows what a shop handed in, and puts its figures into the form."""
        one = self._handed_in[row['id']]
        paper = await run_query(get_handed_in, actor=self._place.actor, handed_in_id=one.id)
        self._paper.clear()
        with self._paper, section(row['tenant'], row['year']):
            show_attachment(paper, file_name=f'{row["tenant"]}-{row["year"]}', mark='billing.handed_in_file')
        if self._place.actor.may(POST):
            self._chosen = one
            self._lease.value, self._year.value, self._document.value = one.lease_id, one.year, one.document
            self._gto.value = f'{one.audited_gto_fen / 100:.2f}'
            self._file.clear()
            self._from_shop.text = t('billing.file_of_shop', document=one.document)

    async def _open(self, row: dict[str, Any]) -> None:
        self._paper.clear()
        if not row['file']:
            with self._paper:
                notice(t('billing.no_file'))
            return
        lease_id, year = LeaseId(row['lease_id']), int(row['year'])
        paper = await run_query(get_certificate, actor=self._place.actor, lease_id=lease_id, year=year)
        with self._paper, section(row['tenant'], str(year)):
            show_attachment(paper, file_name=f'{row["tenant"]}-{year}', mark='billing.certificate')

    async def _keep(self, content: bytes) -> Kept:
        return await run_operation(keep_certificate, actor=self._place.actor, content=content)

    def _name(self, lease_id: int) -> str:
        lease = self._leases[lease_id]
        return f'{self._place.tenant(lease.tenant_id)} · {lease.number}'

    def _form(self) -> None:
        if not self._place.actor.may(POST):
            notice(t('billing.finance_prepares'))
            return
        turnover = {lease.id: self._name(lease.id) for lease in self._leases.values() if pays_on_turnover(lease)}
        years = {year: str(year) for year in range(self._place.today.year, self._place.today.year - YEARS, -1)}
        with form(self._reconcile, label=t('billing.reconcile')):
            self._lease = choice_field(t('billing.lease'), turnover, checks=(required,))
            self._lease.props('use-input fill-input hide-selected')
            self._year = choice_field(t('billing.year'), years, self._place.today.year - 1)
            self._gto = money_field(t('billing.audited'), help_text=t('billing.audited_help'))
            self._document = text_field(
                t('billing.document'), help_text=t('billing.document_help'), checks=(required, at_most(200))
            )
            self._file = PhotoPicker(self._keep, may_be_paper=True, mark='billing.certificate_upload')
            self._from_shop = Text(t('billing.file_help'), classes='at-muted at-small')

    async def _reconcile(self) -> None:
        command = ReconcileTurnover(
            lease_id=self._lease.value, year=self._year.value, audited_gto_fen=parse_yuan(self._gto.value) or 0,
            document=self._document.value.strip(), attachment=self._file.name or self._shops_file(),
        )  # fmt: skip
        answer = await run_operation(reconcile_turnover, actor=self._place.actor, command=command)
        self._result.clear()
        with self._result:
            notice(t(
                'billing.reconciled', due=yuan(answer.due_fen), billed=yuan(answer.billed_fen),
                difference=signed_yuan(answer.due_fen - answer.billed_fen),
            ), 'good')  # fmt: skip
        self._chosen, self._gto.value, self._document.value = None, '', ''
        self._file.clear()
        self._from_shop.text = t('billing.file_help')
        await self._loader.refresh()

    def _shops_file(self) -> str:
        """The file that the shop handed in, while the form is still about its lease and year."""
        one = self._chosen
        is_same = one is not None and (one.lease_id, one.year) == (self._lease.value, self._year.value)
        return one.attachment if one is not None and is_same else ''


def _handed_in_columns() -> list[Column]:
    return [
        Column(name='tenant', label=t('billing.lease')), Column(name='year', label=t('billing.year')),
        Column(name='gto', label=t('billing.audited'), kind='number'),
        Column(name='document', label=t('billing.document')), Column(name='by', label=t('billing.handed_in_by')),
        Column(name='at', label=t('billing.handed_in_at')),
    ]  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='tenant', label=t('billing.lease')), Column(name='year', label=t('billing.year')),
        Column(name='gto', label=t('billing.audited'), kind='number'),
        Column(name='document', label=t('billing.document')), Column(name='file', label=t('billing.file')),
        Column(name='by', label=t('billing.prepared_by')),
        Column(name='at', label=t('billing.posted_at')),
    ]  # fmt: skip
