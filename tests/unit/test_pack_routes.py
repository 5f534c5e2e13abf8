"""A pack's routes between languages, and the models it loads for them."""

from pathlib import Path
from typing import Any

import pytest

from models.manifest import Manifest, PackageOrigin, PackedModel, Pair, Quality, Route
from models.model import Model
from models.packs import OpenPack
from teletipo.ports import Hop


def quality(chrf: float) -> Quality:
    return Quality(bleu=chrf / 2, chrf=chrf, test_set="test", source="test", draft=False)


def open_pack_of(*pairs: tuple[str, str, float | None], routes: tuple[Route, ...] = ()) -> OpenPack:
    """A pack with a model for each pair (source, target, chrF), none of them loaded."""
    packed = [
        PackedModel(
            name=f"{source}-{target}",
            origin=PackageOrigin(package="none", version="1"),
            licence="none",
            architecture="marian",
            pairs=(Pair(source=source, target=target, quality=quality(chrf) if chrf else None),),
            max_input_tokens=10,
            weights="none",
            sha256="0",
        )
        for source, target, chrf in pairs
    ]
    manifest = Manifest(
        name="test", version="1", summary="", notices=(), routes=routes, runtime="ctranslate2",
        quantization="int8", models=tuple(packed), files={},
    )  # fmt: skip
    nothing: Any = None
    models = [
        Model(Path(), each, nothing, hops=[Hop(pair.source, pair.target) for pair in each.pairs])
        for each in packed
    ]
    return OpenPack(manifest, models)


def test_a_direct_way_is_taken_before_any_pivot() -> None:
    pack = open_pack_of(("es", "en", 60), ("en", "zh-Hans", 40), ("es", "zh-Hans", 20))
    assert pack.route("es", "zh-Hans") == (Hop("es", "zh-Hans"),)


def test_of_pivots_the_one_with_the_better_worse_step_is_taken() -> None:
    pack = open_pack_of(
        ("es", "en", 60), ("en", "zh-Hans", 20), ("es", "fr", 50), ("fr", "zh-Hans", 40)
    )
    assert pack.route("es", "zh-Hans") == (Hop("es", "fr"), Hop("fr", "zh-Hans"))
    assert pack.quality("es", "zh-Hans") is None


def test_a_pivot_that_was_measured_whole_is_taken_before_one_that_was_not() -> None:
    route = Route(source="es", target="zh-Hans", via="en", quality=quality(30))
    pack = open_pack_of(
        ("es", "en", 60), ("en", "zh-Hans", 20), ("es", "fr", 50), ("fr", "zh-Hans", 40),
        routes=(route,),
    )  # fmt: skip
    assert pack.route("es", "zh-Hans") == (Hop("es", "en"), Hop("en", "zh-Hans"))
    measured = pack.quality("es", "zh-Hans")
    assert measured
    assert measured.chrf == 30


@pytest.mark.parametrize(("chrf", "is_pivot"), [(30, True), (10, False)])
def test_of_two_ways_the_one_measured_to_be_better_is_taken_and_the_other_is_its_detour(
    chrf: float, is_pivot: bool
) -> None:
    route = Route(source="es", target="zh-Hans", via="en", quality=quality(chrf))
    pack = open_pack_of(
        ("es", "en", 60), ("en", "zh-Hans", 40), ("es", "zh-Hans", 20), routes=(route,)
    )
    ways = (Hop("es", "en"), Hop("en", "zh-Hans")), (Hop("es", "zh-Hans"),)
    taken = pack.route("es", "zh-Hans"), pack.detour("es", "zh-Hans")
    assert taken == (ways if is_pivot else ways[::-1])
    assert pack.detour("es", "en") is None


def test_where_there_is_no_way_there_is_none() -> None:
    pack = open_pack_of(("es", "en", 60), ("zh-Hans", "es", 20))
    assert pack.route("en", "zh-Hans") is None
    assert pack.route("es", "es") is None
    assert pack.detour("en", "zh-Hans") is None
    assert pack.sources == {"es", "zh-Hans"}


def test_only_the_models_that_the_languages_need_are_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(Model, "load", lambda model: loaded.append(model.packed.name))
    pack = open_pack_of(
        ("es", "en", 60), ("en", "es", 60), ("en", "zh-Hans", 20), ("zh-Hans", "en", 20)
    )
    pack.load(["es"], ["es", "en"])
    assert loaded == ["es-en"]
    loaded.clear()
    pack.load(["es"], ["zh-Hans"])
    assert loaded == ["es-en", "en-zh-Hans"]
