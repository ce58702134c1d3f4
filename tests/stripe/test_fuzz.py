"""Anything may be sent to the Stripe dialect: no answer is a 5xx that no fault ordered."""

from __future__ import annotations

from contextlib import suppress

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simulator.dialects.dialect import Reply
from simulator.dialects.stripe.catalogue import ENDPOINTS
from simulator.dialects.stripe.objection import Objection
from simulator.dialects.stripe.queries import parse
from simulator.dialects.stripe.searching import SHELVES, Shelf
from simulator.gateway.directives import ChargeTwice, Decline, SettleLater, Stale
from simulator.gateway.model import Status
from tests.stripe.counter import Counter
from tests.stripe.mint import Known, body_of, forms, paths, rarely

DIRECTIVES = (
    None, None, None, Decline("do_not_honor"), ChargeTwice(), Stale(),
    SettleLater(60.0, None), SettleLater(60.0, Status.PROCESSING),
)  # fmt: skip
HOUR = 3600.0
SALE = "amount=1999&currency=usd&payment_method_types[0]=card&confirm=true&metadata[order_id]=o1"
BEGINNING = (
    ("/v1/customers", "email=a@b.c&name=Ann"),
    ("/v1/payment_methods", "type=card&card[token]=tok_visa"),
    ("/v1/payment_methods/{payment_method}/attach", "customer={customer}"),
    ("/v1/payment_intents", f"{SALE}&payment_method=pm_card_visa"),
    ("/v1/payment_intents", f"{SALE}&payment_method=pm_card_visa&capture_method=manual"),
    ("/v1/payment_intents", f"{SALE}&payment_method=pm_card_visa_chargeDeclined"),
    ("/v1/payment_intents", f"{SALE}&payment_method=pm_card_threeDSecure2Required"),
    ("/v1/payment_intents", f"{SALE}&payment_method=pm_card_createDispute"),
    ("/v1/payment_intents", "amount=500&currency=usd&payment_method_types[0]=card"),
)


def check(reply: Reply, where: str) -> None:
    """JSON, with an object or an error in it, and no trouble of ours but what was ordered."""
    body = body_of(reply.body)
    if reply.status >= 400:
        assert body["error"]["message"], where
        assert body["error"]["type"], where
    else:
        assert "object" in body, where
    assert reply.status < 500 or reply.status == 504, (where, body)


def warmed(counter: Counter) -> Known:
    """A shop that has begun: most of what requests can name is there."""
    known = Known()
    for path, form in BEGINNING:
        ids = {kind: names[-1] for kind, names in known.by_kind.items()}
        reply = counter.ask("POST", path.format(**ids), form.format(**ids))
        check(reply, path)
        known.learn(body_of(reply.body))
    return known


def written(counter: Counter) -> dict[str, bytes]:
    """All that an account keeps, as it is written."""
    things = counter.account.store.things
    return {name: msgspec.json.encode(each) for name, each in things.items()}


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_every_endpoint_takes_or_refuses_whatever_is_sent(data: st.DataObject) -> None:
    """One account sees many requests, and time passes; all that was told can be shown.

    A restart on its journal makes no difference, nor to what idempotency keys are answered with.
    """
    counter = Counter(data.draw(st.sampled_from(["default", "global", "evisa"])))
    known, keyed = warmed(counter), []
    for number in range(data.draw(st.integers(1, 15))):
        at = data.draw(st.sampled_from(ENDPOINTS))
        path, form = data.draw(paths(at, known)), data.draw(forms(at, known))
        key = data.draw(st.sampled_from([None, None, "k1", f"k{number}"]))
        reply = counter.ask(
            at.method,
            path,
            form,
            key=key,
            directive=data.draw(st.sampled_from(DIRECTIVES)),
            api_key="pk_test_shop" if at.public and rarely(data.draw) else "sk_test_shop",
        )
        check(reply, f"{at.method} {path} {form}")
        if key is not None and at.method == "POST" and reply.status in (200, 402):
            keyed.append((at.method, path, form, key))
        known.learn(body_of(reply.body))
        if rarely(data.draw):
            passes = data.draw(st.sampled_from([1.0, 120.0, 90_000.0, 900_000.0]))
            counter.wait(passes)
            keyed = keyed if passes < HOUR else []  # after a day a key is free
    again = counter.restarted()
    assert written(again) == written(counter)
    for method, path, form, key in keyed:
        assert again.ask(method, path, form, key=key) == counter.ask(method, path, form, key=key)
    counter.wait(10_000_000.0)
    counter.told()


@given(st.sampled_from(SHELVES), st.text() | st.text("amount:><~=\"' -0[]ANDOR", max_size=40))
def test_queries_are_read_or_refused(shelf: Shelf, text: str) -> None:
    """No text makes anything but a query, or an error that says where."""
    with suppress(Objection):
        assert parse(text, shelf.fields).clauses
