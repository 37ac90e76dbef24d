"""Who am I."""

from fastapi import APIRouter
from pydantic import BaseModel

from integrations.api.access import Caller
from integrations.api.problems import responses

router = APIRouter(tags=['identity'])


class WhoAmI(BaseModel):
    name: str
    kind: str
    mall_id: int | None
    permissions: list[str]

    model_config = {
        'json_schema_extra': {
            'examples': [{'name': 'till (k3m9x2…)', 'kind': 'machine', 'mall_id': 1, 'permissions': ['footfall.view']}]
        }
    }


@router.get('/whoami', responses=responses())
async def whoami(actor: Caller) -> WhoAmI:
    """The key's name, mall and scopes."""
    return WhoAmI(name=actor.name, kind=actor.kind, mall_id=actor.mall_id, permissions=sorted(actor.permissions))
