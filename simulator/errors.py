"""All exceptions that this package raises on purpose.

PaydrillError
├── UsageError            the caller's mistake: a bad flag, a bad value           (exit 2)
│   ├── DocumentError     a document with located problems, all of them at once   (exit 2)
│   └── NotATestCard      a card number that is not a documented test number
├── DrillInvalid          the drill proved nothing                                (exit 4)
├── JournalError          a recording that cannot be read
├── ControlError          the gateway's control API refused or did not answer     (exit 2)
└── InvariantViolation    our own ledger is wrong: always a bug of ours           (exit 5)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class PaydrillError(Exception):
    """Base of every exception in this file."""


class UsageError(PaydrillError):
    """What the caller gave cannot be used; the message names it and says what was meant."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One located mistake in a document; line and column count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class DocumentError(UsageError):
    """A document with one or more located problems, reported all at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class NotATestCard(UsageError):
    """A card number or token that is not documented; the number itself is never quoted."""


class DrillInvalid(PaydrillError):
    """The drill cannot prove anything, for the reason in the message."""


class JournalError(PaydrillError):
    """A recording that cannot be read or that contradicts itself."""


class ControlError(PaydrillError):
    """The gateway's control API refused a drill's request, or gave no answer to it."""


class InvariantViolation(PaydrillError):
    """The gateway's own books are wrong. Never the merchant's fault."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """What `name` may have been meant to be, to end a message with; empty if nothing is near.

    Example: ` (did you mean 'lost_card' or 'stolen_card'?)`.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - needed only when something is wrong

    near = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f" (did you mean {' or '.join(map(repr, near))}?)" if near else ""


def choices(kind: type, place: str) -> str:
    """What may stand at `place` (`payer.kind`) of a msgspec struct, to end a message with.

    Example: `; one of 'email', 'sms'`. Empty where the place is no choice.
    """
    from msgspec import inspect  # noqa: PLC0415 - needed only when something is wrong

    here: tuple[inspect.Type, ...] = (inspect.type_info(kind),)
    for name in place.split("."):
        fields = (field for each in here for field in getattr(each, "fields", ()))
        found = next((field.type for field in fields if field.encode_name == name), None)
        here = found.types if isinstance(found, inspect.UnionType) else (found,) if found else ()
    for each in here:
        if isinstance(each, inspect.EnumType):
            return f"; one of {', '.join(repr(member.value) for member in each.cls)}"
        if isinstance(each, inspect.LiteralType):
            return f"; one of {', '.join(map(repr, each.values))}"
    return ""
