"""What may be kept as proof, and what is taken off it."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from domain.shared.pictures import (
    JPEG,
    LARGEST,
    LONGEST_SIDE,
    PDF,
    PaperUnknownKind,
    PictureBroken,
    PictureTooLarge,
    PictureUnknownKind,
    clean_paper,
    clean_picture,
)
from tests.domain.shared.pictures import PAPER, from_a_phone, photograph


def test_a_photograph_stands_upright_and_says_nothing_of_its_place() -> None:
    taken = from_a_phone(40, 30)

    kind, kept = clean_picture(taken)

    opened = Image.open(BytesIO(kept))
    assert b'31.2N' in taken
    assert b'telephone' in taken
    assert (kind, opened.size, dict(opened.getexif())) == (JPEG, (30, 40), {})
    assert not {'exif', 'comment', 'icc_profile', 'xmp'} & opened.info.keys()
    assert b'31.2N' not in kept
    assert b'telephone' not in kept
    assert b'Exif' not in kept


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP'])
def test_each_kind_is_told_by_its_content_and_kept_alike(kind: str) -> None:
    content = photograph(kind=kind)

    assert clean_picture(content) == clean_picture(content)
    assert clean_picture(content)[0] == JPEG


def test_what_follows_the_picture_is_dropped() -> None:
    assert b'smuggled' not in clean_picture(photograph() + b'smuggled')[1]


def test_a_large_photograph_is_kept_as_large_as_a_screen() -> None:
    kept = clean_picture(photograph(width=4_000, height=3_000))[1]

    assert max(Image.open(BytesIO(kept)).size) == LONGEST_SIDE


def test_a_transparent_picture_lies_on_white() -> None:
    written = BytesIO()
    Image.new('RGBA', (8, 8), (0, 0, 0, 0)).save(written, 'PNG')

    assert Image.open(BytesIO(clean_picture(written.getvalue())[1])).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize('content', [b'', b'<svg/>', b'GIF89a', b'RIFF0000WAVE', b'%PDF-1.7 %%EOF', b'MZ\x90'])
def test_what_is_no_picture_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(PictureUnknownKind):
        clean_picture(content)


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP'])
def test_half_a_picture_is_broken(kind: str) -> None:
    written = BytesIO()
    Image.effect_noise((200, 200), 90).convert('RGB').save(written, kind)
    content = written.getvalue()

    with pytest.raises(PictureBroken):
        clean_picture(content[: len(content) // 2])


def test_too_many_bytes_and_too_many_pixels_are_too_large() -> None:
    written = BytesIO()
    Image.new('1', (8_000, 8_000)).save(written, 'PNG')
    for content in (photograph() + b'0' * LARGEST, written.getvalue()):
        with pytest.raises(PictureTooLarge):
            clean_picture(content)


@given(st.sampled_from(['JPEG', 'PNG', 'WEBP']), st.integers(0), st.binary(min_size=1, max_size=40))
def test_a_damaged_picture_is_kept_clean_or_refused_in_words(kind: str, where: int, noise: bytes) -> None:
    content = photograph(kind=kind)
    at = where % len(content)
    damaged = content[:at] + noise + content[at + len(noise) :]
    with suppress(PictureUnknownKind, PictureBroken, PictureTooLarge):
        assert clean_picture(damaged)[0] == JPEG


def test_a_paper_is_a_pdf_as_it_came_or_a_photograph_of_it() -> None:
    assert clean_paper(PAPER) == (PDF, PAPER)
    assert clean_paper(photograph()) == clean_picture(photograph())
    with pytest.raises(PictureBroken):
        clean_paper(PAPER[:-8])
    with pytest.raises(PaperUnknownKind):
        clean_paper(b'PK\x03\x04 a spreadsheet')
    with pytest.raises(PictureTooLarge):
        clean_paper(PAPER + b'0' * LARGEST)
