"""One shopper against imagined shops, on a clock that only waiting moves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

import msgspec
import pytest
from arrivals import Ramp
from personas import Cast
from plans import Plan, Traffic
from scenes import Reply, Sample, Scene
from visits import OTHER_CARDS, POLL_EVERY, Statement, Visit, statement

from simulator.cards import from_token
from simulator.clock import VirtualClock
from simulator.drills.mapping import STANDARD, ShopMapping
from simulator.journal.entry import Answer, Arrival, Line, Shopper

PATIENCE = 6.0
TOOK = 0.25  # seconds for every answer of an imagined shop
PAID = Reply(200, b'{"status": "paid", "message": "thank you"}')
PENDING = Reply(202, b'{"status": "pending", "message": "one moment"}')
FAILED = Reply(402, b'{"status": "failed", "message": "no funds"}')
SILENCE = Reply(error="timeout")
CAST = Cast(3, {"de_DE": 1.0}, {"card": 1.0})
SomeLine = TypeVar("SomeLine", bound=Line)


class Shopping:
    """A scene with an imagined shop, and all that came of it.

    Args:
        answer: gives the reply to the request of this number, from 0, and this text.
        ends_after: seconds after which the run is ended.
        habit: what every shopper of this scene does.
        mapping: how to speak to the shop.
    """

    def __init__(
        self,
        answer: Callable[[int, str], Reply],
        ends_after: float = float("inf"),
        habit: str = "",
        mapping: ShopMapping = STANDARD,
    ) -> None:
        self.mapping = mapping
        self.habit = habit
        self.clock = VirtualClock()
        self.start = self.clock.monotonic()
        self._answer = answer
        self._ends = self.start + ends_after
        self.lines: list[Line] = []
        self.samples: list[Sample] = []
        self.requests: list[str] = []
        self.bodies: list[Any] = []

    def send(self, request: str, body: bytes = b"", *, within: float, headers: str = "") -> Reply:
        """Answer as the test says, after TOOK; a silence lasts as long as the shopper waits."""
        reply = self._answer(len(self.requests), request)
        self.clock.advance(within if reply is SILENCE else TOOK)
        self.requests.append(request)
        self.bodies.append(msgspec.json.decode(body) if body else None)
        return reply

    def rest(self, seconds: float) -> bool:
        """Let time pass, until the end of the run."""
        self.clock.advance(max(0.0, min(seconds, self._ends - self.clock.monotonic())))
        return self.clock.monotonic() >= self._ends

    def aside(self, do: Callable[[], None]) -> Callable[[], None]:
        """Do it when its end is waited for: nothing here happens at the same time."""
        return do

    def visit(self, n: int = 1, late: float = 0.0) -> Shopping:
        """Shopper `n` comes, `late` seconds after the time intended; returns what came of it."""
        phases = (msgspec.convert({"lasts": 1, "from": 1, "to": 1}, Ramp),)
        habits = {self.habit: 1.0} if self.habit else {}
        traffic = Traffic(personas={"de_DE": 1.0}, habits=habits, patience=PATIENCE)
        plan = Plan(
            run="r1", seed=3, shop="http://shop.test", phases=phases, traffic=traffic,
            account="drill", mapping=self.mapping,
        )  # fmt: skip
        scene = Scene(
            plan=plan, cast=CAST, host=self, clock=self.clock, rest=self.rest,
            aside=self.aside, record=self.lines.append, report=self.samples.append,
        )  # fmt: skip
        Visit(scene, n, self.start - late).run()
        return self

    def all(self, kind: type[SomeLine]) -> list[SomeLine]:
        """The lines of one kind."""
        return [line for line in self.lines if isinstance(line, kind)]

    @property
    def left(self) -> Shopper:
        """The one line with which the shopper left."""
        (line,) = self.all(Shopper)
        return line


def script(*replies: Reply) -> Callable[[int, str], Reply]:
    """These replies in a row; the last one goes on."""
    return lambda number, _: replies[min(number, len(replies) - 1)]


def persistent(tries: int) -> int:
    """A shopper who, always told no, tries so many cards."""
    for n in range(1, 200):
        if Shopping(script(FAILED)).visit(n).left.tries == tries:
            return n
    raise LookupError(f"no shopper of the first 200 tries {tries} cards")


def test_paid_at_once() -> None:
    """One request, and the shopper leaves content, on record from intended time to end."""
    seen = Shopping(script(PAID)).visit()
    assert seen.requests == ["POST /orders"]
    (arrival,) = seen.all(Arrival)
    purchase = CAST.purchase(1)
    assert (arrival.order, arrival.token, arrival.amount, arrival.locale) == (
        "r1-1", purchase.token, purchase.amount, "de_DE"
    )  # fmt: skip
    assert seen.bodies[0] == purchase.body("r1-1")
    (answer,) = seen.all(Answer)
    assert (answer.request, answer.code, answer.said, answer.message) == (
        "create", 200, "paid", "thank you"
    )  # fmt: skip
    assert answer.mono - answer.sent == pytest.approx(TOOK)
    assert (seen.left.result, seen.left.tries) == ("paid", 1)
    assert {line.source for line in seen.lines} == {"client"}
    assert {line.account for line in seen.lines} == {"drill"}


def test_lateness_counts_as_waiting() -> None:
    """The first request is timed from when the shopper was to come; its service time apart."""
    seen = Shopping(script(PAID)).visit(late=1.5)
    took = {sample.name: sample.took for sample in seen.samples}
    assert took["/orders"] == pytest.approx(1.5 + TOOK)
    assert took["/orders, service time"] == pytest.approx(TOOK)
    assert took["checkout"] == pytest.approx(1.5 + TOOK)
    (arrival,) = seen.all(Arrival)
    assert arrival.mono - arrival.intended == pytest.approx(1.5)


def test_pending_is_asked_about_each_second_until_patience_ends() -> None:
    """The shopper asks about once a second, a last time as patience ends, and leaves pending."""
    seen = Shopping(script(PENDING)).visit()
    asked = [answer for answer in seen.all(Answer) if answer.request == "poll"]
    told = seen.all(Answer)[0].mono
    gaps = [later.sent - earlier.mono for earlier, later in pairwise(asked[:-1])]
    assert seen.requests[1:] == ["GET /orders/r1-1"] * len(asked)
    assert all(POLL_EVERY[0] <= gap <= POLL_EVERY[1] for gap in gaps)
    assert len(set(gaps)) > 1
    assert asked[-1].sent - told == pytest.approx(PATIENCE)
    assert seen.left.result == "pending"


def test_pending_ends_as_soon_as_the_shop_knows() -> None:
    """A poll that says paid ends the asking."""
    seen = Shopping(script(PENDING, PENDING, PAID)).visit()
    assert seen.requests == ["POST /orders", "GET /orders/r1-1", "GET /orders/r1-1"]
    assert seen.left.result == "paid"


@pytest.mark.parametrize("nothing", [SILENCE, Reply(500, b"oops"), Reply(503, PAID.body)])
def test_no_statement_is_asked_about(nothing: Reply) -> None:
    """After an error or a silence the order is asked about, never placed again."""
    seen = Shopping(script(nothing, PAID)).visit()
    assert seen.requests == ["POST /orders", "GET /orders/r1-1"]
    first = seen.all(Answer)[0]
    assert first.said is None
    assert first.error
    assert seen.left.result == "paid"


def test_a_shop_that_is_not_there_is_tried_again() -> None:
    """Where nothing can have arrived the order is placed again; from then on only asked about."""
    gone = Reply(error="no connection: refused", sent=False)
    seen = Shopping(script(gone, gone, PENDING, gone, PAID)).visit()
    assert seen.requests == ["POST /orders"] * 3 + ["GET /orders/r1-1"] * 2
    assert seen.left.result == "paid"
    gaps = [after.sent - before.mono for before, after in pairwise(seen.all(Answer))]
    assert all(gap >= POLL_EVERY[0] for gap in gaps)
    assert Shopping(script(gone)).visit().left.result == "error"


def test_a_shop_that_never_states_anything_is_an_error() -> None:
    """Nothing but errors until patience ends: the result says so, and Locust counts a failure."""
    seen = Shopping(script(Reply(500))).visit()
    assert seen.left.result == "error"
    assert all(sample.error for sample in seen.samples)


def test_the_last_statement_stands() -> None:
    """Told pending and then nothing more, the shopper leaves with pending."""
    assert Shopping(script(PENDING, SILENCE)).visit().left.result == "pending"


def test_a_decline_is_no_failure_of_the_request() -> None:
    """A 402 that says failed is an answer; a 402 that says nothing is not."""
    assert statement(FAILED) == Statement("failed", "no funds")
    error = "status 402 without a status of paid, pending or failed"
    assert statement(Reply(402, b"{}")) == Statement(error=error)


def test_some_try_other_cards() -> None:
    """About half try again after each failure, each time with another card, at most twice."""
    tries = [Shopping(script(FAILED)).visit(n).left.tries for n in range(1, 201)]
    assert tries.count(1) / 200 == pytest.approx(0.5, abs=0.12)
    assert tries.count(2) / 200 == pytest.approx(0.25, abs=0.1)
    assert max(tries) == 1 + OTHER_CARDS


def test_another_card_is_another() -> None:
    """Trying again goes to the order's pay path with a new token of the same country."""
    seen = Shopping(script(FAILED)).visit(persistent(3))
    order = seen.left.order
    assert seen.requests == ["POST /orders"] + [f"POST /orders/{order}/pay"] * 2
    tokens = [body["method"]["token"] for body in seen.bodies]
    assert len(set(tokens)) == 3
    assert {from_token(token).country for token in tokens} == {"DE"}
    assert seen.left.result == "failed"


