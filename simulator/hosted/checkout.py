"""The checkout: the page on which a payer chooses a method and pays, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from simulator import cards
from simulator.dialects.dialect import Misread, Reply, Request, Trouble
from simulator.dialects.native import bodies
from simulator.dialects.native.checkouts import CheckoutView, checkout_view
from simulator.dialects.native.payments import method_of
from simulator.dialects.native.reading import Unrouted, read
from simulator.dialects.native.render import payment_view
from simulator.dialects.native.views import PaymentView
from simulator.failures.catalogue import failure as look_up
from simulator.failures.causes import cause
from simulator.gateway import receipts
from simulator.gateway.commands import Command, PayCheckout, ShowCheckout
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import CheckoutShown, Flaw, Offer
from simulator.gateway.things import Checkout
from simulator.hosted import bill, forms, painter
from simulator.hosted.texts import Texts

#: What the address of a page may say of what led to it.
NOTES: Final = frozenset({"stale"})
_PAID: Final = "paid"
#: The page of a payment that is in one of these; in all others another may be tried.
_PAGES: Final[Mapping[Status, str]] = MappingProxyType(
    {
        Status.AUTHORIZED: _PAID,
        Status.CAPTURED: _PAID,
        Status.CREATED: "checking",
        Status.PROCESSING: "checking",
        Status.RETRYING: "checking",
        Status.REQUIRES_ACTION: "unfinished",
    }
)


class PayBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program posts to a checkout in place of the form."""

    method: bodies.MethodBody
    turn: int | None = None
    email: bodies.Text | None = None


class Choice(msgspec.Struct, frozen=True):
    """One method, as the page offers it or says why not."""

    type: str
    title: str
    about: str
    card: bool
    brands: str


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """What a program sees of the page: the checkout, its last payment, and what may be used.

    `turn` can be sent with the method; then a page that was read before the last try pays nothing.
    """

    object: Literal["checkout_page"] = "checkout_page"
    checkout: CheckoutView
    turn: int
    payment: PaymentView | None
    methods: list[str]


_PAY: Final = msgspec.json.Decoder(PayBody)
_encode: Final = msgspec.json.Encoder().encode


class Visit(msgspec.Struct, frozen=True):
    """What a page needs to know of the request that it answers."""

    base: str
    texts: Texts
    kept: Mapping[str, str]
    note: str | None = None
    receipt: bool = False


def parse(request: Request, rest: list[str]) -> tuple[Command, Mapping[str, str]]:
    """The command in a request of a checkout's page, and what of a form may be shown again.

    Raises Misread or Unrouted.
    """
    match request.method, rest:
        case "GET", [checkout] | [checkout, "receipt"]:
            return ShowCheckout(checkout), {}
        case "POST", [checkout]:
            return _submitted(request, checkout)
        case _:
            raise Unrouted


def _submitted(request: Request, checkout: str) -> tuple[Command, Mapping[str, str]]:
    if not forms.is_form(request):
        body = read(_PAY, request)
        email = body.email and cards.mask(body.email)
        return PayCheckout(checkout, method_of(body.method), body.turn, email=email), {}
    fields = forms.fields(request)
    turn = fields.get("turn", "")
    if not turn.isdecimal() or len(turn) > 9:
        raise Misread(Trouble.MALFORMED, "turn: the number of the page that was filled in")
    form = forms.payment(fields)
    if form.method is None:
        return ShowCheckout(checkout, form.problems), form.kept
    return PayCheckout(checkout, form.method, int(turn), form.expiry, form.email), form.kept


def reply(shown: CheckoutShown) -> Reply:
    """The page as a program gets it."""
    payment = shown.payment
    page = PageView(
        checkout=checkout_view(shown.checkout),
        turn=shown.checkout.turn,
        payment=payment_view(payment) if payment else None,
        methods=[offer.rule.type for offer in shown.offers if offer.failure is None],
    )
    return Reply(200, _encode(page))


