"""All that pages say: in every language, with the same places, and nothing for nobody."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from simulator.errors import UsageError
from simulator.gateway.outcomes import Flaw
from simulator.hosted import challenges, checkout, notices
from simulator.hosted.texts import Texts, catalogue
from simulator.hosted.visitor import LANGUAGES
from simulator.profiles.method import Kind

HOSTED = Path(str(files("simulator.hosted")))
TEMPLATES = sorted((HOSTED / "templates").glob("*.j2"))
NOTICES = ("missing", "closed", "ended", "unsupported", "rejected", "error_403", "busy", "unsure")
#: Keys that are put together when a page is made.
MADE = (
    {f"{about}_{part}" for about in NOTICES for part in ("title", "text", "next")}
    | {f"kind_{kind}" for kind in Kind}
    | {f"{name}{end}" for name in ("email", "number", "expiry", "cvc") for end in ("", "_hint")}
    | {f"otp_{via}" for via in ("sms", "voice", "email")}
    | {f"resend_{via}" for via in ("sms", "voice", "email")}
    | {f"redirect_{kind}" for kind in ("wallet", "bank_transfer", "voucher")}
    | {"redirect_other", "why_other"}
    | {"problem_method_missing", "problem_expiry_past"}
    | {f"problem_{name}_missing" for name in ("email", "number", "expiry", "cvc")}
    | {"problem_email_malformed"}
    | {"problem_number_unknown", "problem_expiry_malformed", "problem_cvc_malformed"}
    | {"stale", "stale_paid", "stale_waiting", "resent", "code_missing", "ending_in"}
    | {"pay", "book", "donate"}
)


def _used() -> set[str]:
    """The keys that templates name."""
    text = "\n".join(each.read_text(encoding="utf-8") for each in TEMPLATES)
    return set(re.findall(r"""\bt\(["'](\w+)["'](?!\s*~)""", text)) - {"redirect_", "otp_"}


@pytest.mark.parametrize("key", catalogue())
def test_every_text_stands_in_every_language(key: str) -> None:
    """With the same places to fill in, and none that is empty."""
    texts = catalogue()[key]
    assert set(texts) == set(LANGUAGES)
    assert all(text.strip() for text in texts.values())
    places = {language: sorted(re.findall(r"\{(\w+)\}", text)) for language, text in texts.items()}
    assert places["en"] == places["zh"]


@pytest.mark.parametrize("key", catalogue())
def test_chinese_is_chinese(key: str) -> None:
    """Nobody forgot to translate; names of languages stand in their own."""
    if key not in {"language_name", "other_language"}:
        assert re.search(r"[\u4e00-\u9fff]", catalogue()[key]["zh"])
        assert not re.search(r"[\u4e00-\u9fff]", catalogue()[key]["en"])


def test_nothing_is_missing_and_nothing_is_left_over() -> None:
    """What templates and code say stands in the catalogue, and the other way round."""
    reasons = {key for key in catalogue() if key.startswith("why_")}
    assert _used() | MADE | reasons == set(catalogue())


def test_no_template_says_anything_itself() -> None:
    """Outside of tags and expressions there are no words."""
    for file in TEMPLATES:
        text = re.sub(r"\{% block look %\}.*?\{%", "{%", file.read_text(encoding="utf-8"))
        text = re.sub(r"\{[%{#].*?[%}#]\}|<[^>]*>", " ", text, flags=re.DOTALL)
        assert re.findall(r"[^\W\d_]{2,}", text) == [], file.name


def test_places_are_filled_in() -> None:
    """By name; what a merchant calls itself may look like a place."""
    assert Texts("en")("back_to_shop", shop="{amount}") == "Back to {amount}"
    assert Texts("zh")("back_to_shop", shop="A") == "返回 A"


def test_mistakes_say_what_was_meant() -> None:
    """An unknown key, an unknown language."""
    with pytest.raises(UsageError, match=r"no text 'paid_titel' \(did you mean 'paid_title'"):
        Texts("en")("paid_titel")
    with pytest.raises(UsageError, match="do not speak 'fr'"):
        Texts("fr")


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 502, 503, 504])
def test_every_status_has_a_notice(status: int) -> None:
    """With a heading, a text and a next step."""
    assert notices.of_status(status) in NOTICES


def test_notes_have_texts() -> None:
    """What an address may say of what led to it."""
    assert set(checkout.NOTES | challenges.NOTES) <= set(catalogue())
    assert len(Flaw) == 4


def test_nobody_is_told_to_hide_the_country() -> None:
    """Nor to disguise anything else."""
    said = " ".join(text for row in catalogue().values() for text in row.values()).lower()
    assert not re.search(r"vpn|proxy|代理", said)
