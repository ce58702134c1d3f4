"""Forms made up from what the endpoints take: mostly right ones, wrong ones, and nonsense."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from simulator.dialects.stripe.catalogue import ENDPOINTS
from simulator.dialects.stripe.endpoint import Endpoint

#: Values that mean something somewhere, and some that mean nothing anywhere.
WORDS = (
    "", "usd", "USD", "jpy", "bhd", "xxx", "card", "wallet", "paypal", "pm_card_visa", "tok_visa",
    "tok_chargeDeclined", "pm_card_authenticationRequired", "pm_card_createDispute",
    "tok_visa_DE_1",
    "pm_card_chargeDeclinedInsufficientFunds", "tok_3ds_challenge_DE_1", "4242424242424242",
    "pm_card_refundFail", "4000000000000002", "4242424242424241", "any", "http://127.0.0.1:9/hook",
    "https://shop.example/back", "a@b.c", "charge.succeeded", "*", 'metadata["order_id"]:"o1"',
    "amount>1", "o1", "o2", "ord_é", "123", "duplicate", "payment", "setup",
)  # fmt: skip
NUMBERS = (
    "0", "1", "2", "10", "12", "50", "100", "500", "1999", "2030", "99999999", "100000000", "-1",
    "1.5", "1e9", "x", "1700000000", "1700090000", "4102444800", "99999999999999999999",
)  # fmt: skip
PATHS = (
    "customer", "payment_intent", "latest_charge", "data.customer", "charge", "payment_method",
    "balance_transaction", "refunds", "latest_charge.balance_transaction", "line_items",
    "data.latest_charge.balance_transaction", "total_count", "source", "a.b.c.d.e",
    "payment_intent.latest_charge",
)  # fmt: skip
#: What a name may go on with that makes another parameter of it.
TORN = ("[]", "[0]", "[a]", "[a][b][0]", "[[", "")


class Place(NamedTuple):
    """A parameter that may be sent: its name with brackets, its type, whether it must be sent."""

    name: str
    kind: Any
    needed: bool = False


@dataclass
class Known:
    """The ids that answers held, by what they are of."""

    by_kind: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, value: Any) -> None:
        """Take in all ids of an answer."""
        if isinstance(value, dict):
            name, kind = value.get("id"), value.get("object")
            if isinstance(name, str) and isinstance(kind, str):
                ids = self.by_kind[kind.rpartition(".")[2]]
                if name not in ids:
                    ids.append(name)
                    del ids[:-6]
            for each in value.values():
                self.learn(each)
        elif isinstance(value, list):
            for each in value:
                self.learn(each)

    def of(self, noun: str) -> list[str]:
        """Those of one kind, by its name in a path or as a parameter; else all."""
        found = self.by_kind.get(noun) or self.by_kind.get(noun.removesuffix("s"))
        return found or [each for ids in self.by_kind.values() for each in ids] or ["x"]


def places(shape: type) -> tuple[Place, ...]:
    """All parameters of a shape."""
    return tuple(_places(inspect.type_info(shape), "", 0))


def _places(kind: Any, name: str, depth: int) -> Iterator[Place]:
    match kind:
        case inspect.StructType(fields=fields) if depth < 4:
            for each in fields:
                within = f"{name}[{each.encode_name}]" if name else each.encode_name
                for place in _places(each.type, within, depth + 1):
                    yield place._replace(needed=place.needed or (each.required and depth == 0))
        case inspect.UnionType(types=types):
            for each in types:
                yield from _places(each, name, depth)
        case inspect.ListType(item_type=item):
            yield from _places(item, f"{name}[0]", depth + 1)
        case inspect.DictType():
            yield Place(f"{name}[order_id]", inspect.StrType())
        case inspect.NoneType() | inspect.CustomType():
            return
        case _ if name:
            yield Place(name, kind)


PLACES = {each.name: places(each.params) for each in ENDPOINTS}


def rarely(draw: st.DrawFn) -> bool:
    """One time in twelve."""
    return bool(draw(st.integers(0, 11)) == 7)


@st.composite
def forms(draw: st.DrawFn, at: Endpoint, known: Known) -> str:
    """A form for an endpoint."""
    pairs: dict[str, str] = {}
    for place in PLACES[at.name]:
        wanted = place.needed or place.name in ("amount", "currency", "payment_method", "confirm")
        if draw(st.integers(0, 9)) < (9 if wanted else 1):
            pairs[place.name] = draw(values(place, known))
    if rarely(draw):
        pairs["expand[0]"] = draw(st.sampled_from(PATHS))
    if rarely(draw):
        pairs[draw(st.text("ab[]0", min_size=1, max_size=6))] = draw(st.sampled_from(WORDS))
    if pairs and rarely(draw):
        pairs[next(iter(pairs)) + draw(st.sampled_from(TORN))] = draw(st.sampled_from(WORDS))
    return urlencode(pairs)


@st.composite
def values(draw: st.DrawFn, place: Place, known: Known) -> str:
    """A value for a parameter, mostly of the right kind."""
    if rarely(draw):
        return str(draw(st.sampled_from(WORDS) | st.sampled_from(NUMBERS) | st.text(max_size=8)))
    match place.kind:
        case inspect.LiteralType(values=words):
            return str(draw(st.sampled_from(words)))
        case inspect.BoolType():
            return str(draw(st.sampled_from(["true", "false"])))
        case inspect.IntType() | inspect.FloatType():
            return str(draw(st.sampled_from(NUMBERS)))
    noun = place.name.rstrip("]").rpartition("[")[2]
    if noun == "currency":
        return str(draw(st.sampled_from(["usd", "usd", "jpy"])))
    if noun in known.by_kind:
        return str(draw(st.sampled_from([*known.of(noun), "pm_card_visa"])))
    return str(draw(st.sampled_from(WORDS)))


@st.composite
def paths(draw: st.DrawFn, at: Endpoint, known: Known) -> str:
    """The endpoint's path with ids in it, mostly of things that are there."""
    parts = at.path.split("/")
    for n, part in enumerate(parts):
        if part == "{}":
            parts[n] = "x_1" if rarely(draw) else draw(st.sampled_from(known.of(parts[n - 1])))
    return "/".join(parts)


def body_of(content: bytes) -> Any:
    """An answer as data."""
    return msgspec.json.decode(content)
