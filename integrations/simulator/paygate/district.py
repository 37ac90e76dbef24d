"""WeChat's district (智慧商圈) as a mall speaks with it: payments in its shops, points that it tells, cars.

As the real one it notifies refunds only of transactions whose points were told, and only for thirty days.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from integrations.simulator.paygate.merchant import Merchant
from integrations.simulator.paygate.wechat import WechatGateway

CHINA = ZoneInfo('Asia/Shanghai')
REFUNDS_ARE_TOLD_FOR = timedelta(days=30)
Notice = tuple[dict[str, str], bytes]


@dataclass(slots=True)
class Spent:
    """A member's payment at a shop's own till, and what the mall told of it."""

    number: str
    openid: str
    shop: str
    fen: int
    paid_at: datetime
    told: list[tuple[bool, int, str]] = field(default_factory=list)  # earned, points, remark
    refunds: dict[str, int] = field(default_factory=dict)


class DistrictGateway:
    """One district's payments. Signs and seals as the WeChat gateway does."""

    def __init__(self, merchant: Merchant, wechat: WechatGateway) -> None:
        self._merchant = merchant
        self._wechat = wechat
        self.spent: dict[str, Spent] = {}
        self.cars: list[tuple[str, str]] = []  # plate, IN or OUT
        self.is_out_of_order = False

    def mount(self, path: str, shopping: Sequence[Route] = ()) -> Mount:
        signed = self._wechat.signed
        return Mount(path, routes=[
            *shopping,
            Route('/v3/businesscircle/points/notify', signed(self._points), methods=['POST']),
            Route('/v3/businesscircle/parkings', signed(self._parking), methods=['POST']),
        ])  # fmt: skip

    def spend(self, openid: str, shop: str, fen: int, *, at: datetime | None = None) -> Spent:
        """A member pays in a shop."""
        number = f'4200{secrets.randbelow(10**24):024d}'
        self.spent[number] = Spent(number, openid, shop, fen, at or datetime.now(UTC))
        return self.spent[number]

    def notice(self, spent: Spent, **changes: Any) -> Notice:
        """Headers and body of the payment's notice; changes forge what is inside."""
        facts = self._common(spent) | {
            'amount': spent.fen, 'time_end': spent.paid_at.astimezone(CHINA).isoformat(), 'commit_tag': 'AUTO'
        }  # fmt: skip
        return self._wechat.sealed_notice('MALL_TRANSACTION.SUCCESS', 'mall_transaction', facts | changes)

    def give_back(self, spent: Spent, fen: int, *, at: datetime | None = None) -> Notice | None:
        """The shop gives money back; the notice, where the district sends one at all (PO-R12)."""
        moment = at or datetime.now(UTC)
        number = f'5030{secrets.randbelow(10**24):024d}'
        spent.refunds[number] = fen
        if not spent.told or moment - spent.paid_at > REFUNDS_ARE_TOLD_FOR:
            return None
        facts = self._common(spent) | {
            'refund_id': number, 'refund_amount': fen, 'pay_amount': spent.fen,
            'refund_time': moment.astimezone(CHINA).isoformat(),
        }  # fmt: skip
        return self._wechat.sealed_notice('MALL_REFUND.SUCCESS', 'mall_refund', facts)

    def bill_text(self, shop: str, *, at: datetime) -> str:
        """The shop's own trade bill, as it downloads it: payments and refunds of members and others."""
        stamp = f'{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}'
        rows = ['交易时间,微信订单号,商户订单号,交易状态,应结订单金额,微信退款单号,退款金额']
        for spent in self.spent.values():
            if spent.shop != shop:
                continue
            rows.append(f'`{stamp},`{spent.number},`x,`SUCCESS,`{spent.fen / 100:.2f},`0,`0.00')
            for number, fen in spent.refunds.items():
                rows.append(f'`{stamp},`{spent.number},`x,`REFUND,`0.00,`{number},`{fen / 100:.2f}')
        return '\r\n'.join([*rows, '总交易单数,,,,,,', f'`{len(rows) - 1},,,,,,', ''])

    def _common(self, spent: Spent) -> dict[str, Any]:
        return {
            'mchid': self._merchant.mchid, 'merchant_name': '云集天地', 'shop_name': f'门店 {spent.shop}',
            'shop_number': spent.shop, 'appid': self._merchant.appid, 'openid': spent.openid,
            'transaction_id': spent.number,
        }  # fmt: skip

    def _points(self, asked: dict[str, Any], request: Request) -> Response:
        if self.is_out_of_order:
            return self._wechat.answer({'code': 'SYSTEM_ERROR', 'message': '系统错误'}, 500)
        spent = self.spent.get(asked['transaction_id'])
        if spent is None or spent.openid != asked['openid']:
            return self._wechat.answer({'code': 'RESOURCE_NOT_EXISTS', 'message': '交易不存在'}, 404)
        is_whole = asked['earn_points'] or asked.get('no_points_remarks')
        if not is_whole or asked['earn_points'] != (asked['increased_points'] > 0):
            return self._wechat.answer({'code': 'PARAM_ERROR', 'message': '参数错误'}, 400)
        spent.told.append((asked['earn_points'], asked['increased_points'], asked.get('no_points_remarks', '')))
        return self._wechat.answer({}, 204)

    def _parking(self, asked: dict[str, Any], request: Request) -> Response:
        if self.is_out_of_order:
            return self._wechat.answer({'code': 'SYSTEM_ERROR', 'message': '系统错误'}, 500)
        if asked['state'] not in ('IN', 'OUT') or asked['brandid'] != self._merchant.brandid:
            return self._wechat.answer({'code': 'PARAM_ERROR', 'message': '参数错误'}, 400)
        self.cars.append((asked['plate_number'], asked['state']))
        return self._wechat.answer({'openid': asked['openid']})
