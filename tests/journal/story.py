"""Tiny histories as aligned text: one event a row, `seconds verb words… option=value…`.

    0.0  run      o                           the run line, of a run of this name; rule=
    0.0  made     pi_1 o-1 basket=7           a dialect's resource, its fields; alias= pay=
    0.0  boot                                 the gateway starts, perhaps again
    0.0  arrive   o-1 1999                    shopper comes; cur= method= token=
    0.1  charge   o-1 p1 primary captured     commit and reply; `-` for no payment and for no state
                                              amount= reply=201|none|partial|… took= key= told= …
                                              page: a payer did it, at a page of the gateway
                                              for=pi_1: what of a dialect is charged for
    0.2  tell     o-1 paid                    the shop's answer; request=create|pay|poll sent=
    1.0  settle   p1 captured                 a late change of state; amount=
    1.0  webhook  p1 captured                 status=200 (0: silence) forged stale refused took=
                                              id= refund= try= thing=, or
                                              `webhook p1 refund.created`
    1.0  query    o-1 primary p1:captured     reply= hit= pay= refund=
    1.0  cancel   o-1 primary closed          pay= reply=
    2.0  refund   p1 r1 1999 succeeded        or `refund p1 r1 1999 failed` later, by the same name
    2.5  lose     p1 1999                      a dispute takes it; negative: it comes back
    2.6  notice   o-1 insufficient_funds top_up   via= text= lost; `-` for no reason or no step
    2.7  failure  p1 stolen_card               why a payment failed, from then on
    2.8  booked   p1 missing                   how the statement misstates it
    3.0  outage   primary down                rule= unproved
    4.0  leave    o-1 paid                    intended=
    4.0  generator 1                          the load generator's last word, with its arrivals
    5.0  row      o-1 paid 1999               fulfilled= refunded= ids=p1,p2 cur= apart
    5.0  nobook   unreachable
    5.0  found    p1 missing                   a difference on the shop's list; status=
    5.0  list     1                            the list's line; problem= absent
    5.0  book     0                           the book's line, not to count the rows; moving
    5.0  scan     book 3                      looked=3; what was seen as order:where, problem=
    6.0  phase    recovery
    9.0  end

Time zero is mono 1000. A book line is added for the rows.
"""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.gateway.model import (
    Booking,
    Event,
    Method,
    Payment,
    Posting,
    Refund,
    RefundStatus,
    Status,
)
from simulator.gateway.things import Notice, Resource
from simulator.journal import entry
from simulator.journal.history import History

ZERO = 1000.0
_FLAGS = frozenset(
    {
        "forged",
        "stale",
        "refused",
        "unproved",
        "replay",
        "moving",
        "apart",
        "lost",
        "absent",
        "page",
    }
)
#: The stage, and what can be seen, of the faults that hide something; all others delay only.
_HIDING = {
    "stale_read": ("decide", "ok"),
    "rate_limited": ("before", "fail"),
    "hang": ("before", "info"),
    "lost_reply": ("after", "info"),
}


def history(text: str) -> History:
    """The history that a story tells."""
    return History.from_lines(lines(text))


def lines(text: str) -> list[entry.Line]:
    """The lines of a story, in the order of time."""
    teller = Teller()
    for row in text.strip().splitlines():
        words = row.split("#")[0].split()
        if words:
            teller.take(float(words[0]), words[1], words[2:])
    return teller.finish()