def test_another_card_may_be_paid() -> None:
    """A failure is not the end for who tries again."""
    seen = Shopping(script(FAILED, PENDING, PAID)).visit(persistent(2))
    assert [answer.request for answer in seen.all(Answer)] == ["create", "pay", "poll"]
    assert (seen.left.result, seen.left.tries) == ("paid", 2)


def test_shoppers_are_the_same_in_every_run() -> None:
    """Jitter, typing time and the wish to try again are drawn by seed and number."""
    lines = [Shopping(script(FAILED, PENDING)).visit(persistent(2)).lines for _ in range(2)]
    assert lines[0] == lines[1]


def test_an_ended_run_sends_shoppers_home() -> None:
    """When the run is ended, who waits leaves at once, with the last statement."""
    seen = Shopping(script(PENDING), ends_after=2.0).visit()
    assert seen.left.result == "pending"
    assert seen.left.mono == pytest.approx(seen.start + 2.0)
    failed = Shopping(script(FAILED), ends_after=0.5).visit(persistent(2))
    assert (failed.left.result, failed.left.tries) == ("failed", 1)


def test_a_visit_cut_off_is_on_record() -> None:
    """A shopper thrown out in the middle of a request still leaves a line."""

    def cut(number: int, _: str) -> Reply:
        if number:
            raise KeyboardInterrupt
        return PENDING

    shopping = Shopping(cut)
    with pytest.raises(KeyboardInterrupt):
        shopping.visit()
    assert shopping.left.result == "pending"