def draw(shown: CheckoutShown, visit: Visit, flaw: Flaw | None = None) -> Reply:
    """The page, as the checkout and its last payment stand."""
    checkout, payment = shown.checkout, shown.payment
    name = _page(shown)
    has_receipt = payment is not None and payment.shown is Status.CAPTURED
    if visit.receipt:
        if not has_receipt:
            return painter.see(visit.base)
        name = "receipt"
    problems = {field: f"problem_{field}_{word}" for field, word in shown.problems}
    return painter.page(
        name,
        422 if problems else 200,
        visit.texts,
        base=visit.base,
        here=f"{visit.base}/receipt" if name == "receipt" else visit.base,
        turn=checkout.turn,
        submit=checkout.submit,
        asks_email=checkout.asks_email,
        email=checkout.email,
        bill=bill.of_checkout(checkout, payable=name == "checkout"),
        payment=payment,
        receipt=has_receipt,
        receipt_number=receipts.number(payment.id) if payment else "",
        # Never the id of the page, which is its key.
        reference=payment.id if payment else checkout.order,
        shop=_shop(visit.base),
        choices=list(_choices(shown.offers, visit.texts, is_open=True)),
        others=list(_choices(shown.offers, visit.texts, is_open=False)),
        proof=_proof(payment, visit),
        paid_with=_paid_with(payment, shown.offers, visit.texts),
        waiting=_waiting(payment, visit.texts),
        failed=_failed(payment, visit.texts) if name == "checkout" else None,
        problems=problems,
        kept=visit.kept,
        note=_note(visit.note, name),
        dead=flaw is Flaw.DEAD_BUTTON,
    )


def onward(checkout: Checkout) -> str | None:
    """Where whoever has paid is sent at once, if the merchant wants that."""
    leaves = checkout.returns and checkout.status == "complete"
    return checkout.return_url if leaves else None


def _page(shown: CheckoutShown) -> str:
    """Which page shows this state."""
    payment = shown.payment
    if shown.checkout.status == "complete":
        return _PAID
    if payment is not None and payment.shown in _PAGES:
        return _PAGES[payment.shown]
    return "expired" if shown.checkout.status == "expired" else "checkout"


def _note(note: str | None, page: str) -> str | None:
    """The text that tells of a page that was sent too late."""
    if note not in NOTES:
        return None
    return {_PAID: "stale_paid", "checkout": "stale"}.get(page, "stale_waiting")


def _failed(payment: Payment | None, texts: Texts) -> str | None:
    """Why the last try did not go through, in words for the payer."""
    if payment is None or payment.failure is None:
        return None
    return look_up(payment.failure).text(texts.language)


def _waiting(payment: Payment | None, texts: Texts) -> str | None:
    """Why the gateway sends the payment again by itself, if it does, and what helps."""
    if payment is None or payment.shown is not Status.RETRYING or payment.resends is None:
        return None
    return cause(payment.resends.cause).text(texts.language)


def _choices(offers: tuple[Offer, ...], texts: Texts, *, is_open: bool) -> Iterator[Choice]:
    for offer in offers:
        if (offer.failure is None) is not is_open:
            continue
        rule = offer.rule
        title = bill.title_of(rule, texts, rule.type)
        key = f"kind_{rule.kind}" if is_open else f"why_{offer.failure}"
        about = texts(key if key in texts else "why_other", method=title)
        brands = ", ".join(bill.BRANDS[each] for each in bill.BRANDS if each in offer.brands)
        yield Choice(rule.type, title, about, rule.card, brands)


def _proof(payment: Payment | None, visit: Visit) -> str | None:
    """Where the payer proves who pays, if that is what the payment waits for."""
    proof = payment.authentication if payment else None
    if proof is None or proof.id is None:
        return None
    return f"{visit.base.rpartition('/')[0]}/{proof.id}?lang={visit.texts.language}"


def _paid_with(payment: Payment | None, offers: tuple[Offer, ...], texts: Texts) -> str:
    if payment is None:
        return ""
    rules = (offer.rule for offer in offers)
    rule = next((rule for rule in rules if rule.type == payment.method.type), None)
    return bill.named(payment.method, rule, texts)


def _shop(base: str) -> str:
    """What the shop is called: the account of the page's address."""
    return base.split("/")[2]
