"""账单与缴费: what is open, a code to pay it with, what was paid, the statement as a file."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from nicegui import ui

from domain.billing.commands import OpenCheckout
from domain.billing.online import get_checkout, pay_online
from domain.billing.overview import PaymentRow, list_payments
from domain.billing.permissions import PAY
from domain.billing.queries import list_charges
from domain.billing.statements import get_statement
from domain.billing.views import ChargeView, CheckoutView
from domain.mall.queries import get_mall
from domain.shared.operations import run_in_thread, run_query
from ui.kit.button import button
from ui.kit.code_picture import code_picture
from ui.kit.empty_state import empty_state
from ui.kit.field import choice_field, required
from ui.kit.form import form
from ui.kit.format import day
from ui.kit.i18n import t, words
from ui.kit.metric_card import MetricCard
from ui.kit.money import money_field, parse_yuan, yuan, yuan_figure
from ui.kit.notice import notice
from ui.kit.section import grid, section, split
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.shell.context import shell
from ui.statements import statement_paper
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

Loaded = tuple[list[ChargeView], list[PaymentRow]]
STATEMENT_DAYS, SHOWN_PAYMENTS = 365, 12


class BillsPage:
    """Open bills at the left, paying at the right; on a phone one below the other."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._open_fen = 0
        self._checkout: CheckoutView | None = None
        with grid(least_width=150):
            self._owed = MetricCard(t('tenant.open_bills'))
            self._late = MetricCard(t('tenant.overdue'))
        with split():
            with section(t('tenant.open_list'), actions=self._statement_button):
                self._bills = entry_list()
            if place.actor.may(PAY):
                with section(t('tenant.pay'), t('tenant.pay_hint')):
                    self._paying = ui.element('div').classes('at-stack')
        with section(t('tenant.paid_list')):
            self._payments = entry_list()

    async def load(self) -> Loaded:
        """Bills and payments, and what became of the payment under way."""
        actor = self._place.actor
        charges, payments = await together(run_query(list_charges, actor=actor), run_query(list_payments, actor=actor))
        if self._checkout is not None and self._checkout.settled is None:
            found = await run_query(get_checkout, actor=actor, key=self._checkout.key)
            if found.settled is not None:
                self._checkout = found
        return charges, payments

    def show(self, loaded: Loaded) -> None:
        """Show this account."""
        charges, payments = loaded
        still = [charge for charge in charges if charge.open_fen > 0]
        self._open_fen = sum(charge.open_fen for charge in still)
        self._owed.show(yuan_figure(self._open_fen))
        self._late.show(yuan_figure(sum(one.open_fen for one in still if one.due_on < self._place.today)))
        self._bills.clear()
        with self._bills:
            for charge in still:
                self._bill(charge)
            if not still:
                empty_state(t('tenant.all_paid'), t('tenant.all_paid_help'), symbol='check')
        self._payments.clear()
        with self._payments:
            for payment in payments[:SHOWN_PAYMENTS]:
                row(t(f'billing.methods.{payment.method}'), day(payment.paid_on, with_year=True),
                    end=yuan(payment.amount_fen))  # fmt: skip
            if not payments:
                empty_state(t('tenant.no_payments'))
        if self._place.actor.may(PAY):
            self._draw_paying()

    def _bill(self, charge: ChargeView) -> None:
        last = charge.ends_on - timedelta(days=1)
        is_late = charge.due_on < self._place.today
        row(
            t(f'billing.kind.{charge.kind}'),
            t('tenant.period', since=day(charge.starts_on, with_weekday=False), until=day(last, with_weekday=False),
              due=day(charge.due_on, with_weekday=False)),
            end=yuan(charge.open_fen), badge=('act', t('tenant.overdue')) if is_late else None, mark='tenant.bill',
        )  # fmt: skip

    def _draw_paying(self) -> None:
        """A form, a code to scan, or thanks. A form that somebody fills in stays as it is."""
        if self._checkout is None and self._paying.default_slot.children and self._open_fen:
            return
        self._paying.clear()
        with self._paying:
            if self._checkout is not None and self._checkout.settled is not None:
                self._thank(self._checkout)
            elif self._checkout is not None:
                self._show_code(self._checkout)
            elif self._open_fen:
                self._ask()
            else:
                empty_state(t('tenant.all_paid'), symbol='check')

    def _ask(self) -> None:
        mall_id = self._place.actor.mall_id
        channels = list(shell().channels(mall_id)) if mall_id else []
        if not channels:
            notice(t('tenant.no_channels'), 'watch')
            return
        with form(self._pay, label=t('tenant.show_code')):
            self._amount = money_field(t('tenant.amount'), self._open_fen, checks=(self._at_most_open,))
            options = {name: t(f'pos.channel.{name}') for name in channels}
            self._channel = choice_field(t('tenant.channel'), options, channels[0], checks=(required,))

    def _at_most_open(self, value: object) -> str | None:
        fen = parse_yuan(value) or 0
        return None if 0 < fen <= self._open_fen else t('tenant.amount_range', most=yuan(self._open_fen))

    async def _pay(self) -> None:
        place, fen = self._place, parse_yuan(self._amount.value) or 0
        channel = shell().channels(place.actor.mall_id)[self._channel.value] if place.actor.mall_id else None
        assert channel is not None
        command = OpenCheckout(key=f'bill-{uuid4()}', tenant_id=place.tenant.id, amount_fen=fen)
        subject = t('tenant.subject', shop=place.tenant.name_zh)
        self._checkout = await run_in_thread(lambda: pay_online(
            channel, actor=place.actor, command=command, subject=subject, now=datetime.now(UTC)
        ))  # fmt: skip
        self._draw_paying()

    def _show_code(self, checkout: CheckoutView) -> None:
        with ui.element('div').classes('at-pay'):
            Text(yuan(checkout.amount_fen), classes='at-lead')
            if checkout.show:
                code_picture(checkout.show, t('tenant.scan')).classes('at-pay__code').mark('tenant.code')
            Text(t('tenant.scan'), classes='at-muted')
            button(t('tenant.other_payment'), self._forget, rank='quiet').mark('tenant.other')

    def _thank(self, checkout: CheckoutView) -> None:
        with ui.element('div').classes('at-pay').mark('tenant.thanks'):
            notice(t('tenant.thanks', amount=yuan(checkout.amount_fen)), 'good')
            button(t('tenant.other_payment'), self._forget, rank='quiet')

    async def _forget(self) -> None:
        self._checkout = None
        self._paying.clear()
        await self._loader.refresh()

    def _statement_button(self) -> None:
        button(t('tenant.statement'), self._statement, icon='download', rank='quiet').mark('tenant.statement')

    async def _statement(self) -> None:
        place = self._place
        mall, statement = await together(run_query(get_mall, actor=place.actor), run_query(
            get_statement, actor=place.actor, tenant_id=place.tenant.id,
            from_on=place.today - timedelta(days=STATEMENT_DAYS), until_on=place.today + timedelta(days=1),
        ))  # fmt: skip
        paper = statement_paper(statement, words(mall.name_zh, mall.name_en))
        content = await run_in_thread(shell().documents.pdf, paper)
        ui.download.content(content, f'{place.tenant.code}-{place.today}.pdf', 'application/pdf')
