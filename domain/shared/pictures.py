"""What people photograph or upload as proof: told by its content, checked whole, and freed of what it says beside.

A photograph is decoded once and written anew, upright and no larger than a screen needs. So nothing is kept that is no
picture, and nothing that a phone writes along with one: the place, the device, the owner's name.
"""

from io import BytesIO
from struct import error as StructError

from PIL import Image, ImageOps

from domain.shared.errors import DomainError

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2_400
QUALITY = 85
FORMATS = ('JPEG', 'PNG', 'WEBP')
JPEG, PDF = 'image/jpeg', 'application/pdf'
PDF_BEGINS, PDF_ENDS, TAIL = b'%PDF-', b'%%EOF', 1_024


class PictureUnknownKind(DomainError):
    code = 'picture.unknown_kind'
    status = 422
    zh = '照片须为 JPEG、PNG 或 WebP 格式。'
    en = 'A photograph is a JPEG, PNG or WebP.'


class PaperUnknownKind(DomainError):
    code = 'picture.unknown_paper'
    status = 422
    zh = '文件须为 PDF，或 JPEG、PNG、WebP 格式的图片。'
    en = 'The paper is a PDF, or a picture as JPEG, PNG or WebP.'


class PictureTooLarge(DomainError):
    code = 'picture.too_large'
    status = 422
    zh = '文件过大：最多 10 MB，照片最多 5000 万像素。'
    en = 'The file is too large: 10 MB at most, and a photograph has 50 million pixels at most.'


class PictureBroken(DomainError):
    code = 'picture.broken'
    status = 422
    zh = '文件不完整或已损坏，请重新拍摄或上传。'
    en = 'The file is incomplete or damaged; take or upload it again.'


def clean_picture(content: bytes) -> tuple[str, bytes]:
    """A photograph as it is kept: its kind, and its pixels without anything else.

    :raises PictureTooLarge: in bytes or in pixels.
    :raises PictureUnknownKind: when it does not begin like a picture, whatever its sender calls it.
    :raises PictureBroken: when it begins like one and does not go on so.
    """
    _check_size(content)
    if not _begins_like_a_picture(content):
        raise PictureUnknownKind
    try:
        return JPEG, _written_anew(content)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, StructError) as error:
        raise PictureBroken from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge from error


def clean_paper(content: bytes) -> tuple[str, bytes]:
    """A paper as it is kept: a PDF as it came, or a photograph of it.

    :raises PictureTooLarge:
    :raises PaperUnknownKind: when it is neither.
    :raises PictureBroken: when its end is missing.
    """
    _check_size(content)
    if not content.startswith(PDF_BEGINS):
        if not _begins_like_a_picture(content):
            raise PaperUnknownKind
        return clean_picture(content)
    if PDF_ENDS not in content[-TAIL:]:
        raise PictureBroken
    return PDF, content


def _check_size(content: bytes) -> None:
    if len(content) > LARGEST:
        raise PictureTooLarge


def _begins_like_a_picture(content: bytes) -> bool:
    is_webp = content[:4] == b'RIFF' and content[8:12] == b'WEBP'
    return is_webp or content.startswith((b'\xff\xd8\xff', b'\x89PNG\r\n\x1a\n'))


def _written_anew(content: bytes) -> bytes:
    with Image.open(BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise PictureTooLarge
        opened.draft('RGB', (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is then decoded at the size that is wanted
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = _without_transparency(upright)
    written = BytesIO()
    plain.save(written, 'JPEG', quality=QUALITY, optimize=True)
    return written.getvalue()


def _without_transparency(picture: Image.Image) -> Image.Image:
    """On white, as paper is; a new image, so that nothing of the old one's notes comes along."""
    layered = picture.convert('RGBA')
    sheet = Image.new('RGB', layered.size, 'white')
    sheet.paste(layered, mask=layered.getchannel('A'))
    return sheet
