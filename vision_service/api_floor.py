"""HTTP of the floor plan: who is where without a name, flows, ways, how identities are kept, observations of others."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime, Field

from vision_service.contracts import AssociationView, FlowsView, LivePositions, Observation, PathsView
from vision_service.trajectories.owner import IdentityOwner

MOST_AT_ONCE = 5_000
A_DAY = timedelta(days=1)

Instant = Annotated[AwareDatetime | None, Query(description='with its offset; without it the day until now')]
Observations = Annotated[list[Observation], Field(max_length=MOST_AT_ONCE)]


def floor_routes(owner: IdentityOwner, guarded: Sequence[Any]) -> APIRouter:
    routes = APIRouter(prefix='/api/v1', dependencies=list(guarded))

    @routes.get('/floor/{floor}/positions')
    def read_positions(floor: str) -> LivePositions:
        """Everyone seen in the last seconds, each once."""
        return owner.positions(floor)

    @routes.get('/flows')
    def read_flows(
        kind: Literal['zones', 'shops'] = 'zones', since: Instant = None, until: Instant = None
    ) -> FlowsView:
        """From zone to zone, or from shop to next shop; small cells are hidden."""
        return owner.flows(*_span(since, until), kind)

    @routes.get('/paths')
    def read_paths(target: str, since: Instant = None, until: Instant = None) -> PathsView:
        """What people went through before they came to the target, a till for instance."""
        try:
            return owner.paths(target, *_span(since, until))
        except KeyError:
            raise HTTPException(404, f'There is no zone {target} on the plan.') from None

    @routes.get('/association')
    def read_association() -> AssociationView:
        """How identities are kept together, and what that came to today."""
        return owner.view()

    @routes.post('/observations', status_code=202)
    def take_observations(observations: Observations) -> dict[str, int]:
        """What cameras of other processes saw: one process alone gives the numbers."""
        owner.observe(observations)
        return {'taken': len(observations)}

    return routes


def _span(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    end = until or datetime.now(UTC) + timedelta(seconds=1)
    begin = since or end - A_DAY
    if begin >= end:
        raise HTTPException(422, 'since must lie before until.')
    return begin, end
