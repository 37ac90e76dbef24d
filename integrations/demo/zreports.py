"""Days that shops of the demo typed in by hand, each with a picture of its till's Z report; one does not match."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from domain.leasing.commands import DayTurnover, ReportByHand
from domain.leasing.hand_reports import keep_z_report, list_hand_reports, report_by_hand
from domain.leasing.queries import list_leases, list_tenants
from domain.leasing.views import LeaseView
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from integrations.demo.leases import tenant_code
from integrations.demo.rents import FEN, Shop, shops_of, sold_on
from integrations.demo.turnover import Say, facts_of

SHOPS = {'f2-06': 0, 'f3-21': 0, 'b1-20': 37_600}
"""Which shops, and by how many fen the slip shows less than was typed."""
PAPER, INK, WOOD = (250, 249, 244), (40, 40, 46), (92, 78, 66)
WIDTH, LINE, EDGE, SCALE = 212, 15, 26, 3


def hand_in_z_reports(mall_id: MallId, document: Mapping[str, Any], now: datetime, say: Say) -> None:
    """Yesterday of some shops waits for the mall to compare it. Once."""
    actor = system_actor('seeder', mall_id)
    day = ask(get_business_clock, actor=actor).business_on(now) - timedelta(days=1)
    shops = {tenant_code(shop.code): shop for shop in shops_of(document) if shop.code in SHOPS}
    tenants = {tenant.id: shops[tenant.code] for tenant in ask(list_tenants, actor=actor) if tenant.code in shops}
    handed = 0
    for lease in ask(list_leases, actor=actor):
        is_held = lease.status != 'draft' and lease.starts_on <= day < lease.ends_on
        if is_held and lease.tenant_id in tenants and not ask(list_hand_reports, actor=actor, lease_id=lease.id):
            _hand_in(actor, lease, tenants[lease.tenant_id], day, now)
            handed += 1
    say(f'{document["mall"]["code"]}: {handed} days with a picture of the Z report.')


def _hand_in(actor: Actor, lease: LeaseView, shop: Shop, day: date, now: datetime) -> None:
    facts = facts_of(shop, day)
    slip = slip_of(shop.code, day, sold_on(shop, day) - SHOPS[shop.code], facts.receipts)
    kept = perform(keep_z_report, actor=actor, content=slip, now=now, tenant_id=lease.tenant_id)
    told = DayTurnover(on=day, category=shop.category, facts=facts)
    perform(report_by_hand, actor=actor, now=now, command=ReportByHand(lease_id=lease.id, day=told, photo=kept.name))


def slip_of(shop: str, day: date, fen: int, receipts: int) -> bytes:
    """A Z report as a till prints it, photographed a little askew: a JPEG.

    NOTE: drawn in Pillow's own bitmap letters: a slim demo has no FreeType.
    """
    rows = ['*** Z REPORT ***', f'SHOP {shop.upper()}   TILL 01', f'DATE {day.isoformat()}   22:04', '-' * 30,
            f'RECEIPTS{receipts:>22,}', f'SALES{fen / FEN:>25,.2f}', '-' * 30, f'TOTAL CNY{fen / FEN:>21,.2f}',
            '', 'END OF DAY']  # fmt: skip
    paper = Image.new('RGB', (WIDTH, LINE * (len(rows) + 2)), PAPER)
    pen, letters = ImageDraw.Draw(paper), ImageFont.load_default_imagefont()
    for number, row in enumerate(rows, start=1):
        pen.text((LINE, LINE * number), row, fill=INK, font=letters)
    table = Image.new('RGB', (paper.width + 2 * EDGE, paper.height + 2 * EDGE), WOOD)
    table.paste(paper, (EDGE, EDGE))
    large = table.resize((table.width * SCALE, table.height * SCALE), Image.Resampling.BICUBIC)
    out = BytesIO()
    large.rotate(2.5, resample=Image.Resampling.BICUBIC, fillcolor=WOOD).save(out, 'JPEG', quality=85)
    return out.getvalue()
