"""Alignment of positions in a translation and its source, with the real word tables."""

import pytest

from teletipo.languages import Language
from teletipo.verify.alignment import align
from teletipo.verify.lexicon import lexicon

_SPANISH = "El ministro habló en Madrid y la policía detuvo a tres personas."


@pytest.mark.parametrize(
    ("target", "text", "word"),
    [
        ("en", "The police arrested three people, and the minister spoke in Madrid.", "police"),
        ("zh-Hans", "警察逮捕了三人，部长在马德里讲话。", "警察"),
    ],
)
def test_a_position_follows_from_the_words_around_it(target: str, text: str, word: str) -> None:
    table = lexicon(Language("es"), Language(target))
    assert table
    alignment = align(_SPANISH, text, table)
    here, there = _middle(_SPANISH, "policía"), _middle(text, word)
    assert alignment.counterparts(here, count=1, reach=0.1) == [there]
    assert alignment.mirrored().counterparts(there, count=1, reach=0.1) == [here]


def test_where_no_word_is_known_no_place_is() -> None:
    table = lexicon(Language("es"), Language("en"))
    assert table
    alignment = align("12 + 14", "", table)
    assert alignment.links == []
    assert alignment.mirrored().counterparts(0.0, count=3, reach=1.0) == []


def _middle(text: str, word: str) -> float:
    return text.index(word) + len(word) / 2
