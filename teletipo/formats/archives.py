"""gzip and zip files with one article in them, opened within limits."""

import io
import zipfile
import zlib

from teletipo.errors import ArticleTooLarge, Malformed, NotText

MAX_UNPACKED_BYTES = 4_000_000
_GZIP, ZIP = b"\x1f\x8b\x08", b"PK\x03\x04"


def unpack(data: bytes, limit: int = MAX_UNPACKED_BYTES) -> bytes:
    """Return the file in a gzip or zip file, or the bytes themselves if they are neither.

    Nothing is unpacked beyond the limit, and an archive in an archive is not opened.
    Raises ``ArticleTooLarge``, ``Malformed``, or ``NotText`` for a zip file without one article.
    """
    if data.startswith(_GZIP):
        found = _inflate(data, limit)
    elif data.startswith(ZIP):
        found = _member(data, limit)
    else:
        return data
    if found.startswith((_GZIP, ZIP)):
        raise Malformed("The archive holds another archive; send the article itself.")
    return found


def _inflate(data: bytes, limit: int) -> bytes:
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = inflater.decompress(data, limit + 1)
    except zlib.error as error:
        raise Malformed(f"The gzip file is damaged: {error}.") from None
    if len(found) > limit:
        raise ArticleTooLarge(f"The archive unpacks to more than {limit:,} bytes.")
    if not inflater.eof:
        raise Malformed("The gzip file is not complete; the upload may have broken off.")
    return found


def _member(data: bytes, limit: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise NotText(
                    f"The zip file has {len(members)} files; send each article on its own."
                )
            (member,) = members
            if member.flag_bits & 1:
                raise Malformed("The zip file is encrypted; send it without a password.")
            if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise Malformed("The zip file is compressed otherwise than by deflate.")
            with archive.open(member) as file:
                # The stated size may be wrong: what counts is what comes out.
                found = file.read(limit + 1)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, OSError):
        raise NotText("The article is not text: it is a damaged or unknown zip file.") from None
    if len(found) > limit:
        raise ArticleTooLarge(f"The archive unpacks to more than {limit:,} bytes.")
    return found
