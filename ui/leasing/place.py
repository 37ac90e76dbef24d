"""The mall around its leases, for one client: the names of trades, the floors."""

from dataclasses import dataclass, field

from domain.mall.queries import list_categories, list_floors
from domain.mall.views import FloorView
from domain.shared.actor import Actor
from domain.shared.operations import run_query
from ui import screens
from ui.kit.i18n import words
from ui.loading import together


@dataclass(kw_only=True, slots=True)
class Place(screens.Place):
    """What every leasing page knows before it asks for leases."""

    categories: dict[str, str] = field(default_factory=dict)
    floors: tuple[FloorView, ...] = ()

    def category(self, code: str) -> str:
        """A trade's name; its code where it has gone."""
        return self.categories.get(code, code)


async def read_place(actor: Actor, path: str) -> Place:
    """The mall as it is now."""
    categories, floors = await together(
        run_query(list_categories, actor=actor), run_query(list_floors, actor=actor)
    )  # fmt: skip
    names = {one.code: words(one.name_zh, one.name_en) for one in categories}
    return await screens.look_around(Place, actor, path, categories=names, floors=tuple(floors))
