"""An account without a network: requests come in as bytes and go out as bytes, in this process."""

from __future__ import annotations

import msgspec

from simulator.accounts.account import Origin
from simulator.accounts.recorder import Recorder
from simulator.accounts.registry import Registry
from simulator.accounts.restore import restore
from simulator.clock import VirtualClock
from simulator.dialects.dialect import Misread, Reply, Request
from simulator.dialects.stripe.dialect import StripeDialect
from simulator.dialects.stripe.views import view_of
from simulator.dialects.stripe.voice import voice
from simulator.gateway.directives import Directive
from simulator.gateway.idempotency import Replay
from simulator.gateway.outcomes import Refused
from simulator.ids import IdSource
from simulator.journal.entry import Entry, Line
from simulator.profiles import load
from simulator.stores.replays import is_kept

CHANNEL = "primary"
FORM = "application/x-www-form-urlencoded"


class Kept:
    """A journal in memory."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def commit(self, line: Entry) -> None:
        """Keep a line, as it would be written."""
        self.lines.append(msgspec.json.encode(line))

    later = commit


class Counter:
    """The pipeline's way without its faults: each request through the dialect and the account.

    With `journal` it goes on with an account whose life is written there.
    """

    def __init__(self, profile: str = "default", journal: Kept | None = None) -> None:
        self.profile = profile
        self.clock = VirtualClock()
        self.ids = IdSource("f022" if journal is None else "f023")
        self.dialect = StripeDialect()
        self.journal = journal or Kept()
        accounts = Registry(
            clock=self.clock,
            profile=load(profile),
            recorder=Recorder(self.journal, self.clock),
        )
        decoder = msgspec.json.Decoder(Line)
        restore([decoder.decode(line) for line in self.journal.lines], accounts)
        self.account = accounts.account("shop")
        self.account.voice = lambda decision, state, cause: voice(
            decision, state, cause.exchange, cause.key
        )
        self.account.pages = {CHANNEL: "http://127.0.0.1:4242/pay/shop"}

    def ask(
        self, method: str, path: str, form: str = "", *, key: str | None = None,
        directive: Directive | None = None, api_key: str = "sk_test_shop",
    ) -> Reply:  # fmt: skip
        """One request, and its answer."""
        body, query = (form, "") if method == "POST" else ("", form)
        headers = {"Authorization": f"Bearer {api_key}", "Stripe-Version": "2026-10-28.endive"}
        kept = key if method == "POST" else None
        request = Request(
            method, path, {}, body.encode(), FORM, kept, headers=headers, query_string=query
        )
        try:
            return self._pass(request, directive)
        except Misread as error:
            return error.reply or self.dialect.complain(error.trouble, error.message)

    def _pass(self, request: Request, directive: Directive | None) -> Reply:
        account, dialect = self.account, self.dialect
        command = dialect.parse(request)
        state = account.store.channel(CHANNEL)
        subject = dialect.subject(command, state, account.clock.wall())
        origin = Origin(CHANNEL, subject.operation, subject.order)
        origin.exchange = self.ids.new("ex")
        if request.key is not None:
            slot, mark = dialect.slot(CHANNEL, request, request.key), dialect.fingerprint(request)
            held = account.store.keys.reserve(slot, mark, account.clock.wall())
            if isinstance(held, Replay):
                return dialect.render(held.outcome, account.profile)
            if isinstance(held, Refused):
                return dialect.render(held, account.profile)
            origin.slot, origin.fingerprint = slot, mark
        decision = dialect.decide(command, account.context(CHANNEL, directive, self.ids))
        if origin.slot is not None and not is_kept(decision.outcome):
            account.store.keys.free(origin.slot)
            origin.slot = None
        if decision.changes or origin.slot is not None:
            account.commit(origin, decision)
        return dialect.render(decision.outcome, account.profile)

    def restarted(self) -> Counter:
        """Another on the same journal, at the same time."""
        again = Counter(self.profile, self.journal)
        again.clock.advance(self.clock.wall() - again.clock.wall())
        return again

    def told(self) -> list[str]:
        """What was told by events, oldest first; each can be shown, as JSON."""
        state = self.account.store.channel(CHANNEL)
        happenings = list(state.happenings())
        for each in happenings:
            msgspec.json.encode(view_of(each, state))
        return [each.event.name or "" for each in reversed(happenings)]

    def wait(self, seconds: float) -> None:
        """Let time pass, and all that is due by then happen."""
        self.clock.advance(seconds)
        self.account.settle_late(self.ids)