@pytest.mark.parametrize(
    ("reply", "said", "error"),
    [
        (Reply(200, b'{"status": "refunded"}'), None, "status 200 without"),
        (Reply(200, b'{"status": ["paid"]}'), None, "status 200 without"),
        (Reply(200, b"<html>"), None, "status 200 without"),
        (Reply(200, b'{"status": "\xff"}'), None, "status 200 without"),
        (Reply(404, b'{"error": "no such order"}'), None, "status 404 without"),
        (Reply(409, b'{"status": "pending"}'), "pending", None),
        (Reply(504, b'{"status": "failed"}'), None, "status 504"),
        (Reply(200, b'{"status": "paid", "message": 5}'), "paid", None),
        (Reply(error="no connection: refused"), None, "no connection"),
    ],
)
def test_what_counts_as_a_statement(reply: Reply, said: str | None, error: str | None) -> None:
    """Only paid, pending and failed, in a whole answer below 500, state anything."""
    stated = statement(reply)
    assert (stated.said, stated.message) == (said, None)
    assert (stated.error or "").startswith(error or "")
    assert bool(stated.error) is bool(error)


def test_long_messages_are_cut() -> None:
    """A shop cannot fill the journal."""
    stated = statement(Reply(200, msgspec.json.encode({"message": "x" * 9000})))
    assert stated.message == "x" * 300


OTHER = ShopMapping.model_validate(
    {
        "api": {
            "create": {"path": "/buy", "body": {"ref": "{order_id}", "pay": "{method.token}"}},
            "pay": {"path": "/buy/{id}/again", "body": {"pay": "{method.token}"}},
            "show": {"path": "/buy/{id}?full=1"},
        },
        "read": {
            "status": "state",
            "words": {"done": "paid", "waiting": "pending", "refused": "failed"},
            "message": "note",
            "id": "name",
        },
    }
)
_WAITING = Reply(202, b'{"state": "waiting", "note": "soon", "name": "b/9"}')
_REFUSED = Reply(200, b'{"state": "refused"}')
_DONE = Reply(200, b'{"state": "done"}')


def test_a_shop_with_other_paths_and_words_is_understood() -> None:
    """Requests are asked its way, also the second card, and figures bear its paths."""
    n = persistent(2)
    seen = Shopping(script(_WAITING, _REFUSED, _DONE), mapping=OTHER).visit(n)
    assert seen.requests == ["POST /buy", "GET /buy/b%2F9?full=1", "POST /buy/b%2F9/again"]
    tokens = [CAST.purchase(n).token, CAST.card(n, "DE", nth=1)]
    assert seen.bodies == [{"ref": f"r1-{n}", "pay": tokens[0]}, None, {"pay": tokens[1]}]
    assert [answer.said for answer in seen.all(Answer)] == ["pending", "failed", "paid"]
    assert seen.all(Answer)[0].message == "soon"
    assert {sample.name for sample in seen.samples} == {
        "/buy, service time", "/buy", "/buy/{id}", "/buy/{id}/again", "checkout"
    }  # fmt: skip


def test_who_never_learns_what_the_shop_calls_the_order_cannot_ask() -> None:
    """The answer was lost, and with it the name."""
    seen = Shopping(script(SILENCE, _DONE), mapping=OTHER).visit()
    assert (seen.requests, seen.left.result) == (["POST /buy"], "error")


def test_a_card_number_in_a_message_is_not_kept() -> None:
    """Whatever a shop says, no card number reaches the journal."""
    reply = Reply(402, b'{"status": "failed", "message": "4242 4242 4242 4242 was declined"}')
    assert statement(reply) == Statement("failed", "****4242 was declined")
