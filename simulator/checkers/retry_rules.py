"""Does the merchant try again only when, and only as, it may?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, NamedTuple

from pydantic import Field

from simulator.checkers.attempts import Effort, efforts, is_decline
from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding
from simulator.checkers.pacing import (
    Retry,
    ignored_retry_after,
    payer_acted,
    quick_polls,
    retries,
    too_soon,
)
from simulator.failures.catalogue import BY_NAME
from simulator.failures.failure import Retry as Advice
from simulator.gateway.model import Status
from simulator.journal.entry import Exchange
from simulator.journal.history import History
from simulator.journal.lives import OrderLife
from simulator.units import Duration

#: Declines that pass in time, and that every further try prolongs.
_HASTE: Final = frozenset({"too_many_attempts", "frequency_limit_exceeded"})


class RetryRules(Checker):
    """Are retries safe, and paced?

    False if

    - a new key or another channel charges while an earlier attempt of the order is open (see
      `attempts`): in doubt, under way, or waiting for its payer to prove who pays; parts of a
      split payment, which together stay within the price, may run at once;
    - a card is charged again after a hard decline, or after it was tried too often, for which each
      further try makes it worse, and the shopper did not ask for it;
    - Retry-After is ignored by the next request of that kind for that order on that channel;
    - backoff is ignored: after one kind of technical trouble (a status, or a cut connection) more
      than half of the run's retries on the same channel came sooner than `backoff`. One quick
      retry among slow ones can be jitter;
    - an order is queried sooner than `poll_every` after its last query, more than `quick_polls`
      times, queries that a webhook prompted apart.
    """

    name: ClassVar[str] = "retry_rules"
    always: ClassVar[bool] = True

    backoff: Duration = Field(default=0.1, json_schema_extra={"default": "100ms"})
    poll_every: Duration = Field(default=0.2, json_schema_extra={"default": "200ms"})
    quick_polls: int = Field(default=3, ge=0)

    def judge(self, history: History) -> Finding:
        """Examine every order that was ever charged or asked about."""
        tried = [
            order
            for order in history.everything
            if order.charges or any(each.operation == "query" for each in order.exchanges)
        ]
        offences = [offence for order in tried for offence in self._offences(order)]
        offences += self._hasty([retry for order in tried for retry in retries(order)])
        good = f"{len(tried)} orders were tried and asked about by the rules"
        return finding(history, len(tried), offences, good=good)

    def _offences(self, order: OrderLife) -> Iterator[Offence]:
        yield from _charged_while_open(order)
        yield from _final_declines_retried(order)
        for earlier, waited in ignored_retry_after(order):
            what = (
                f"{order.id}: {earlier.operation} on {earlier.channel} again after {waited:.3f} s, "
                f"told to wait {earlier.retry_after:g} s"
            )
            yield Offence(order, "sent before Retry-After was over", what, -waited)
        quick = quick_polls(order, self.poll_every)
        if quick > self.quick_polls:
            what = f"{order.id}: {quick} queries came sooner than {self.poll_every:g} s"
            yield Offence(order, "polled too fast", what, quick)

    def _hasty(self, retries: Sequence[Retry]) -> Iterator[Offence]:
        by_kind: defaultdict[str, list[Retry]] = defaultdict(list)
        for retry in retries:
            by_kind[retry.kind].append(retry)
        for kind, group in by_kind.items():
            hasty = [retry for retry in group if too_soon(retry.waited, self.backoff)]
            if 2 * len(hasty) <= len(group):
                continue
            for retry in hasty:
                what = (
                    f"{retry.order.id}: charged again on {retry.channel} {retry.waited:.3f} s "
                    f"after {_trouble(kind)}"
                )
                yield Offence(retry.order, "sent again without backoff", what, -retry.waited)


def _trouble(kind: str) -> str:
    return "a cut request was sent" if kind == "cut" else f"an answer {kind}"


def _charged_while_open(order: OrderLife) -> Iterator[Offence]:
    """The first charge of an order that was sent while another effort was open."""
    known = efforts(order)
    for effort in known:
        for charge in effort.exchanges:
            for other in known:
                if other is effort or _split(order, effort, other):
                    continue
                since = other.open_since(charge.received)
                if since is None:
                    continue
                what = (
                    f"{order.id}: charged on {effort.channel}, key {charge.key or 'none'}, while "
                    f"the attempt on {other.channel}, {charge.received - since:.3f} s old, "
                    "was open"
                )
                yield Offence(order, "charged while an attempt was open", what, 1.0)
                return


def _split(order: OrderLife, one: Effort, other: Effort) -> bool:
    """Whether both together charge no more than the price: parts of one payment."""
    if order.amount is None or one.amount is None or other.amount is None:
        return False
    return one.amount + other.amount <= order.amount


class _Final(NamedTuple):
    """A decline after which no program may try this card again, known to the merchant from then."""

    token: str | None
    failure: str | None
    at: float
    known: float


def _final_declines_retried(order: OrderLife) -> Iterator[Offence]:
    """The first attempt on a card after a final decline of it that no shopper asked for."""
    charges = order.own_charges
    for decline in (*_declined_at_once(charges), *_declined_later(order)):
        for charge in charges:
            again = charge.received >= decline.known and not charge.replay
            if not again or charge.token != decline.token:
                continue
            if not payer_acted(order, decline.at, charge.received):
                hard = decline.failure not in _HASTE
                kind = "a hard decline" if hard else "it was declined for haste"
                what = (
                    f"{order.id}: the same card was charged again on {charge.channel} after {kind} "
                    f"({decline.failure})"
                )
                yield Offence(order, f"{'hard decline' if hard else 'haste'} retried", what, 1.0)
                return


def _declined_at_once(charges: Sequence[Exchange]) -> Iterator[_Final]:
    """Final declines in the answer to the charge itself."""
    for each in filter(_is_final, charges):
        yield _Final(each.token, each.failure, each.mono, each.mono)


def _declined_later(order: OrderLife) -> Iterator[_Final]:
    """Final declines of payments that were under way: from when the merchant was told on."""
    failed = {
        each.id: each for each in order.payments if each.status is Status.FAILED and each.token
    }
    for effort in efforts(order) if failed else ():
        for each in (failed[name] for name in effort.payments if name in failed):
            row = BY_NAME.get(each.failure or "")
            if row is not None and (row.retry is Advice.HARD or row.name in _HASTE):
                yield _Final(each.token, each.failure, each.settled, effort.ended)


def _is_final(charge: Exchange) -> bool:
    """Whether a card was declined so that a program may not try it again."""
    if not is_decline(charge) or not charge.token:
        return False
    return charge.retry == "hard" or charge.failure in _HASTE
