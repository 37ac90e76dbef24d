"""Where a member pays in a shop of the district, as a page and from a terminal.

`GET /district/` shows what was paid and which points the mall told; `POST /district/spend` with `mall` (its number),
`openid`, `shop` and `fen` pays; `POST /district/refund` with `transaction` and `fen` gives money back.
"""

import asyncio
import html
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.simulator.paygate.district import DistrictGateway, Notice
from integrations.simulator.paygate.telling import deliver


class Shopping:
    """The payers of a district."""

    def __init__(self, district: DistrictGateway, callback_base: str) -> None:
        self._district = district
        self._callbacks = f'{callback_base.rstrip("/")}/callbacks/district'
        self._malls: dict[str, str] = {}
        self._telling: set[asyncio.Task[bool]] = set()

    def routes(self) -> list[Route]:
        return [
            Route('/', self._page),
            Route('/spend', self._spend, methods=['POST']),
            Route('/refund', self._refund, methods=['POST']),
        ]

    async def _spend(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        if not (form.get('mall', '').isdecimal() and form.get('fen', '').isdecimal() and form.get('openid')):
            return Response('mall, openid, shop, fen', 422)
        spent = self._district.spend(form['openid'], form.get('shop', ''), int(form['fen']))
        self._malls[spent.number] = form['mall']
        self._tell(form['mall'], self._district.notice(spent))
        return RedirectResponse('/district/', 303)

    async def _refund(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        spent = self._district.spent.get(form.get('transaction', ''))
        if spent is None or not form.get('fen', '').isdecimal():
            return Response('transaction, fen', 422)
        notice = self._district.give_back(spent, int(form['fen']))
        if notice is not None:
            self._tell(self._malls[spent.number], notice)
        return RedirectResponse('/district/', 303)

    def _tell(self, mall: str, notice: Notice) -> None:
        task = asyncio.create_task(deliver(f'{self._callbacks}/{mall}', lambda: notice))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _page(self, request: Request) -> Response:
        rows = ''.join(
            f'<li><b>¥{spent.fen / 100:.2f}</b> {html.escape(spent.shop)} {html.escape(spent.openid)} '
            f'<small>{spent.number}</small> → {html.escape(str(spent.told[-1][1:]) if spent.told else "…")}'
            f'<form method=post action=/district/refund><input type=hidden name=transaction value={spent.number}>'
            f'<input type=hidden name=fen value={spent.fen}><button>退款 Refund</button></form>'
            for spent in reversed(self._district.spent.values())
        )
        return HTMLResponse(
            '<!doctype html><meta charset=utf-8><title>商圈 District</title><h1>商圈 District</h1>'
            '<form method=post action=/district/spend><input name=mall value=1 size=3 aria-label=mall>'
            '<input name=openid value=o-demo-0000 aria-label=openid><input name=shop value=L1-05 aria-label=shop>'
            f'<input name=fen value=26800 aria-label=fen><button>付款 Pay</button></form><ul>{rows}</ul>'
        )
