"""What a checker is: a name, parameters, and a pure judgement of a history."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import msgspec
from pydantic import BaseModel, ConfigDict

from simulator.journal.history import History


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement. `valid` is True, False, or None for unknown.

    `count` is how many things were examined (orders, refunds, samples); zero means unknown.
    `examples` are at most ten worst cases, each a dict with at least `order` (where there is one),
    `what` (one sentence with the amounts) and `timeline` (that order's own lines, oldest first).
    """

    valid: bool | None
    summary: str
    count: int
    examples: tuple[dict[str, Any], ...] = ()


class Checker(BaseModel, ABC):
    """One question. Fields are its parameters in a scenario's `expect`; the docstring asks it.

    `money` marks the six money checks; `always` those that run without being named in `expect`;
    `timing` those that late load makes unknown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    money: ClassVar[bool] = False
    always: ClassVar[bool] = False
    timing: ClassVar[bool] = False

    @abstractmethod
    def judge(self, history: History) -> Finding:
        """The answer to this checker's question for this history."""
