"""Datelines: a dispatch's place, date and agency, and how each language writes them."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from babel import Locale
from babel.dates import format_skeleton, get_timezone_location

# Codes of CLDR that are no country.
_UNIONS = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
# Stands in for an unknown year. A leap year, so that February 29 exists.
_ANY_YEAR = 2000

_AGENCIES_IN_CHINESE: Mapping[str, str] = {
    "EFE": "埃菲社",
    "AP": "美联社",
    "AFP": "法新社",
    "ANSA": "安莎社",
    "BLOOMBERG": "彭博社",
    "CNS": "中新社",
    "DPA": "德新社",
    "KYODO": "共同社",
    "LUSA": "卢萨社",
    "REUTERS": "路透社",
    "TASS": "塔斯社",
    "XINHUA": "新华社",
    "YONHAP": "韩联社",
}


@dataclass(frozen=True)
class Dateline:
    """The parts of a dateline such as "Beijing, Mar 14 (EFE).-", and the dateline as written."""

    written: str
    language: str
    place: str | None = None
    month: int | None = None
    day: int | None = None
    year: int | None = None
    agency: str | None = None

    @property
    def date(self) -> str | None:
        """ISO 8601, ``2022-03-14``; without a year ``--03-14`` (RFC 6350)."""
        if self.month is None or self.day is None:
            return None
        year = "-" if self.year is None else f"{self.year:04}"
        return f"{year}-{self.month:02}-{self.day:02}"

    @property
    def calendar_date(self) -> datetime.date | None:
        """The date, in a leap year if the year is unknown; None if there is no such day."""
        if self.month is None or self.day is None:
            return None
        try:
            return datetime.date(self.year or _ANY_YEAR, self.month, self.day)
        except ValueError:
            return None


def render(dateline: Dateline, language: str) -> tuple[str, bool]:
    """Return the dateline as ``language`` writes it, and whether its place's name is known there.

    "Beijing, Mar 14 (EFE).-" ⇒ "Pekín, 14 mar (EFE).-" ⇒ "埃菲社北京3月14日电". Date formats come
    from CLDR, place names from CLDR's territories and cities, and otherwise from ``places.toml``.
    In its own language a dateline stays as written.
    """
    if language == dateline.language:
        return dateline.written, True
    places = (dateline.place or "").split("/")
    names = [_name_of(place.strip(), language) for place in places]
    known = all(names) or dateline.place is None
    place = "/".join(name or place.strip() for name, place in zip(names, places, strict=True))
    date = _date(dateline, language)
    agency = dateline.agency
    if language.startswith("zh"):
        return f"{_agency_in_chinese(agency)}{place}{date}电", known
    western = _western_agency(agency)
    origin = ", ".join(part for part in (place, date) if part)
    return " ".join(part for part in (origin, f"({western}).-" if western else "") if part), known


def _name_of(place: str, language: str) -> str | None:
    """A dateline's place, of which its state or country is left out: "ANKARA, Turkey"."""
    return place_name(place, language) or place_name(place.partition(",")[0], language)


def place_name(place: str, language: str) -> str | None:
    """Return the name in ``language`` of a place named in any language, or None if unknown."""
    entry = _gazetteer().get(_fold(place))
    return entry.get(language) if entry else None


def _date(dateline: Dateline, language: str) -> str:
    day = dateline.calendar_date
    if day is None:
        return ""
    skeleton = "yMMMd" if dateline.year else "MMMd"
    return format_skeleton(skeleton, day, locale=Locale.parse(language, sep="-"))


def _agency_in_chinese(agency: str | None) -> str:
    if agency is None:
        return ""
    return _AGENCIES_IN_CHINESE.get(agency.upper(), agency)


def _western_agency(agency: str | None) -> str | None:
    # "据新华社": by its report.
    own = agency.removeprefix("据") if agency else None
    for western, chinese in _AGENCIES_IN_CHINESE.items():
        if own == chinese:
            return western
    return agency


def _fold(place: str) -> str:
    return place.casefold().replace("’", "'")


def _city(zone: str, locale: Locale) -> str:
    return str(get_timezone_location(zone, locale=locale, return_city=True))


@cache
def cities() -> list[dict[str, str]]:
    """Return every known city as its names by language; "" where a language has none."""
    text = resources.files("teletipo").joinpath("places.toml").read_text("utf-8")
    entries: list[dict[str, str]] = list(tomllib.loads(text)["places"])
    locales = _locales()
    # English lists only cities whose name differs from the time zone's; Spanish has the rest.
    for zone in sorted(locales["es"].time_zones.keys() | locales["zh-Hans"].time_zones.keys()):
        if not zone.startswith("Etc/"):
            entries.append({tag: _city(zone, locale) for tag, locale in locales.items()})
    return entries


@cache
def countries() -> list[dict[str, str]]:
    """Return the names of countries and dependent areas (ISO 3166) as ``cities`` does."""
    return [entry for code, entry in _territories() if code.isalpha() and code not in _UNIONS]


def places() -> list[dict[str, str]]:
    """Return the names of all known places, continents among them."""
    return [*cities(), *(entry for _, entry in _territories())]


def _territories() -> list[tuple[str, dict[str, str]]]:
    locales = _locales()
    return [
        (str(code), {tag: locale.territories.get(code, "") for tag, locale in locales.items()})
        for code in locales["en"].territories
    ]


def _locales() -> dict[str, Locale]:
    return {tag: Locale.parse(tag, sep="-") for tag in ("es", "en", "zh-Hans")}


@cache
def _gazetteer() -> dict[str, dict[str, str]]:
    """Every place name in our languages → the place's names by language."""
    gazetteer: dict[str, dict[str, str]] = {}
    for entry in places():
        for name in entry.values():
            if name:
                gazetteer.setdefault(_fold(name), entry)
    return gazetteer
