"""员工与工牌: who works in this shop; a badge ends with the last day of work."""

from domain.shared.operations import run_operation, run_query
from domain.tenancy.commands import EngageStaff, ReleaseStaff
from domain.tenancy.staff import engage_staff, list_staff, release_staff
from domain.tenancy.views import StaffView
from ui.kit.confirmation import confirm
from ui.kit.day_field import day_field, parse_day
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.format import day
from ui.kit.i18n import t
from ui.kit.section import section, split
from ui.loading import Loader
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row


class StaffPage:
    """Those who work here first; a tap lets somebody go, after a question."""

    def __init__(self, place: Place, loader: Loader[list[StaffView]]) -> None:
        self._place, self._loader = place, loader
        with split(even=True):
            with section(t('tenant.staff'), t('tenant.staff_hint')):
                self._list = entry_list()
            with section(t('tenant.engage')), form(self._engage, label=t('tenant.give_badge')):
                self._name = text_field(t('tenant.name'), checks=(required, at_most(40)))
                self._position = text_field(t('tenant.position'), checks=(required, at_most(40)))
                self._badge = text_field(t('tenant.badge'), help_text=t('tenant.badge_help'), checks=(required, _badge))
                self._starts = day_field(t('tenant.starts_on'), place.today, checks=(required,))

    async def load(self) -> list[StaffView]:
        """Everybody who works or worked here."""
        return await run_query(list_staff, actor=self._place.actor)

    def show(self, people: list[StaffView]) -> None:
        """Show them."""
        self._list.clear()
        with self._list:
            for person in people:
                self._person(person)
            if not people:
                empty_state(t('tenant.no_staff'), symbol='user')

    def _person(self, person: StaffView) -> None:
        is_here = person.last_on is None
        since = t('tenant.since', day=day(person.starts_on, with_year=True, with_weekday=False))
        if person.last_on is not None:
            since = t('tenant.last_on', day=day(person.last_on, with_year=True, with_weekday=False))
        row(
            person.name, f'{person.position} · {person.badge} · {since}',
            badge=('good', t('tenant.badge_valid')) if person.works_on(self._place.today)
            else ('off', t('tenant.badge_ended')),
            on_click=(lambda: self._ask_to_release(person)) if is_here else None, mark='tenant.person',
        )  # fmt: skip

    def _ask_to_release(self, person: StaffView) -> None:
        confirm(
            t('tenant.release', name=person.name), t('tenant.release_effect', badge=person.badge),
            action=t('tenant.release_action'), on_confirm=lambda: self._release(person), is_destructive=True,
        )  # fmt: skip

    async def _release(self, person: StaffView) -> None:
        command = ReleaseStaff(staff_id=person.id, last_on=max(self._place.today, person.starts_on))
        await run_operation(release_staff, actor=self._place.actor, command=command)
        await self._loader.refresh()

    async def _engage(self) -> None:
        starts_on = parse_day(self._starts.value)
        assert starts_on is not None
        command = EngageStaff(
            tenant_id=self._place.tenant.id, name=self._name.value.strip(), position=self._position.value.strip(),
            badge=self._badge.value.strip().upper(), starts_on=starts_on,
        )  # fmt: skip
        await run_operation(engage_staff, actor=self._place.actor, command=command)
        self._name.value, self._position.value, self._badge.value = '', '', ''
        await self._loader.refresh()


def _badge(value: object) -> str | None:
    plain = str(value or '').strip().upper()
    fits = 3 <= len(plain) <= 20 and plain.isascii() and plain.replace('-', '').isalnum()
    return None if fits else t('tenant.badge_help')
