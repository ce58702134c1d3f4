"""What every fault declares: stage, effect on the money, what can be seen, how chance is keyed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from simulator.faults.actions import Action


class Stage(StrEnum):
    """Where in an exchange a fault acts; at most one fault per stage."""

    BEFORE = "before"
    DECIDE = "decide"
    AFTER = "after"
    WIRE = "wire"
    BOOK = "book"
    WEBHOOK = "webhook"
    CHANNEL = "channel"


class Effect(StrEnum):
    """What the fault does to the money of its operation."""

    NONE = "none"
    ONCE = "once"
    TWICE = "twice"
    LATER = "later"


class Seen(StrEnum):
    """The most that the caller can learn; INFO means that it cannot know."""

    OK = "ok"
    FAIL = "fail"
    INFO = "info"


class Per(StrEnum):
    """What the key of a draw holds: whose fate it is."""

    EXCHANGE = "exchange"
    ATTEMPT = "attempt"
    CARD = "card"
    ORDER = "order"
    PAYER = "payer"


#: Gives an even float in (0, 1) for a purpose within one hit; keyed by the player.
Draw = Callable[[str], float]

CHARGES = frozenset({"authorize", "confirm"})
MONEY = frozenset({"authorize", "confirm", "capture", "cancel", "refund"})
#: The operations of which attempts are counted.
COUNTED = MONEY | {"authenticate"}
QUERIES = frozenset({"query"})
ANY = MONEY | QUERIES | {"methods", "authenticate", "page", "dispute", "notify"}
WEBHOOKS = frozenset({"webhook"})


class Fault(BaseModel, ABC):
    """One mechanism. Fields are its parameters in a scenario; the docstring is its story.

    `scalar` names the field that a bare value fills (`decline: insufficient_funds`).
    `operations` are those it can act on; `webhook` stands for deliveries. One that `proves` is
    about how the payer proves who pays, and has no more to say when that is done.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    operations: ClassVar[frozenset[str]]
    per: ClassVar[Per]
    scalar: ClassVar[str | None] = None
    proves: ClassVar[bool] = False

    @property
    @abstractmethod
    def stage(self) -> Stage:
        """Where it acts, given its parameters."""

    @property
    @abstractmethod
    def effect(self) -> Effect:
        """What it does to the money, given its parameters."""

    @property
    @abstractmethod
    def seen(self) -> Seen:
        """The most that the caller can learn."""

    @property
    def acts_on(self) -> frozenset[str]:
        """The operations that it can act on with these parameters."""
        return self.operations

    @property
    def keyed_by(self) -> Per:
        """The default `per` of this fault with these parameters."""
        return self.per

    @abstractmethod
    def act(self, draw: Draw) -> Action:
        """What to perform for one hit."""


class WebhookFault(Fault):
    """A fault of deliveries: a notification moves no money, and each try has a fate of its own."""

    operations = WEBHOOKS
    per = Per.EXCHANGE

    @property
    def stage(self) -> Stage:
        """The delivery of an event."""
        return Stage.WEBHOOK

    @property
    def effect(self) -> Effect:
        """None: the money moved, or did not, before anybody was told."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """What is true arrives too, sooner or later, and can be told from what is not."""
        return Seen.OK


class WireFault(Fault):
    """A fault of the answer on its way: the operation was performed; each answer has its fate."""

    operations = ANY
    per = Per.EXCHANGE

    @property
    def stage(self) -> Stage:
        """The answer on its way."""
        return Stage.WIRE

    @property
    def effect(self) -> Effect:
        """The operation is performed as asked, once."""
        return Effect.ONCE

    @property
    def seen(self) -> Seen:
        """No answer that could be read: the caller cannot know."""
        return Seen.INFO


class BookFault(Fault):
    """A fault of the gateway's own books: how a charge will stand in the daily statement.

    It is fixed when the money is taken, so that the statement says the same however often and
    whenever it is asked for. The payment itself is right in every query.
    """

    operations = CHARGES | {"capture"}
    per = Per.ORDER

    @property
    def stage(self) -> Stage:
        """The books, beside the decision."""
        return Stage.BOOK

    @property
    def effect(self) -> Effect:
        """The payer is charged as asked."""
        return Effect.ONCE

    @property
    def seen(self) -> Seen:
        """Every answer is true; only the statement is not."""
        return Seen.OK
