"""The line that tells readers that a version corrects an earlier one, by rule in each language."""

import tomllib
from functools import cache
from importlib import resources

from teletipo.article import WireCopy
from teletipo.summary import Superseded


def correction_line(copy: WireCopy, superseded: Superseded | None, language: str) -> str | None:
    """Return the line if the item says that it is a correction, else None.

    In English if the table has no line for the language. What was corrected is in the text: no
    model writes it here.
    """
    if copy.change != "correction":
        return None
    table = _table()
    lines = table.get(language, table["en"])
    date = superseded.date if superseded else None
    if date is None:
        return lines["undated"]
    return lines["dated"].format(date=f"{date:%Y-%m-%d}", time=f"{date:%H:%M}")


@cache
def _table() -> dict[str, dict[str, str]]:
    text = resources.files("teletipo").joinpath("corrections.toml").read_text("utf-8")
    return tomllib.loads(text)
