"""An HTTP error of the gateway's own, before the money moved or after."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, WithJsonSchema

from simulator.faults.actions import Action, Answer
from simulator.faults.fault import ANY, Draw, Effect, Fault, Per, Seen, Stage

_REFUSALS: Final = frozenset({403, 503})
_STATUSES: Final = (403, 500, 502, 503, 504)
_WORDS: Final = {"yes": True, "true": True, "no": False, "false": False}


def _yes_or_no(value: object) -> bool:
    word = str(value).strip().lower()
    if word not in _WORDS:
        raise ValueError(f"'{value}' is neither yes nor no")
    return _WORDS[word]


def _status(value: object) -> object:
    return int(value) if isinstance(value, str) and value.strip().isdecimal() else value


class Error(Fault):
    """The gateway, or a proxy before it, answers with an error instead of the truth.

    403 and 503 say "refused, nothing done"; 500, 502 and 504 say nothing about the money. With
    `charged: yes` the operation has been performed all the same, so that a 504 hides a charge and a
    503 is a plain lie. `body: html` is what a proxy sends: no JSON to read a code from. Each try
    over the network is drawn anew, or a charge that stands could never be learnt by a replay.
    """

    name = "error"
    operations = ANY
    per = Per.EXCHANGE
    scalar = "status"

    status: Annotated[
        Literal[403, 500, 502, 503, 504],
        BeforeValidator(_status),
        WithJsonSchema({"type": "integer", "enum": list(_STATUSES)}),
    ]
    charged: Annotated[
        bool,
        BeforeValidator(_yes_or_no),
        WithJsonSchema({"enum": ["yes", "no", True, False], "default": "no"}),
    ] = False
    body: Literal["json", "html"] = "json"

    @property
    def stage(self) -> Stage:
        """After the commit if charged, else before the decision."""
        return Stage.AFTER if self.charged else Stage.BEFORE

    @property
    def effect(self) -> Effect:
        """As `charged` says."""
        return Effect.ONCE if self.charged else Effect.NONE

    @property
    def seen(self) -> Seen:
        """A refusal for 403 and 503; else the caller cannot know."""
        return Seen.FAIL if self.status in _REFUSALS else Seen.INFO

    def act(self, draw: Draw) -> Action:
        """The answer to send in place of the true one."""
        return Answer(self.status, self.body)
