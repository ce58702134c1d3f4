"""What helps with a failure: other gateways' codes, the guides' names, and the steps of support.

These are read when first asked for; whoever only decides on payments never needs them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.failures.catalogue import failure as look_up
from simulator.failures.failure import Failure

#: Networks and gateways, as people call them.
NETWORKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "iso": "ISO 8583",
        "stripe": "Stripe",
        "adyen": "Adyen",
        "paypal": "PayPal",
        "alipay": "Alipay",
        "wechat": "WeChat Pay",
        "antom": "Antom",
        "mpesa": "M-Pesa",
        "nmi": "NMI",
        "netease": "NetEase epay",
        "twilio": "Twilio",
    }
)
#: The guides, by the words in which `named.toml` speaks of them: in English and in Chinese.
GUIDES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "oule": ("Oule Pay, for merchants", "欧乐支付商户指南"),
        "gopay": ("GOpay wallet, for payers and merchants", "GOpay钱包指南"),
        "evisa": ("e-visa payments, for volunteers", "电子签证支付志愿者指南"),
    }
)


class Course(msgspec.Struct, frozen=True):
    """What whoever helps asks and tries, in this order, in one language.

    `guides` are the places that it follows, such as `evisa 3.2.1`.
    """

    ask: tuple[str, ...]
    steps: tuple[str, ...]
    guides: tuple[str, ...]


class Meaning(msgspec.Struct, frozen=True):
    """A code of a network or gateway, as its list writes it, and a failure that it stands for."""

    network: str
    code: str
    failure: str


def codes(failure: str) -> Mapping[str, tuple[str, ...]]:
    """What each network and gateway calls a failure; empty if none has a name for it."""
    row = _read("codes").get(look_up(failure).name, {})
    return {network: tuple(row[network]) for network in NETWORKS if network in row}


def meanings(code: str) -> tuple[Meaning, ...]:
    """All that a code can mean at the networks and gateways that are known; none if nothing.

    Case does not count, nor does what stands after the code itself: `12` finds
    `12 Not enough balance`.
    """
    return _index().get(code.strip().casefold(), ())


def named(failure: str) -> Mapping[str, tuple[str, ...]]:
    """How each guide calls a failure, in its own words; empty if none speaks of it."""
    row = _read("named").get(look_up(failure).name, {})
    return {guide: tuple(row[guide]) for guide in GUIDES if guide in row}


def course(failure: str, language: str = "en") -> Course:
    """The steps of support for a failure, in `en` or `zh`: its own first, then the common ones."""
    row, support = look_up(failure), _read("support")
    first = support["first"].get(row.name, {}).get(language, ())
    return Course(
        ask=tuple(support["questions"][language]),
        steps=(*first, *common_steps(failure, language)),
        guides=tuple(_course(row)["guides"]),
    )


def common_steps(failure: str, language: str = "en") -> tuple[str, ...]:
    """The steps that a failure shares with others of its course."""
    return tuple(_course(look_up(failure))[language])


def _course(row: Failure) -> Mapping[str, Any]:
    support = _read("support")
    name = support["by_failure"].get(row.name) or support["by_category"][row.category]
    found: Mapping[str, Any] = support["courses"][name]
    return found


def meaning(failure: str, language: str = "en") -> str:
    """What a failure means, for the merchant, in `en` or `zh`."""
    row = look_up(failure)
    return row.meaning if language == "en" else str(_read("zh")[row.name]["meaning"])


def advice(failure: str, language: str = "en") -> str:
    """What the merchant should do, in `en` or `zh`."""
    row = look_up(failure)
    return row.advice if language == "en" else str(_read("zh")[row.name]["advice"])


@lru_cache(maxsize=8)
def _read(name: str) -> Mapping[str, Any]:
    text = Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def _index() -> Mapping[str, tuple[Meaning, ...]]:
    """Every code by itself and by its first word."""
    found: dict[str, dict[Meaning, None]] = {}
    for failure, row in _read("codes").items():
        for network, written in row.items():
            for text in written:
                plain = text.partition(" (")[0]
                for key in {plain, plain.partition(" ")[0].rstrip(",")}:
                    found.setdefault(key.casefold(), {})[Meaning(network, text, failure)] = None
    return {key: tuple(each) for key, each in found.items()}
