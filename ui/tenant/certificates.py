"""年度审计证明: a shop hands its auditor's certificate of a year in, and sees whether the year was settled with it."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.billing.certificates import hand_in_certificate, keep_own_certificate
from domain.billing.commands import HandInCertificate
from domain.billing.views import HandedIn
from domain.shared.attachments import Kept
from domain.shared.operations import run_operation
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.section import section
from ui.photos import PhotoPicker
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

YEARS = 3


class CertificateBox:
    """What was handed in, and a form for the running lease."""

    def __init__(self, place: Place, on_handed_in: Callable[[], Awaitable[None]]) -> None:
        self._place, self._on_handed_in = place, on_handed_in
        years = {year: str(year) for year in range(place.today.year - 1, place.today.year - 1 - YEARS, -1)}
        with section(t('tenant.certificate'), t('tenant.certificate_hint')):
            self._list = entry_list()
            with form(self._hand_in, label=t('tenant.hand_in')):
                self._year = choice_field(t('tenant.year'), years, place.today.year - 1, checks=(required,))
                self._gto = money_field(t('tenant.audited'), help_text=t('tenant.audited_help'), checks=(required,))
                self._document = text_field(t('tenant.document'), checks=(required, at_most(200)))
                self._file = PhotoPicker(self._keep, may_be_paper=True, mark='tenant.certificate_upload')

    def show(self, handed_in: list[HandedIn]) -> None:
        """Show these."""
        self._list.clear()
        with self._list:
            for one in handed_in:
                row(
                    str(one.year), one.document, end=yuan(one.audited_gto_fen), mark='tenant.certificate',
                    badge=('good', t('tenant.settled')) if one.is_settled else ('watch', t('tenant.to_settle')),
                )  # fmt: skip
            if not handed_in:
                empty_state(t('tenant.no_certificates'))

    async def _keep(self, content: bytes) -> Kept:
        return await run_operation(keep_own_certificate, actor=self._place.actor, content=content)

    async def _hand_in(self) -> None:
        lease = self._place.lease
        assert lease is not None
        command = HandInCertificate(
            lease_id=lease.id, year=self._year.value, audited_gto_fen=parse_yuan(self._gto.value) or 0,
            document=self._document.value.strip(), attachment=self._file.name,
        )  # fmt: skip
        await run_operation(hand_in_certificate, actor=self._place.actor, command=command)
        ui.notify(t('tenant.handed_in', year=command.year))
        self._gto.value, self._document.value = '', ''
        self._file.clear()
        await self._on_handed_in()
