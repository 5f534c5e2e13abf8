"""The language of messages that a client prefers."""

import re
from operator import itemgetter

from teletipo.messages import languages


def choose_language(accept_language: str | None) -> str:
    """The language of messages that the client prefers (RFC 9110, section 12.5.4)."""
    wanted = []
    for part in (accept_language or "").split(","):
        tag, _, quality = part.partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", quality)
        wanted.append(
            (-float(weight[1]) if weight else -1.0, tag.strip().partition("-")[0].lower())
        )
    served = languages()
    return next((tag for weight, tag in sorted(wanted, key=itemgetter(0))
                 if weight < 0 and tag in served), "en")  # fmt: skip
