"""What a sold line makes (rule IN-R5): the cost of own goods, or the commission of a brand's; never both."""

from typing import Protocol

from domain.inventory._rules.concession import settle
from domain.inventory._worth import SoldLine
from domain.inventory.commands import CommissionBasis, Ownership, SaleLine
from domain.inventory.errors import ItemInvalid


class ItemTerms(Protocol):
    """What settling a line needs to know of its item."""

    @property
    def id(self) -> int: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def ownership(self) -> str: ...
    @property
    def commission_bp(self) -> int: ...
    @property
    def commission_basis(self) -> str: ...


def sold_line(item: ItemTerms, line: SaleLine) -> SoldLine:
    """A line of a receipt, settled.

    :raises ItemInvalid: when more is taken off than its price.
    """
    is_own = item.ownership == Ownership.OWN
    try:
        settled = settle(
            line.list_fen, line.brand_funded_fen, line.mall_funded_fen, 0 if is_own else item.commission_bp,
            CommissionBasis(item.commission_basis),
        )  # fmt: skip
    except ValueError as error:
        raise ItemInvalid(reason=str(error)) from error
    return SoldLine(
        item_id=item.id, owner_id=item.owner_id, ownership=item.ownership, quantity=line.quantity,
        list_fen=line.list_fen, paid_fen=settled.paid_fen, base_fen=0 if is_own else settled.base_fen,
        commission_fen=settled.commission_fen, remitted_fen=0 if is_own else settled.remitted_fen,
    )  # fmt: skip
