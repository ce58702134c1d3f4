"""Pages on which a payer proves who pays: at the bank, by a code, on the device, in the wallet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.dialects.dialect import Reply
from simulator.dialects.native.authentication import AuthenticationView, view
from simulator.failures.catalogue import failure as look_up
from simulator.gateway.authentication import otp
from simulator.gateway.authentication.steps import Snag
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import AuthenticationOutcome, Flaw
from simulator.hosted import bill, painter, returns
from simulator.hosted.texts import Texts
from simulator.profiles import Profile
from simulator.profiles.method import Kind, MethodRule

#: What the address of a page may say of what led to it.
NOTES: Final = frozenset({"resent"})
_STATUSES: Final[Mapping[str, int]] = MappingProxyType(
    {
        Snag.RESEND_TOO_SOON: 429,
        Snag.NO_MORE_CODES: 429,
        Snag.WRONG_ACTION: 409,
        Snag.CODE_MALFORMED: 422,  # as for any form that is filled in wrongly
    }
)
#: An account to send money to: of no country, so that no bank can take it for one of its own.
_ACCOUNT: Final = "XX00 TEST 0000 0000 0000 00"
#: What is told at the field of the code.
_OF_CODE: Final = frozenset({"otp_incorrect", "otp_expired", Snag.CODE_MALFORMED})
_PAID: Final = frozenset({Status.AUTHORIZED, Status.CAPTURED})
_OPEN: Final = frozenset({Status.PROCESSING, Status.RETRYING, Status.CREATED})


class Visit(msgspec.Struct, frozen=True):
    """What a page needs to know of the request that it answers.

    `problem` is what was wrong with the form before anybody was asked.
    """

    base: str
    texts: Texts
    note: str | None = None
    problem: str | None = None


class Way(msgspec.Struct, frozen=True):
    """A way by which a code can be sent, and the seconds until it may be used again."""

    via: str
    wait: int


def draw(
    outcome: AuthenticationOutcome, profile: Profile, visit: Visit, flaw: Flaw | None = None
) -> Reply:
    """The page, as the authentication and its payment stand."""
    payment, shown = outcome.payment, view(outcome, profile)
    rule = profile.rule(payment.method.type)
    if shown.status != "pending" or not shown.actions:
        return _over(payment, rule, visit)
    problem = _problem(shown, visit)
    return painter.page(
        f"prove_{shown.type}",
        _STATUSES.get(outcome.problem or "", 422 if visit.problem else 200),
        visit.texts,
        base=visit.base,
        here=visit.base,
        shop=visit.base.split("/")[2],
        reference=payment.id,
        bill=bill.of_payment(payment),
        shown=shown,
        method=bill.title_of(rule, visit.texts, payment.method.type),
        paid_with=bill.named(payment.method, rule, visit.texts),
        kind=str(rule.kind if rule else Kind.WALLET),
        until=painter.moment(outcome.authentication.expires, visit.texts.language),
        has_checkout=payment.checkout is not None,
        problem=problem,
        at_field=_is_of_field(shown, visit),
        note=visit.note if visit.note in NOTES and problem is None else None,
        account=_ACCOUNT,
        ways=_ways(outcome, profile),
        dead=flaw is Flaw.DEAD_BUTTON,
    )


def is_over(outcome: AuthenticationOutcome, profile: Profile) -> bool:
    """Whether nothing is left to do on the page."""
    return view(outcome, profile).status != "pending"


def home_of(payment: Payment, base: str, language: str) -> str | None:
    """Where the payer goes when all is done here: to the checkout, or back to the shop.

    None if it is shown here what came of the payment.
    """
    if payment.checkout is None:
        return returns.address(payment)
    return f"{base.rpartition('/')[0]}/{payment.checkout}?lang={language}"


def _over(payment: Payment, rule: MethodRule | None, visit: Visit) -> Reply:
    """What came of the payment, or where that is shown."""
    texts = visit.texts
    home = home_of(payment, visit.base, texts.language)
    if home is not None:
        return painter.see(home)
    return painter.page(
        _result(payment),
        200,
        texts,
        base=visit.base,
        here=visit.base,
        shop=visit.base.split("/")[2],
        reference=payment.id,
        bill=bill.of_payment(payment),
        payment=payment,
        receipt=False,
        failed=look_up(payment.failure or "generic_decline").text(texts.language),
        paid_with=bill.named(payment.method, rule, texts),
        note=None,
    )


def _result(payment: Payment) -> str:
    proof = payment.authentication
    waits = payment.shown is Status.REQUIRES_ACTION or not payment.currency  # nothing is to be paid
    if waits and proof is not None and proof.passed:
        return "proved"
    if payment.shown in _PAID:
        return "paid"
    return "checking" if payment.shown in _OPEN else "failed"


def _problem(shown: AuthenticationView, visit: Visit) -> str | None:
    """What was wrong with what the payer did, in words."""
    if visit.problem is not None:
        return visit.texts(visit.problem)
    if shown.problem is None:
        return None
    chinese = visit.texts.language == "zh"
    return shown.problem.message_zh if chinese else shown.problem.message


def _is_of_field(shown: AuthenticationView, visit: Visit) -> bool:
    """Whether the code that was typed is what is wrong."""
    if visit.problem is not None:
        return True
    return shown.problem is not None and shown.problem.code in _OF_CODE


def _ways(outcome: AuthenticationOutcome, profile: Profile) -> list[Way]:
    """The ways by which a code can be had, that of the last message first."""
    authentication, rules = outcome.authentication, profile.authentication.otp
    last = authentication.sends[-1].via if authentication.sends else None
    ways = sorted(authentication.ways, key=lambda via: via != last)
    waits = (otp.resend_in(authentication, via, outcome.wall, rules) for via in ways)
    return [Way(via, int(wait + 0.999)) for via, wait in zip(ways, waits, strict=True)]
