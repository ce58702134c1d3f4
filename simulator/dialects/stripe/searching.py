"""Search (docs.stripe.com/search): intents, charges and customers by what they say.

What was made is found at once. Stripe's own index may lag: the fault stale_read does that here.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from simulator.dialects.stripe import customers
from simulator.dialects.stripe.charges import charge_of_name
from simulator.dialects.stripe.chargeview import is_charge
from simulator.dialects.stripe.chargewords import words_of
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.intentview import KIND as INTENT
from simulator.dialects.stripe.intentview import intent_view
from simulator.dialects.stripe.listing import check_limit
from simulator.dialects.stripe.metadata import ORDER
from simulator.dialects.stripe.names import charge_of
from simulator.dialects.stripe.objection import Objection, absent, invalid
from simulator.dialects.stripe.params import Params
from simulator.dialects.stripe.queries import NUMBER, STRING, TOKEN, Fields, Query, parse
from simulator.gateway.commands import Call
from simulator.gateway.directives import Stale
from simulator.gateway.model import Payment
from simulator.gateway.outcomes import PaymentList
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject

_COUNT: Final = "total_count"


class SearchParams(Params):
    """What is looked for; `page` goes on where an earlier answer ended."""

    query: str | None = None
    limit: int = 10
    page: str | None = None


class Found(Struct, frozen=True):
    """One hit: as callers see it, and the payments of which it tells."""

    view: dict[str, Any]
    payments: tuple[Payment, ...] = ()


class Shelf(Struct, frozen=True):
    """What can be searched: its fields, and its things, newest first, that a query may want."""

    url: str
    fields: Fields
    things: Callable[[Desk, Query], Iterator[Found]]


def _intents(desk: Desk, query: Query) -> Iterator[Found]:
    snapshot, stale = desk.context.snapshot, isinstance(desk.context.directive, Stale)
    order = query.named(ORDER)
    kept = desk.all(INTENT) if order is None else reversed(snapshot.resources_of(INTENT, order))
    for intent in kept:
        if not query.fits(intent.fields["metadata"]):
            continue
        last = desk.payment(intent.payment) if intent.payment else None
        if not (stale and last is None):  # an index that lags does not know it yet
            yield Found(intent_view(intent, last), desk.payments_for(intent))


def _charges(desk: Desk, query: Query) -> Iterator[Found]:
    snapshot, order = desk.context.snapshot, query.named(ORDER)
    kept = tuple(snapshot.payments()) if order is None else snapshot.payments_of(order)
    for each in reversed(kept):
        payment = desk.payment(each.id)
        if payment is not None and is_charge(payment) and query.fits(_metadata(desk, payment)):
            view = charge_of_name(desk, charge_of(payment.id))
            if view is not None:
                yield Found(view, (payment,))


def _metadata(desk: Desk, payment: Payment) -> Mapping[str, str]:
    """What stands at a charge."""
    made_for = desk.find(payment.resource) if payment.resource else None
    found: Mapping[str, str] = words_of(payment, made_for).get("metadata") or {}
    return found


def _customers(desk: Desk, query: Query) -> Iterator[Found]:
    kept = (each for each in desk.all(customers.KIND) if query.fits(each.fields["metadata"]))
    return (Found(customers.customer_view(each)) for each in kept)


SHELVES: Final = (
    Shelf(
        "/v1/payment_intents/search",
        MappingProxyType(
            {
                "amount": NUMBER,
                "created": NUMBER,
                "currency": TOKEN,
                "customer": TOKEN,
                "status": TOKEN,
            }
        ),
        _intents,
    ),
    Shelf(
        "/v1/charges/search",
        MappingProxyType(
            {
                "amount": NUMBER,
                r"billing_details\.address\.postal_code": TOKEN,
                "created": NUMBER,
                "currency": TOKEN,
                "customer": TOKEN,
                "disputed": TOKEN,
                r"payment_method_details\.\w+\.(brand|exp_month|exp_year|fingerprint|last4)": TOKEN,
                "refunded": TOKEN,
                "status": TOKEN,
            }
        ),
        _charges,
    ),
    Shelf(
        "/v1/customers/search",
        MappingProxyType({"created": NUMBER, "email": STRING, "name": STRING, "phone": STRING}),
        _customers,
    ),
)


def _search(shelf: Shelf) -> Callable[[Desk, SearchParams], Answer]:
    def search(desk: Desk, params: SearchParams) -> Answer:
        if params.query is None:
            raise absent("query")
        check_limit(params.limit)
        query = parse(params.query, shelf.fields)
        last = _last_of(params.page, params.query)
        hits: Iterator[Found] = (
            each for each in shelf.things(desk, query) if query.holds(each.view)
        )
        counted: dict[str, Any] = {}
        if _COUNT in desk.call.expand:
            whole = tuple(hits)
            counted, hits = {_COUNT: len(whole)}, iter(whole)
        found = list(islice(_behind(hits, last), params.limit + 1))
        shown, more = found[: params.limit], len(found) > params.limit
        result = {
            "object": "search_result",
            "data": [each.view for each in shown],
            "has_more": more,
            "next_page": _page_after(shown[-1].view["id"], params.query) if more else None,
            "url": shelf.url,
            **counted,
        }
        return Answer(result, PaymentList(tuple(one for each in shown for one in each.payments)))

    return search


def _behind(hits: Iterator[Found], last: str | None) -> Iterator[Found]:
    """What follows on the hit with this id; nothing if that is no hit any more."""
    if last is None:
        return hits
    for each in hits:
        if each.view["id"] == last:
            return hits
    return iter(())


def _digest(query: str) -> str:
    return blake2b(query.encode(), digest_size=6).hexdigest()


def _page_after(last: str, query: str) -> str:
    return urlsafe_b64encode(f"{_digest(query)}.{last}".encode()).decode().rstrip("=")


def _last_of(page: str | None, query: str) -> str | None:
    """The last hit of the page before this one; raises Objection for another query's page."""
    if page is None:
        return None
    try:
        told = urlsafe_b64decode(page + "=" * (-len(page) % 4)).decode()
    except (Base64Error, UnicodeDecodeError, ValueError):
        told = ""
    digest, _, last = told.partition(".")
    if digest != _digest(query) or not last:
        raise invalid(
            "Invalid page: it is `next_page` of an earlier answer to the same query", "page"
        )
    return last


def _plain(fields: Fields) -> tuple[str, ...]:
    """The names of fields as callers write them."""
    return tuple(name for name in fields if "\\" not in name)


def _about(shelf: Shelf) -> Callable[[Call, Snapshot], Subject]:
    def about(call: Call, snapshot: Snapshot) -> Subject:  # noqa: ARG001 - the query says it all
        return Subject("query", _order_in(call.params, shelf) or "")

    return about


def _order_in(params: SearchParams, shelf: Shelf) -> str | None:
    """The order that a query names; one that cannot be read names none, and is refused later."""
    try:
        return parse(params.query or "", shelf.fields).named(ORDER)
    except Objection:
        return None


ENDPOINTS: Final = tuple(
    Endpoint(
        method="GET",
        path=shelf.url,
        handle=_search(shelf),
        params=SearchParams,
        operation="query",
        about=_about(shelf),
        note=f"by metadata and {', '.join(_plain(shelf.fields))}",
    )
    for shelf in SHELVES
)
