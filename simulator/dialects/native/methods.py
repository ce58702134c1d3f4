"""Methods in the native dialect: GET /v1/methods, and how the answer looks."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies
from simulator.dialects.native.reading import Unrouted, read_query
from simulator.dialects.native.views import stamp
from simulator.failures.catalogue import failure as look_up
from simulator.failures.failure import Retry
from simulator.gateway.commands import Command, ListMethods
from simulator.gateway.outcomes import MethodList, Offer
from simulator.money import currencies
from simulator.profiles import Profile
from simulator.profiles.method import Kind, Proof, RefundRule


class MethodsQuery(msgspec.Struct, frozen=True):
    """What is known of the payment to come; what is left out excludes no method.

    `amount` is in minor units of `currency`, and needs it. `lang` is that of the texts for payers.
    """

    country: bodies.Country | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None
    amount: bodies.Amount | None = None
    product: bodies.Text | None = None
    lang: Literal["en", "zh"] = "en"


class RefundsView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What can be given back. Times are seconds; `within` of null has no end."""

    partial: bool
    within: float | None
    arrives_after: float


class WhyNotView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a payment by this method would be refused with; `message` is for the payer."""

    code: str
    failure: str
    message: str
    retry: Retry


class MethodOfferView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A method of the gateway, and whether this payer may use it.

    `min` and `max` are minor units of the currency that was asked for; null is no bound, or none
    known. `time_limit` is how many seconds the payer has; `refunds` of null means none through
    this method. `back_at` is when it is to be open again, where that is known.
    """

    type: str
    title: str
    kind: Kind
    available: bool
    why_not: WhyNotView | None
    back_at: str | None
    brands: list[str]
    countries: list[str]
    currencies: list[str]
    min: int | None
    max: int | None
    time_limit: float | None
    authentication: Proof
    refunds: RefundsView | None


class MethodListView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Every method of the gateway, in its order."""

    object: Literal["list"] = "list"
    data: list[MethodOfferView]
    next: None = None


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request under /v1/methods; raises Misread or Unrouted."""
    if request.method != "GET" or rest:
        raise Unrouted
    query = read_query(MethodsQuery, request)
    if query.currency is not None and query.currency not in currencies():
        raise Misread(
            Trouble.MALFORMED, f"currency: {query.currency} is not an ISO 4217 code, such as USD"
        )
    if query.amount is not None and query.currency is None:
        raise Misread(Trouble.MALFORMED, "currency: missing; an amount is one of some currency")
    return ListMethods(
        country=query.country,
        currency=query.currency,
        amount=query.amount,
        product=query.product,
        language=query.lang,
    )


def methods_view(listed: MethodList, profile: Profile) -> MethodListView:
    """The answer, in the numbered codes of a profile."""
    data = [_offer_view(each, profile, listed.language) for each in listed.offers]
    return MethodListView(data=data)


def _offer_view(offer: Offer, profile: Profile, language: str) -> MethodOfferView:
    rule, failure = offer.rule, offer.failure
    return MethodOfferView(
        type=rule.type,
        title=rule.title_zh if language == "zh" and rule.title_zh else rule.title or rule.type,
        kind=rule.kind,
        available=failure is None,
        why_not=None if failure is None else _why_not_view(failure, profile, language),
        back_at=None if offer.back_at is None else stamp(offer.back_at),
        brands=sorted(offer.brands),
        countries=sorted(rule.countries),
        currencies=sorted(rule.currencies),
        min=offer.min,
        max=offer.max,
        time_limit=rule.time_limit,
        authentication=rule.authentication,
        refunds=_refunds_view(rule.refunds),
    )


def _why_not_view(failure: str, profile: Profile, language: str) -> WhyNotView:
    row = look_up(failure)
    return WhyNotView(
        code=profile.code(failure), failure=failure, message=row.text(language), retry=row.retry
    )


def _refunds_view(rule: RefundRule | None) -> RefundsView | None:
    if rule is None:
        return None
    return RefundsView(partial=rule.partial, within=rule.within, arrives_after=rule.arrives_after)