class Teller:
    """Turns rows into lines, and keeps the payments' state in between."""

    def __init__(self) -> None:
        self.lines: list[entry.Line] = []
        self.payments: dict[str, Payment] = {}
        self.refunds: dict[str, Refund] = {}
        self._at = ZERO
        self._count = 0

    def take(self, seconds: float, verb: str, words: list[str]) -> None:
        """Take one row in."""
        plain = [word for word in words if "=" not in word and word not in _FLAGS]
        options = dict(word.split("=", 1) for word in words if "=" in word)
        options |= {word: "yes" for word in words if word in _FLAGS}
        self._at = ZERO + seconds
        getattr(self, f"_{verb}")(*plain, **options)

    def finish(self) -> list[entry.Line]:
        """All lines, with the book's line for the rows that were told."""
        rows = [line for line in self.lines if isinstance(line, entry.Order)]
        if rows and not any(isinstance(line, entry.Book) for line in self.lines):
            self._at = rows[-1].mono
            self._add(entry.Book, "merchant", orders=len(rows))
        return sorted(self.lines, key=lambda line: line.mono)

    def _add(self, kind: type[Any], source: str, **fields: Any) -> None:
        wall = 1_700_000_000 + self._at - ZERO
        self.lines.append(kind(source=source, wall=wall, mono=self._at, **fields))

    def _name(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def _run(self, name: str, **options: str) -> None:
        fields = {"version": "1", "seed": 7, "run": name, "scenario": "scenario: 1"}
        self._add(entry.Run, "client", merchant_order=options.get("rule"), **fields)

    def _made(self, name: str, order: str, **options: str) -> None:
        self._count += 1
        more = {"alias": options.pop("alias", ""), "payment": options.pop("pay", None)}
        fields = dict(options)
        thing = Resource(id=name, kind="x", channel="primary", order=order, fields=fields, **more)  # type: ignore[arg-type]
        where = {"channel": "primary", "operation": "create", "order": order}
        self._add(entry.Commit, "gateway", seq=self._count, things=(thing,), **where)

    def _boot(self) -> None:
        self._add(entry.Boot, "gateway", version="1", channels=("primary", "backup"))

    def _generator(self, arrivals: str) -> None:
        lateness = {"lateness_p50_ms": 1.0, "lateness_p99_ms": 2.0}
        self._add(entry.Generator, "client", arrivals=int(arrivals), dropped=0, **lateness)

    def _phase(self, name: str) -> None:
        self._add(entry.Phase, "gateway", name=name)

    def _end(self) -> None:
        self._phase("end")

    def _arrive(self, order: str, amount: str, **options: str) -> None:
        self._add(
            entry.Arrival,
            "client",
            order=order,
            intended=ZERO + float(options.get("intended", self._at - ZERO)),
            amount=int(amount),
            currency=options.get("cur", "USD"),
            method=options.get("method", "card"),
            token=options.get("token"),
        )

    def _drop(self) -> None:
        self._add(entry.Dropped, "client", intended=self._at)

    def _tell(self, order: str, said: str, **options: str) -> None:
        self._add(
            entry.Answer,
            "client",
            order=order,
            request=options.get("request", "create"),
            sent=ZERO + float(options.get("sent", self._at - ZERO)),
            code=int(options["code"]) if "code" in options else 200,
            said=None if said == "-" else said,
        )

    def _leave(self, order: str, result: str, **options: str) -> None:
        intended = ZERO + float(options.get("intended", 0.0))
        self._add(entry.Shopper, "client", order=order, intended=intended, result=result)

    def _charge(self, order: str, payment: str, channel: str, state: str, **options: str) -> None:
        exchange = self._name("ex")
        amount = int(options.get("amount", 1999))
        self._at -= float(options.get("took", 0.01))
        received, committed = self._at, payment != "-" and "replay" not in options
        if committed:
            known = payment in self.payments
            before = self.payments.get(payment) or Payment(
                id=payment,
                order=options.get("ref", order),
                channel=channel,
                status=Status.CREATED,
                amount=amount,
                currency=options.get("cur", "USD"),
                method=Method(type="card", token=options.get("token")),
                resource=options.get("for"),
            )
            operation = options.get("operation", "confirm" if known else "authorize")
            self._move(before, Status(state), exchange=exchange, operation=operation)
        self._at = received + float(options.get("took", 0.01))
        told = options.get("told", state)
        fields = {"received": received, "order": options.get("ref", order), "channel": channel}
        self._exchange(
            exchange,
            options.get("operation", "authorize"),
            options | {"told": told, "pay": payment, "amount": str(amount)},
            fields,
        )

    def _exchange(
        self, exchange: str, operation: str, options: dict[str, str], fields: dict[str, Any]
    ) -> None:
        default = "402" if options.get("told") == "failed" else "201"
        reply = options.get("reply", default if operation == "authorize" else "200")
        whole = reply not in ("none", "partial")
        good = whole and reply in ("200", "201", "402")
        payment = options.get("pay", "-")
        hit = options.get("hit")
        stage, seen = _HIDING.get(hit or "", ("after", "ok"))
        hits = (entry.Hit(rule=hit, fault=hit, stage=stage, seen=seen),) if hit else ()
        self._add(
            entry.Exchange,
            "gateway",
            id=exchange,
            operation=operation,
            sent="whole" if whole else reply,
            status=int(reply) if whole else None,
            told=options.get("told") if good and options.get("told") != "-" else None,
            payment=payment if payment != "-" and (good or operation != "authorize") else None,
            refund=options.get("refund"),
            key=options.get("key"),
            replay="replay" in options,
            page="page" in options,
            retry=options.get("retry") if whole else None,
            retry_after=float(options["after"]) if "after" in options else None,
            token=options.get("token"),
            amount=int(options["amount"]) if "amount" in options else None,
            failure=options.get("failure"),
            hits=hits,
            resource=options.get("for"),
            **fields,
        )

    def _move(self, before: Payment, status: Status, *, exchange: str, operation: str) -> None:
        known = before.id in self.payments
        manual = before.capture == "manual" or status is Status.AUTHORIZED
        held = before.amount_authorized if known else 0
        taken = before.amount if status is Status.CAPTURED else 0
        after = msgspec.structs.replace(
            before,
            status=status,
            capture="manual" if manual else "automatic",
            amount_authorized=before.amount
            if status in (Status.AUTHORIZED, Status.CAPTURED)
            else held,
            amount_captured=taken,
        )
        postings = _postings(before, after)
        self.payments[before.id] = after
        self._commit(operation, after, postings=postings, exchange=exchange)

    def _commit(
        self,
        operation: str,
        payment: Payment,
        *,
        postings: tuple[Posting, ...] = (),
        refunds: tuple[Refund, ...] = (),
        exchange: str = "",
    ) -> None:
        self._count += 1
        self._add(
            entry.Commit,
            "gateway",
            seq=self._count,
            channel=payment.channel,
            operation=operation,
            order=payment.order,
            exchange=exchange,
            payments=(payment,),
            refunds=refunds,
            postings=postings,
            events=(self._born(payment, refunds),),
        )

    def _born(self, payment: Payment, refunds: tuple[Refund, ...]) -> Event:
        """The event of a commit."""
        name, kind = f"evt{self._count}", f"payment.{payment.status}"
        for refund in refunds:
            pending = refund.status is RefundStatus.PENDING
            kind = f"refund.{'created' if pending else refund.status}"
        of = refunds[0].id if refunds else None
        return Event(name, kind, payment.channel, payment.order, payment.id, of)

    def _settle(self, payment: str, status: str) -> None:
        self._move(self.payments[payment], Status(status), exchange="", operation="settle")

    def _refund(self, payment: str, name: str, amount: str, status: str) -> None:
        paid, stands = self.payments[payment], status != "failed"
        old = self.refunds.get(name)
        stood = old is not None and old.status is not RefundStatus.FAILED
        change = int(amount) * (int(stands) - int(stood))
        refund = Refund(
            id=name,
            payment=payment,
            order=paid.order,
            channel=paid.channel,
            status=RefundStatus(status),
            amount=int(amount),
            currency=paid.currency,
            reference=name,
        )
        self.refunds[name] = refund
        paid = msgspec.structs.replace(paid, amount_refunded=paid.amount_refunded + change)
        self.payments[payment] = paid
        way = ("merchant", "payer") if change > 0 else ("payer", "merchant")
        postings = (Posting(*way, abs(change), paid.currency),) if change else ()
        self._commit("refund", paid, postings=postings, refunds=(refund,))

    def _lose(self, payment: str, amount: str) -> None:
        paid, gone = self.payments[payment], int(amount)
        paid = msgspec.structs.replace(paid, amount_disputed=paid.amount_disputed + gone)
        self.payments[payment] = paid
        way = ("merchant", "dispute") if gone > 0 else ("dispute", "merchant")
        self._commit("settle", paid, postings=(Posting(*way, abs(gone), paid.currency),))

    def _failure(self, payment: str, failure: str) -> None:
        failed = msgspec.structs.replace(self.payments[payment], failure=failure)
        self.payments[payment] = failed
        self._commit("settle", failed)

    def _booked(self, payment: str, kind: str) -> None:
        booked = msgspec.structs.replace(self.payments[payment], booking=Booking(kind))
        self.payments[payment] = booked
        self._commit("settle", booked)

    def _notice(self, order: str, reason: str, step: str, **options: str) -> None:
        self._count += 1
        notice = Notice(
            id=f"ntc{self._count}",
            channel="primary",
            order=order,
            via=options.get("via", "sms"),
            message=options.get("text", "This is what happened.").replace("_", " "),
            reason=None if reason == "-" else reason,
            next_step=None if step == "-" else step,
            delivered="lost" not in options,
        )
        self._add(
            entry.Commit,
            "gateway",
            seq=self._count,
            channel="primary",
            operation="notify",
            order=order,
            things=(notice,),
        )

    def _found(self, payment: str, what: str, **options: str) -> None:
        status = options.get("status", "open")
        self._add(entry.Difference, "merchant", payment=payment, what=what, status=status)

    def _list(self, differences: str, **options: str) -> None:
        self._add(
            entry.Reconciled,
            "merchant",
            differences=int(differences),
            problem=options.get("problem"),
            absent="absent" in options,
        )

    def _query(self, order: str, channel: str, *shown: str, **options: str) -> None:
        took = float(options.get("took", 0.01))
        order = "" if order == "-" else order
        fields = {"received": self._at - took, "order": order, "channel": channel, "shown": shown}
        self._exchange(self._name("ex"), "query", options, fields)

    def _cancel(self, order: str, channel: str, told: str = "closed", **options: str) -> None:
        fields = {"received": self._at - 0.01, "order": order, "channel": channel}
        self._exchange(self._name("ex"), "cancel", options | {"told": told}, fields)

    def _webhook(self, payment: str, event: str, **options: str) -> None:
        paid, status = self.payments.get(payment), int(options.get("status", 200))
        kind = event if "." in event else f"payment.{event}"
        refused = "refused" in options
        self._add(
            entry.Delivery,
            "gateway",
            event=options.get("id") or self._event(kind, payment, forged="forged" in options),
            type=kind,
            channel=paid.channel if paid else "primary",
            order=options.get("order") or (paid.order if paid else ""),
            payment=None if payment == "-" else payment,
            refund=options.get("refund"),
            thing=options.get("thing"),
            attempt=int(options.get("try", 1)),
            genuine="forged" not in options,
            stale="stale" in options,
            sent=not refused,
            status=None if refused else status or None,
            acknowledged=not refused and 200 <= status < 300,
            took=float(options.get("took", 0.0)),
        )

    def _event(self, kind: str, payment: str, *, forged: bool) -> str:
        """The event that a change of this payment gave birth to; a new one if there is none."""
        commits = (line for line in reversed(self.lines) if isinstance(line, entry.Commit))
        events = (event for commit in commits for event in commit.events)
        known = (each.id for each in events if (each.type, each.payment) == (kind, payment))
        return self._name("evt") if forged else next(known, None) or self._name("evt")

    def _outage(self, channel: str, state: str, **options: str) -> None:
        self._add(
            entry.Outage,
            "gateway",
            channel=channel,
            state=state,
            rule=options.get("rule", "down"),
            proved="unproved" not in options,
        )

    def _row(self, order: str, status: str, amount: str, **options: str) -> None:
        self._add(
            entry.Order,
            "merchant",
            order=order,
            status=status,
            amount=int(amount),
            currency=options.get("cur", "USD"),
            fulfilled=int(options.get("fulfilled", int(status == "paid"))),
            amount_refunded=int(options.get("refunded", 0)),
            payment_ids=tuple(options["ids"].split(",")) if "ids" in options else None,
            apart="apart" in options,
        )

    def _scan(self, place: str, looked: str, *seen: str, **options: str) -> None:
        pairs = [each.split(":") for each in seen]
        self._add(
            entry.Scan,
            "merchant",
            place=entry.Place[place.upper()],
            looked=int(looked),
            found=int(options.get("found", len(pairs))),
            sightings=tuple(
                entry.Sighting("card number ****4242", where, order) for order, where in pairs
            ),
            problem=options.get("problem"),
        )

    def _nobook(self, problem: str) -> None:
        self._add(entry.Book, "merchant", orders=0, problem=problem)

    def _book(self, orders: str, **options: str) -> None:
        self._add(entry.Book, "merchant", orders=int(orders), moving="moving" in options)


def _postings(before: Payment, after: Payment) -> tuple[Posting, ...]:
    taken = after.amount_captured - before.amount_captured
    held_after = after.amount_authorized if after.status is Status.AUTHORIZED else 0
    held_before = before.amount_authorized if before.status is Status.AUTHORIZED else 0
    held = held_after - held_before
    moves = {
        ("payer", "merchant"): taken if taken > 0 and not held else 0,
        ("payer", "hold"): max(0, held),
        ("hold", "merchant"): taken if taken > 0 and held < 0 else 0,
        ("hold", "payer"): -held - taken if held < 0 else 0,
    }
    return tuple(
        Posting(source, target, amount, after.currency)
        for (source, target), amount in moves.items()
        if amount
    )
