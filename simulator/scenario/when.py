"""The `when` of a rule: for each thing that can be seen of an exchange, the values that match.

A value is one word or a list of words, any of which will do; `*` stands for any letters. Amounts
(minor units) and attempts are numbers or ranges: `250`, `100..5000`, `100..`, `..5000`. A word that
can never match, because there is no such channel, operation, method or country, is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from simulator.cards import BRANDS
from simulator.documents import Mistake, Mistakes
from simulator.errors import did_you_mean
from simulator.gateway.model import RefundStatus, Status
from simulator.money import currencies
from simulator.profiles import catalogue as profiles
from simulator.units import countries

CHANNELS: Final = ("primary", "backup")
OPERATIONS: Final = (
    "authorize", "confirm", "capture", "cancel", "refund", "query", "methods", "authenticate",
    "page", "dispute", "notify",
)  # fmt: skip
METHODS: Final = profiles.types()
EVENTS: Final = (
    *(f"payment.{status}" for status in Status if status is not Status.CREATED),
    "payment.reversed",
    "payment.suspected",
    "refund.requested",
    "refund.created",
    *(f"refund.{status}" for status in RefundStatus if status is not RefundStatus.PENDING),
    "dispute.opened",
    "dispute.won",
    "dispute.lost",
)

_RANGE: Final = re.compile(r"(\d{1,18})?\.\.(\d{1,18})?|(\d{1,18})")


class Range(NamedTuple):
    """Numbers from `low` to `high`, both included; None is no bound."""

    low: int | None
    high: int | None

    def __contains__(self, number: object) -> bool:
        return (
            isinstance(number, int)
            and (self.low is None or number >= self.low)
            and (self.high is None or number <= self.high)
        )

    def __str__(self) -> str:
        if self.low == self.high:
            return str(self.low)
        return f"{'' if self.low is None else self.low}..{'' if self.high is None else self.high}"


def glob(pattern: str) -> re.Pattern[str]:
    """The pattern with `*` for any letters; everything else stands for itself."""
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.DOTALL)


def _each(value: object, read: Callable[[object], Any]) -> tuple[Any, ...]:
    """`read` of the value, or of each item of a list; Mistakes say which items it refused."""
    items = value if isinstance(value, list | tuple) else [value]
    if not items:
        raise ValueError("an empty list matches nothing; leave the key out to match anything")
    results, mistakes = [], []
    for index, item in enumerate(items):
        try:
            results.append(read(item))
        except ValueError as error:
            mistakes.append(Mistake((index,) if isinstance(value, list) else (), str(error)))
    if mistakes:
        raise Mistakes(mistakes)
    return tuple(results)


def _text(item: object) -> str:
    if isinstance(item, bool | dict | list) or item is None or item == "":
        raise ValueError("a word is needed here, or a list of words")
    return str(item)


def _known(what: str, words: Callable[[], Iterable[str]]) -> Callable[[object], str]:
    """A reader of one word, or of a pattern that matches at least one of the words."""

    def read(item: object) -> str:
        text, known = _text(item), list(words())
        matches = glob(text).fullmatch
        if any(matches(word) for word in known):
            return text
        upper = text.upper()
        near = f" (did you mean '{upper}'?)" if upper in known else did_you_mean(text, known)
        hint = near or (f"; there is {', '.join(known)}" if len(known) <= 16 else "")
        raise ValueError(f"unknown {what} '{text}'{hint}")

    return read


def _range(item: object) -> Range:
    match = _RANGE.fullmatch(str(item).strip()) if not isinstance(item, bool) else None
    if match is None or match.group(0) == "..":
        raise ValueError(f"'{item}' is neither a number nor a range; write 250, 100..5000 or 100..")
    if match.group(3):
        return Range(int(match.group(3)), int(match.group(3)))
    low, high = (int(bound) if bound else None for bound in match.group(1, 2))
    if low is not None and high is not None and low > high:
        raise ValueError(f"'{item}' can never match: {low} is more than {high}")
    return Range(low, high)


def _attempts(item: object) -> Range:
    numbers = _range(item)
    if numbers.high == 0:
        raise ValueError(f"'{item}' can never match: attempts count from 1")
    return numbers


def _one_or_many(item: dict[str, Any]) -> WithJsonSchema:
    many = {"type": "array", "items": item, "minItems": 1}
    return WithJsonSchema({"anyOf": [item, many]})


def _field(read: Callable[[object], Any], item: dict[str, Any]) -> Any:
    reader = BeforeValidator(lambda value: _each(value, read))
    return reader, _one_or_many(item)


def _words_schema(words: Iterable[str]) -> dict[str, Any]:
    return {"anyOf": [{"enum": list(words)}, {"type": "string", "pattern": r"\*"}]}


_WORD: Final = {"type": ["string", "integer"]}
_NUMBERS: Final = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": r"^(\d+|\d+\.\.\d*|\.\.\d+)$"},
    ]
}
_CODE: Final = {"type": "string", "pattern": r"^[A-Z*]+$"}

Words = tuple[str, ...] | None
Ranges = tuple[Range, ...] | None
"""Any of these words, or of these ranges; None: anything, even nothing, matches."""

_channel = _field(_known("channel", lambda: CHANNELS), _words_schema(CHANNELS))
_operation = _field(_known("operation", lambda: OPERATIONS), _words_schema(OPERATIONS))
_method = _field(_known("method", lambda: METHODS), _words_schema(METHODS))
_brand = _field(_known("card brand", lambda: BRANDS), _words_schema(BRANDS))
_country = _field(_known("country", countries), _CODE)
_currency = _field(_known("currency", currencies), _CODE)
_webhook = _field(_known("webhook", lambda: EVENTS), _words_schema(EVENTS))
_free = _field(_text, _WORD)


class When(BaseModel):
    """All of these must match; a key that is left out matches anything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Annotated[Words, *_channel] = None
    operation: Annotated[Words, *_operation] = None
    method: Annotated[Words, *_method] = None
    card_country: Annotated[Words, *_country, Field(alias="card.country")] = None
    card_brand: Annotated[Words, *_brand, Field(alias="card.brand")] = None
    card_token: Annotated[Words, *_free, Field(alias="card.token")] = None
    amount: Annotated[Ranges, *_field(_range, _NUMBERS)] = None
    currency: Annotated[Words, *_currency] = None
    payer_country: Annotated[Words, *_country, Field(alias="payer.country")] = None
    payer_email: Annotated[Words, *_free, Field(alias="payer.email")] = None
    product: Annotated[Words, *_free] = None
    order: Annotated[Words, *_free] = None
    cohort: Annotated[Words, *_free] = None
    webhook: Annotated[Words, *_webhook] = None
    attempt: Annotated[Ranges, *_field(_attempts, _NUMBERS)] = None

    def given(self) -> dict[str, tuple[str, ...] | tuple[Range, ...]]:
        """What the rule asks for, by the key that stands in the document."""
        return {
            field.alias or name: wanted
            for name, field in type(self).model_fields.items()
            if (wanted := getattr(self, name)) is not None
        }


#: Every key that a `when` may have, as it stands in a document.
KEYS: Final = tuple(field.alias or name for name, field in When.model_fields.items())
