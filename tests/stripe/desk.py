"""An account that is asked in Stripe's words without a socket: fast, and under full control."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from simulator.accounts.account import Account, Origin
from simulator.accounts.recorder import Nowhere, Recorder
from simulator.clock import VirtualClock
from simulator.dialects.dialect import Request
from simulator.dialects.stripe.dialect import StripeDialect
from simulator.dialects.stripe.views import view_of
from simulator.dialects.stripe.voice import voice
from simulator.gateway.directives import Directive
from simulator.gateway.model import Booking
from simulator.gateway.outcomes import Answered
from simulator.gateway.things import Happening
from simulator.ids import IdSource
from simulator.profiles import load as load_profile
from simulator.stores.memory import ChannelState
from tests.stripe import spec

CHANNEL = "primary"


class Books:
    """One account, on a clock that moves when it is told to."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        recorder = Recorder(Nowhere(), self.clock)
        profile = load_profile("default")
        self.account = Account("shop", clock=self.clock, profile=profile, recorder=recorder)
        self.account.voice = lambda decision, snapshot, cause: voice(
            decision, snapshot, cause.exchange, cause.key
        )
        self.ids = IdSource("x")
        self.dialect = StripeDialect()

    @property
    def state(self) -> ChannelState:
        """What is kept."""
        return self.account.store.channel(CHANNEL)

    def ask(
        self,
        method: str,
        path: str,
        directive: Directive | None = None,
        booking: Booking | None = None,
        **sent: Any,
    ) -> dict[str, Any]:
        """The body of the answer; nested parameters are written `card_number_` … as `a[b]`."""
        form = urlencode(sent)
        request = Request(
            method,
            path,
            {},
            form.encode() if method == "POST" else b"",
            "application/x-www-form-urlencoded",
            None,
            headers={"Authorization": "Bearer sk_test_shop"},
            query_string="" if method == "POST" else form,
        )
        call = self.dialect.parse(request)
        context = self.account.context(CHANNEL, directive, self.ids, booking)
        decision = self.dialect.decide(call, context)
        assert isinstance(decision.outcome, Answered)
        if decision.changes:
            self.account.commit(Origin(CHANNEL, call.operation, ""), decision)
        answer: dict[str, Any] = json.loads(decision.outcome.body)
        return answer

    def wait(self, seconds: float) -> None:
        """Let time pass, and what is due happen."""
        self.account.advance(seconds)
        self.account.settle_late(self.ids)

    def happenings(self) -> list[Happening]:
        """All events with names, oldest first."""
        return list(self.state.happenings())[::-1]

    def told(self) -> list[str]:
        """Their names."""
        return [each.event.name or "" for each in self.happenings()]

    def shown(self, happening: Happening) -> dict[str, Any]:
        """What an event is about, as it is shown; it has to have Stripe's shape."""
        data = view_of(happening, self.state)
        shown: dict[str, Any] = json.loads(json.dumps(data["object"]))
        event = {
            "id": happening.event.id,
            "object": "event",
            "api_version": "x",
            "created": 1,
            "data": {"object": shown},
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": None, "idempotency_key": None},
            "type": happening.event.name,
        }
        assert spec.event_complaints(event) == []
        return shown
