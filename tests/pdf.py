"""PDF files made by hand: pages of lines, each at its place and in its size."""

import zlib
from collections.abc import Sequence

Line = tuple[float, float, str]
"""Distance from the top, font size, text."""


def pdf(
    pages: Sequence[Sequence[Line]],
    *,
    info: str = "",
    catalog: str = "",
    unicode: bool = False,
    trailer: str = "",
) -> bytes:
    """A PDF of those pages. ``unicode`` writes a CID font, as for Chinese, else Helvetica."""
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        3: _FONT if not unicode else _CID_FONT,
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>",
        5: _stream(_TO_UNICODE),
        6: f"<< {info} >>".encode(),
    }
    kids = []
    for page in pages:
        number = max(objects) + 1
        objects[number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F 3 0 R >> >> /Contents %d 0 R >>" % (number + 1)
        )
        objects[number + 1] = _stream(b"\n".join(_shown(each, unicode) for each in page))
        kids.append(f"{number} 0 R")
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return file_of(objects, f"/Root 1 0 R /Info 6 0 R {trailer}")


def file_of(objects: dict[int, bytes], trailer: str) -> bytes:
    """A PDF file of numbered objects."""
    out, places = b"%PDF-1.7\n", {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % places[number] for number in sorted(places)
    )
    size = len(places) + 1
    end = f"trailer\n<< /Size {size} {trailer} >>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    return out + f"xref\n0 {size}\n".encode() + table + end


def _shown(line: Line, unicode: bool) -> bytes:
    top, size, text = line
    if unicode:
        string = f"<{text.encode('utf-16-be').hex()}>"
    else:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        string = f"({escaped})"
    return f"BT /F {size} Tf 1 0 0 1 72 {842 - top} Tm {string} Tj ET".encode("cp1252")


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_CID_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
    b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
)
# Each code is its own character.
_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""
