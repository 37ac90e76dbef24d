"""One sale out of stock: as a till does it, as our statement alone does it, and as one would write it barely."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

import psycopg

from domain.inventory.commands import SaleLine, Sell
from domain.inventory.operations import sell
from domain.inventory.permissions import SELL
from domain.shared.actor import Actor, MallId
from domain.shared.operations import perform

BARE_TABLES = """
CREATE TABLE bare_stock (item_id bigint, location_id bigint, quantity bigint NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (item_id, location_id));
CREATE TABLE bare_stock_move (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE,
    item_id bigint NOT NULL, location_id bigint NOT NULL, quantity bigint NOT NULL, occurred_at timestamptz NOT NULL,
    FOREIGN KEY (item_id, location_id) REFERENCES bare_stock);
CREATE INDEX ON bare_stock_move (item_id, occurred_at);
"""
BARE_SALE = """
WITH taken AS (
    UPDATE bare_stock SET quantity = quantity - 1 WHERE item_id = %(item)s AND location_id = %(location)s
    RETURNING item_id, location_id
)
INSERT INTO bare_stock_move (key, item_id, location_id, quantity, occurred_at)
SELECT %(key)s, item_id, location_id, -1, %(now)s FROM taken
"""


def sale_step(facts: dict[str, Any], source: Random) -> Callable[[], int]:
    """The whole operation: permission, key, lots in their order, quant, journal, cost, what the line made."""
    actor = Actor(name='till', kind='system', mall_id=MallId(facts['mall']), permissions=frozenset([SELL.code]))

    def step() -> int:
        now = datetime.now(UTC)
        line = SaleLine(item_id=source.choice(facts['members']), quantity=1, list_fen=1_000)
        command = Sell(key=str(uuid4()), location_id=facts['location'], lines=(line,), occurred_at=now)
        return len(perform(sell, actor=actor, command=command, now=now).moves)

    return step


def bare_sale_step(facts: dict[str, Any], source: Random) -> Callable[[], int]:
    """One statement of psycopg that takes a piece and writes it down."""
    connection = psycopg.connect(facts['url'], autocommit=True)

    def step() -> int:
        arguments = {
            'item': source.choice(facts['members']), 'location': facts['location'], 'key': str(uuid4()),
            'now': datetime.now(UTC),
        }  # fmt: skip
        return connection.execute(BARE_SALE, arguments, prepare=True).rowcount

    return step
