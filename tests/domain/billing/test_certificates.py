"""What may be kept as an auditor's certificate."""

import pytest

from domain.billing.commands import ReconcileTurnover
from domain.billing.costs import keep_certificate, reconcile_turnover
from domain.leasing.hand_reports import keep_z_report
from domain.shared.attachments import AttachmentUnknown
from domain.shared.errors import DomainError
from domain.shared.operations import perform
from domain.shared.pictures import PaperUnknownKind, PictureBroken, PictureTooLarge
from tests.domain.leasing.world import World
from tests.domain.shared.pictures import PAPER, photograph


@pytest.mark.parametrize(
    ('content', 'refusal'),
    [
        (b'PK\x03\x04 a spreadsheet', PaperUnknownKind),
        (b'%PDF-1.7 cut off', PictureBroken),
        (photograph()[:-40], PictureBroken),
        (PAPER + b' ' * 11_000_000, PictureTooLarge),
    ],
)
def test_a_certificate_is_a_whole_pdf_or_picture(world: World, content: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        perform(keep_certificate, actor=world.actor, content=content)
    assert perform(keep_certificate, actor=world.actor, content=photograph()).kind == 'image/jpeg'


def test_a_picture_kept_for_something_else_is_no_certificate(world: World) -> None:
    lease = world.signed()
    photo = perform(keep_z_report, actor=world.actor, content=photograph(3), tenant_id=lease.tenant_id).name
    command = ReconcileTurnover(
        lease_id=lease.id, year=2025, audited_gto_fen=1, document='照片', attachment=photo
    )  # fmt: skip
    with pytest.raises(AttachmentUnknown):
        perform(reconcile_turnover, actor=world.actor, command=command)
