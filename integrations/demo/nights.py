"""What the demo mall's nights would have made of its past: sales taken apart, demand and turnover foretold."""

from collections.abc import Callable

from domain.shared.actor import MallId, system_actor
from integrations.worker.forecasts import foretell
from integrations.worker.tenants import explain_sales

Say = Callable[[str], None]


def work_a_night(mall_id: MallId, say: Say) -> None:
    """Does what the worker does by night, so that a first look need not wait for one."""
    actor = system_actor('seeder', mall_id)
    explain_sales(actor)
    foretell(actor)
    say('Shops’ sales are taken apart, demand and turnover foretold.')
