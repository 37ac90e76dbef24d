"""Where people went next, and on which ways they came: the two questions that need one person's order of stays.

They read the stays of one business day, while the day's tokens live (FT-R13): of an older day nothing is found, by
construction. Few people are never told, nor to be found by subtraction (FT-R14).
"""

from datetime import date
from typing import Any, Literal

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._rules.suppression import THRESHOLD, suppress
from domain.footfall.commands import ZoneId
from domain.footfall.permissions import VIEW
from domain.footfall.views import NextCell, NextMatrix, Way, Ways
from domain.shared.actor import Actor
from domain.shared.operations import query

STEPS = 3  # shops before the chosen one
MOST_WAYS = 20
Grouping = Literal['shop', 'trade']

_STAYS = """
    SELECT s.track, v.zone_id, s.entered_at,
           lag(v.zone_id) OVER (PARTITION BY s.track ORDER BY s.entered_at) AS before
      FROM footfall_stay s
      JOIN footfall_zone_version v ON v.id = s.zone_version_id
      JOIN footfall_zone z ON z.id = v.zone_id AND z.kind = 'shop'
     WHERE s.mall_id = :mall AND s.business_on = :day AND s.staff_mask = 0
"""
_NEXT = text(f"""
    SELECT n.from_key, n.to_key, count(DISTINCT n.track) AS persons FROM (
        SELECT stays.track,
               CASE WHEN :by = 'shop' THEN origin.code ELSE origin_unit.category END AS from_key,
               CASE WHEN :by = 'shop' THEN target.code ELSE target_unit.category END AS to_key
          FROM ({_STAYS}) AS stays
          JOIN footfall_zone origin ON origin.id = stays.before
          JOIN footfall_zone target ON target.id = stays.zone_id
          LEFT JOIN unit origin_unit ON origin_unit.id = origin.unit_id
          LEFT JOIN unit target_unit ON target_unit.id = target.unit_id
         WHERE stays.before <> stays.zone_id
    ) AS n WHERE n.from_key IS NOT NULL AND n.to_key IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
""")  # noqa: S608 - our own text
_WAYS = text(f"""
    WITH steps AS (
        SELECT track, zone_id, entered_at FROM ({_STAYS}) AS stays WHERE before IS DISTINCT FROM zone_id
    ),
    arrivals AS (SELECT track, min(entered_at) AS at FROM steps WHERE zone_id = :zone GROUP BY 1),
    numbered AS (
        SELECT a.track, p.zone_id, row_number() OVER (PARTITION BY a.track ORDER BY p.entered_at DESC) AS n
          FROM arrivals a JOIN steps p ON p.track = a.track AND p.entered_at < a.at
    ),
    ways AS (
        SELECT track, array_agg(zone_id ORDER BY n DESC) AS zones FROM numbered WHERE n <= :steps GROUP BY 1
    )
    SELECT coalesce(w.zones, '{{}}') AS zones, count(*) AS persons
      FROM arrivals a LEFT JOIN ways w ON w.track = a.track GROUP BY 1 ORDER BY persons DESC, zones
""")  # noqa: S608 - our own text


@query(VIEW)
def next_shops(session: Session, *, actor: Actor, business_on: date, by: Grouping = 'shop') -> NextMatrix:
    """去向: from each shop how many went to which shop next, whatever ways lay between; or from trade to trade (业态).

    Origins and targets are codes of zones, or of trades.
    """
    asked = {'mall': actor.mall_id, 'day': business_on, 'by': by}
    rows: Any = session.execute(_NEXT, asked).all()
    keys = sorted({key for row in rows for key in (row.from_key, row.to_key)})
    places = {key: place for place, key in enumerate(keys)}
    counts = {(places[row.from_key], places[row.to_key]): int(row.persons) for row in rows}
    hidden = suppress(counts).hidden
    cells = tuple(
        NextCell(origin=keys[cell[0]], target=keys[cell[1]], persons=None if cell in hidden else count)
        for cell, count in counts.items()
    )
    return NextMatrix(cells=cells, threshold=THRESHOLD, suppressed=len(hidden))


@query(VIEW)
def ways_to(session: Session, *, actor: Actor, zone_id: ZoneId, business_on: date) -> Ways:
    """The shops that people had been to, in order, before they first came to this one; the commonest ways first."""
    asked = {'mall': actor.mall_id, 'day': business_on, 'zone': zone_id, 'steps': STEPS}
    rows: Any = session.execute(_WAYS, asked).all()
    ways = [Way(zones=tuple(ZoneId(zone) for zone in row.zones), persons=int(row.persons)) for row in rows]
    told = [way for way in ways if way.persons >= THRESHOLD][:MOST_WAYS]
    hidden = sum(way.persons for way in ways) - sum(way.persons for way in told)
    return Ways(ways=tuple(told), threshold=THRESHOLD, hidden=hidden if hidden >= THRESHOLD else None)
