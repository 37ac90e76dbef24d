"""Photographs that prove readings."""

import pytest

from domain.shared.operations import ask, perform
from domain.utilities.photos import LARGEST, PhotoInvalid, get_photo, keep_photo
from tests.domain.leasing.world import World

JPEG = b'\xff\xd8\xff\xe0 a register'


def test_the_same_picture_is_kept_once_and_shown_again(world: World) -> None:
    name = perform(keep_photo, actor=world.actor, content=JPEG)
    assert perform(keep_photo, actor=world.actor, content=JPEG) == name
    photo = ask(get_photo, actor=world.actor, name=name)
    assert photo is not None
    assert (photo.kind, photo.content) == ('image/jpeg', JPEG)
    assert photo.data_url.startswith('data:image/jpeg;base64,')
    assert ask(get_photo, actor=world.actor, name='nothing') is None


@pytest.mark.parametrize('content', [b'', b'<svg/>', b'RIFF0000WAVE', JPEG + b'0' * LARGEST])
def test_what_is_no_picture_or_too_large_is_refused(world: World, content: bytes) -> None:
    with pytest.raises(PhotoInvalid):
        perform(keep_photo, actor=world.actor, content=content)
