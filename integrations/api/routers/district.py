"""Cars of members that come and leave, as a parking system reports them for the district (智慧商圈)."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from domain.district.commands import ReportParking
from domain.district.permissions import REPORT_PARKING
from domain.district.syncing import report_parking
from domain.district.views import ParkingView
from domain.shared.actor import Actor
from domain.shared.operations import run_operation
from integrations.api.access import Requires
from integrations.api.problems import responses

router = APIRouter(tags=['district'])


class Passage(BaseModel):
    """A car passed a barrier; `key` names the passage, `openid` the member in the mall's mini-program."""

    model_config = ConfigDict(json_schema_extra={'examples': [{
        'key': 'gate-2:20261122-000417', 'openid': 'oWmnN4x9HE92NHIGf1xd8', 'plate': '沪A12345', 'is_inside': True,
        'occurred_at': '2026-11-22T12:00:00+08:00',
    }]})  # fmt: skip

    key: Annotated[str, Field(min_length=8, max_length=200, pattern=r'^[\x21-\x7e]+$')]
    openid: Annotated[SecretStr, Field(min_length=1, max_length=128)]
    plate: Annotated[SecretStr, Field(min_length=1, max_length=32)]
    is_inside: bool
    occurred_at: AwareDatetime


@router.post('/district/parking', responses=responses(400))
async def report_passage(actor: Annotated[Actor, Depends(Requires(REPORT_PARKING))], passage: Passage) -> ParkingView:
    """Keeps the passage, once per `key`, and tells WeChat, by which the visit's payments earn points by themselves."""
    command = ReportParking(
        key=passage.key,
        openid=passage.openid,
        plate=passage.plate,
        is_inside=passage.is_inside,
        occurred_at=passage.occurred_at,
    )
    return await run_operation(report_parking, actor=actor, command=command)
