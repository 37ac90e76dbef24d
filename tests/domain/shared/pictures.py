"""Photographs as phones take them, for tests."""

from io import BytesIO

from PIL import Image

PAPER = b'%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n'
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
ON_ITS_SIDE = 6


def photograph(shade: int = 120, *, width: int = 40, height: int = 30, kind: str = 'JPEG') -> bytes:
    """A picture of one colour without anything beside."""
    written = BytesIO()
    Image.new('RGB', (width, height), (shade, 90, 60)).save(written, kind)
    return written.getvalue()


def from_a_phone(width: int = 40, height: int = 30) -> bytes:
    """Taken upright: the pixels lie on their side, and the place is written along."""
    notes = Image.Exif()
    notes[ORIENTATION], notes[MAKE] = ON_ITS_SIDE, 'Somebody’s telephone'
    notes.get_ifd(GPS).update({1: 'N', 2: (31.0, 12.0, 0.0), 3: 'E', 4: (121.0, 28.0, 0.0)})
    written = BytesIO()
    Image.new('RGB', (width, height), (30, 60, 90)).save(written, 'JPEG', exif=notes, comment=b'31.2N 121.5E')
    return written.getvalue()
