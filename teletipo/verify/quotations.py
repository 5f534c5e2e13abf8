"""Are quoted words still quoted, and nothing else?"""

import re

from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.verify.fault import Fault

_OPENING, _CLOSING = "“«「『„", "”»」』"
_MARK = re.compile(r"[“”«»「」『』„\"]|(?<!\w)['‘](?=\w)|(?<=[\w.,!?])['’](?!\w)")
_TYPED_APOSTROPHE = re.compile(r'(?<=s)"(?= [a-z])')
_SINGLE_OPENING = re.compile(r"(?<!\w)['‘](?=\w)")
_SINGLE_CLOSING = re.compile(r"(?<=[.,!?])['’](?!\w)")
_SEGMENT = re.compile(
    r"[“«「『„]([^“”«»「」『』„]*)[”»」』]|\"([^\"]*)\"|(?<!\w)['‘]([^'’]{3,}?)['’](?!\w)"
)


def check_quotations(source_text: str, output_text: str, source: str, target: str) -> list[Fault]:
    """Quotation marks that were lost, added, or are not closed.

    What it cannot see: words that moved into or out of a quotation whose marks are all there.
    """
    theirs, ours = _segments(source_text), _segments(output_text)
    faults = []
    if _unpaired(output_text) and not _unpaired(source_text):
        faults.append(
            Fault(
                "quotation_open",
                "A quotation mark is missing: the quotation has no beginning or no end.",
                Severity.WARNING,
                output=tuple(_marks(output_text)),
            )
        )
    elif (theirs or _goes_on(source_text)) and not (ours or _marks(output_text)):
        theirs = theirs or _marks(source_text)
        quoted = source_text[theirs[0].start : theirs[0].end]
        # Chinese puts titles and names in quotation marks too.
        long = not source.startswith("zh") and (
            len(quoted) > _LONG_QUOTATION or _goes_on(source_text)
        )
        faults.append(
            Fault(
                "quotation_lost",
                f"The article quotes {quoted}; here nothing is quoted.",
                Severity.ERROR if long else Severity.WARNING,
                source=tuple(theirs),
            )
        )
    elif ours and not (theirs or _marks(source_text)):
        faults.append(
            Fault(
                "quotation_added",
                f"{output_text[ours[0].start : ours[0].end]} is quoted here, not in the article.",
                Severity.WARNING,
                output=tuple(ours),
            )
        )
    return faults


_LONG_QUOTATION = 25


def _segments(text: str) -> list[Span]:
    return [Span(*match.span()) for match in _SEGMENT.finditer(text)]


def _marks(text: str) -> list[Span]:
    return [Span(*match.span()) for match in _MARK.finditer(text)]


def _goes_on(text: str) -> bool:
    """It begins or ends a quotation of several sentences."""
    ends = bool(_MARK.match(text.strip()) or _MARK.search(text.strip()[-2:]))
    return ends and _unpaired(text)


def _unpaired(text: str) -> bool:
    """A double mark without its other one; marks of two kinds may close each other."""
    if sum(text.count(mark) for mark in _OPENING + _CLOSING + '"') % 2 == 1:
        # `the Lakers" coach`: typed for an apostrophe.
        return not _TYPED_APOSTROPHE.search(text)
    closings = len(_SINGLE_CLOSING.findall(text))
    return closings > 0 and closings != len(_SINGLE_OPENING.findall(text))
