"""What happens to sales behind the tills: a payment that became certain finishes its sale; overdue requests go up."""

from contextlib import suppress

from domain.aftersales.servicing import escalate_overdue
from domain.sales.errors import SaleEnded, SaleUnknown
from domain.sales.selling import finish_sale
from domain.shared.actor import Actor
from domain.shared.operations import perform


def finish_paid_sale(actor: Actor, order_key: str) -> None:
    """Makes the receipt of a sale whose payment was not certain while its customer stood at the till.

    Orders of other origin are none of the tills' business; a sale that its till finished first is finished.
    """
    with suppress(SaleUnknown, SaleEnded):
        perform(finish_sale, actor=actor, sale_key=order_key)


def escalate_requests(actor: Actor) -> None:
    """Requests that a shop did not answer in time go to the mall."""
    perform(escalate_overdue, actor=actor)
