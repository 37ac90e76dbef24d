"""What sold lines made, a part of the statement that sells: cost at the moving average is taken off, all is noted."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """What was sold of an item, settled; the cost follows from the stock."""

    item_id: int
    owner_id: int | None
    ownership: str
    quantity: int
    list_fen: int
    paid_fen: int
    base_fen: int
    commission_fen: int
    remitted_fen: int

    def columns(self) -> dict[str, Any]:
        """The line as the statements want it."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(field.name for field in fields(SoldLine))

# The cost is `moving_average_cost` of `_rules/assortment.py`, said in SQL; a test holds one against the other. A
# brand's goods have no row of value, so they cost nothing (rule IN-R5). Asking `journal` first keeps the order of
# locks, quants before values, which all postings keep; of a replay it is empty, so nothing is noted twice.
NOTED = """
line AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:item_id AS bigint[]), CAST(:owner_id AS bigint[]), CAST(:ownership AS text[]),
        CAST(:quantity AS bigint[]), CAST(:list_fen AS bigint[]), CAST(:paid_fen AS bigint[]),
        CAST(:base_fen AS bigint[]), CAST(:commission_fen AS bigint[]), CAST(:remitted_fen AS bigint[]))
        AS l(item_id, owner_id, ownership, quantity, list_fen, paid_fen, base_fen, commission_fen, remitted_fen)
     WHERE EXISTS (SELECT FROM journal)
), valued AS MATERIALIZED (
    SELECT v.item_id, v.quantity AS there, v.value_fen, l.quantity
      FROM stock_valuation v JOIN line l ON l.item_id = v.item_id AND l.ownership = 'own'
     WHERE v.mall_id = app_mall() ORDER BY v.item_id FOR UPDATE OF v
), cost AS MATERIALIZED (
    SELECT item_id, quantity, CASE WHEN there <= 0 THEN 0 WHEN quantity >= there THEN value_fen
        ELSE div(2 * value_fen::numeric * quantity + there, 2 * there)::bigint END AS cost_fen FROM valued
), cheapened AS (
    UPDATE stock_valuation v SET quantity = v.quantity - c.quantity, value_fen = v.value_fen - c.cost_fen
      FROM cost c WHERE v.mall_id = app_mall() AND v.item_id = c.item_id
), noted AS (
    INSERT INTO goods_sold (mall_id, key, item_id, owner_id, ownership, quantity, business_on, list_fen, paid_fen,
                            base_fen, commission_fen, remitted_fen, cost_fen)
    SELECT app_mall(), :key, l.item_id, l.owner_id, l.ownership, l.quantity, :business_on, l.list_fen, l.paid_fen,
           l.base_fen, l.commission_fen, l.remitted_fen, coalesce(c.cost_fen, 0)
      FROM line l LEFT JOIN cost c ON c.item_id = l.item_id ORDER BY l.item_id
)
"""


def columns_of(lines: Sequence[SoldLine]) -> dict[str, list[Any]]:
    """The lines as the statement wants them, an array a column."""
    return {name: [getattr(line, name) for line in lines] for name in COLUMNS}
