"""Numbers, quotation marks and punctuation by the target language's conventions."""

import pytest

from teletipo.typography import join_clauses, join_sentences, localize


@pytest.mark.parametrize(
    ("text", "source_text", "source", "target", "written"),
    [
        ("grew 12,5 % to 1.500 million", "creció 12,5 % a 1.500 millones", "es", "en",
         "grew 12.5% to 1,500 million"),
        ("paid 20 000 euros", "pagó 20 000 euros", "es", "en", "paid 20,000 euros"),
        ("paid 1,500 euros", "pagó 1.500 euros", "es", "en", "paid 1,500 euros"),
        ("at 14.30 in 2022", "a las 14.30 de 2022", "es", "en", "at 14.30 in 2022"),
        ("pagó 1,234.5 y 20%", "paid 1,234.5 and 20%", "en", "es", "pagó 1.234,5 y 20\u00a0%"),
        ("versión 1,500", "1,500 pesos", "es", "en", "versión 1,500"),
        ('He said "no" and left', "x", "es", "en", "He said “no” and left"),
        ("Dijo “no” y se fue", "x", "en", "es", "Dijo «no» y se fue"),
        ("GPT-4.5 y Gemini 2.5 Pro", "GPT-4.5 and Gemini 2.5 Pro", "en", "es",
         "GPT-4.5 y Gemini 2.5 Pro"),
        ("iOS 17.4, un 4.5 %", "iOS 17.4, 4.5%", "en", "es", "iOS 17.4, un 4,5\u00a0%"),
        ("a las 8.30 pm", "at 8.30 pm", "en", "es", "a las 8.30 pm"),
        ("www.example.com/3.2", "www.example.com/3.2", "en", "es", "www.example.com/3.2"),
        ("Call 600 000 016", "Llame al 600 000 016", "es", "en", "Call 600 000 016"),
        ("¿What?", "x", "es", "en", "What?"),
        ('他说,"我们不会 接受".', "x", "es", "zh-Hans", "他说，“我们不会接受”。"),
        ("俄羅斯 (10%) 否認", "x", "en", "zh-Hans", "俄罗斯（10%）否认"),
        ("见 https://x.org/a_(b)?q=3%20 (10%)", "x", "en", "zh-Hans",
         "见 https://x.org/a_(b)?q=3%20（10%）"),
        ("见(https://x.org/a).", "x", "en", "zh-Hans", "见（https://x.org/a）。"),
        ('Vea "https://x.org" y "el resto".', "x", "en", "es", "Vea «https://x.org» y «el resto»."),
        ("Escriba a a@b.es, 10%", "x", "en", "es", "Escriba a a@b.es, 10\u00a0%"),
        ('The 6\'7" forward said "no"', "x", "es", "en", "The 6'7\" forward said “no”"),
    ],
)  # fmt: skip
def test_a_translation_is_written_as_its_language_is(
    text: str, source_text: str, source: str, target: str, written: str
) -> None:
    assert localize(text, source_text, source, target) == written


def test_chinese_sentences_stand_without_spaces() -> None:
    assert join_sentences(["一。", "二。"], "zh-Hans") == "一。二。"
    assert join_sentences(["One.", "Two."], "en") == "One. Two."


def test_clauses_make_one_sentence() -> None:
    sources = ["La planta costó 1.250 millones,", "ocupa 42 hectáreas,", "Madrid la paga."]
    clauses = ["The plant cost 1.25 billion.", "It occupies 42 hectares", "Madrid pays for it."]
    assert join_clauses(sources, clauses, "en", str.isalpha) == (
        "The plant cost 1.25 billion, it occupies 42 hectares, Madrid pays for it."
    )
    chinese = ["该厂耗资12.5亿", "占地42公顷。", "由马德里支付。"]
    assert join_clauses(sources, chinese, "zh-Hans", str.isalpha) == (
        "该厂耗资12.5亿，占地42公顷，由马德里支付。"
    )


def test_clauses_keep_their_dashes_and_their_names() -> None:
    sources = ["El presidente –", "un veterano –", "dijo la verdad, según informó", "la agencia."]
    clauses = ["The president.", "A veteran.", "Reuters told the truth", "the agency."]
    common = {"A", "The"}.__contains__
    assert join_clauses(sources, clauses, "en", common) == (
        "The president – a veteran – Reuters told the truth the agency."
    )
    chinese = ["总统。", "一位老兵", "说了实话，", "该机构。"]
    assert join_clauses(sources, chinese, "zh-Hans", common).startswith("总统——一位老兵——说了实话")
