"""Disclosure: what of a summary a machine made, and who answers for it.

docs/disclosure.md says which field of which export carries what.
"""

from dataclasses import dataclass
from datetime import datetime

from teletipo.story import release_time
from teletipo.summary import LanguageSummary, Summary

_NEWSCODES = "http://cv.iptc.org/newscodes/digitalsourcetype/"

# {pack} is the model pack's name and version, {who} the reviewer's name or else "editor", {when}
# the date.
_LINES = {
    "es": {
        "model": "Resumen traducido por inteligencia artificial (Teletipo, modelos {pack}).",
        "written": "Resumen escrito por inteligencia artificial (Teletipo, modelos {pack}).",
        "rule": "Resumen extraído automáticamente del original (Teletipo).",
        "corrected": "Corregido y aprobado por {who} el {when}.",
        "approved": "Revisado y aprobado por {who} el {when}.",
        "editor": "un editor",
    },
    "en": {
        "model": "Summary translated by artificial intelligence (Teletipo, models {pack}).",
        "written": "Summary written by artificial intelligence (Teletipo, models {pack}).",
        "rule": "Summary taken automatically from the original (Teletipo).",
        "corrected": "Corrected and approved by {who} on {when}.",
        "approved": "Reviewed and approved by {who} on {when}.",
        "editor": "an editor",
    },
    "zh-Hans": {
        "model": "本摘要由人工智能翻译（Teletipo，模型 {pack}）。",
        "written": "本摘要由人工智能撰写（Teletipo，模型 {pack}）。",
        "rule": "本摘要由程序自动摘自原文（Teletipo）。",
        "corrected": "{who}于{when}修改并批准。",
        "approved": "{who}于{when}审阅并批准。",
        "editor": "编辑",
    },
}


@dataclass(frozen=True)
class SignOff:
    """A person's release of one language's summary."""

    reviewer: str | None
    """The name that the person gave, if any. Credentials are never exported."""
    at: str
    """When it was given: ISO 8601 in UTC."""
    released_at: str
    """The same, or when the embargo ends if that is later."""
    corrected: bool = False


@dataclass(frozen=True)
class Disclosure:
    """Who made the summary in one language, and who answers for it."""

    translated: bool
    by_model: bool
    """Whether a model's words are in it; else a program chose the article's own sentences."""
    pack: str
    """The model pack's name and version."""
    sign_off: SignOff | None

    @property
    def source_type(self) -> str:
        """The IPTC NewsCode of the digital source type, as an address."""
        corrected = self.sign_off is not None and self.sign_off.corrected
        if self.by_model:
            code = (
                "compositeWithTrainedAlgorithmicMedia" if corrected else "trainedAlgorithmicMedia"
            )
        else:
            code = "humanEdits" if corrected else "algorithmicallyEnhanced"
        return f"{_NEWSCODES}{code}"

    def line(self, language: str) -> str:
        """Return the disclosure as one line for readers, in English if the language has none."""
        words = _LINES.get(language, _LINES["en"])
        made = "rule" if not self.by_model else "model" if self.translated else "written"
        parts = [words[made].format(pack=self.pack)]
        if self.sign_off:
            key = "corrected" if self.sign_off.corrected else "approved"
            # The date is as ISO 8601 has it: the same in every language.
            who = self.sign_off.reviewer or words["editor"]
            parts.append(words[key].format(who=who, when=self.sign_off.at[:10]))
        return ("" if language.startswith("zh") else " ").join(parts)


def disclose(summary: Summary, language: str) -> Disclosure:
    """Return the disclosure of one language of a summary, as ``edited`` returns it."""
    words = summary.summaries[language]
    return Disclosure(
        translated=words.translated,
        by_model=words.translated or words.method == "abstractive",
        pack=f"{summary.pack.name} {summary.pack.version}",
        sign_off=_sign_off(words, summary.article.embargo),
    )


def sourced(summary: Summary) -> Summary:
    """Return the document with each language's digital source type."""
    return summary.model_copy(
        update={
            "summaries": {
                language: words.model_copy(
                    update={"digital_source_type": disclose(summary, language).source_type}
                )
                for language, words in summary.summaries.items()
            }
        }
    )


def _sign_off(words: LanguageSummary, embargo: datetime | None) -> SignOff | None:
    review = words.review
    if review is None or review.decision == "sent_back":
        return None
    return SignOff(
        reviewer=review.reviewer,
        at=review.reviewed_at,
        released_at=max(review.reviewed_at, release_time(embargo) if embargo else ""),
        corrected=words.machine is not None or _has_editors_words(words),
    )


def _has_editors_words(words: LanguageSummary) -> bool:
    """Whether an editor's words were kept from an earlier version."""
    return "editor" in {words.headline_kept, *(each.kept for each in words.sentences)}
