"""The dialect of pages: what browsers send and get. Programs that come here speak JSON.

A page is looked at with GET and never changes anything. A form is posted; the answer sends the
browser on to the page (303), so that loading that again posts nothing. Where the form itself is
wrong it is shown again, with the reasons at their fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from simulator.dialects.dialect import DomainDialect, Misread, Reply, Request, Trouble
from simulator.dialects.native import NativeDialect
from simulator.dialects.native.reading import Unrouted
from simulator.gateway.authentication.steps import Snag
from simulator.gateway.commands import Command, ShowAuthentication
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import (
    AuthenticationOutcome,
    CheckoutShown,
    Declined,
    Flaw,
    Marred,
    Outcome,
    PaymentOutcome,
    Reason,
    Refused,
    Unknown,
)
from simulator.hosted import authentication, challenges, checkout, forms, notices, painter
from simulator.hosted.texts import Texts
from simulator.hosted.visitor import Visitor
from simulator.profiles import Profile

_CHECKOUT: Final = "chk_"
_AUTHENTICATION: Final = "auth_"
#: After these a page is shown as it now stands; all else is told where it went wrong.
_WELL: Final = (None, Snag.OVER)


class Pages(DomainDialect):
    """One request of a page; satisfies dialects.dialect.Dialect, but for one request only.

    What stands in the request decides on how the answer looks: HTML or JSON, in which language, and
    which fields of a form are filled in again.
    """

    name = "pages"

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._native = NativeDialect()
        self._rest: list[str] = []
        self._kept: Mapping[str, str] = {}
        self._note: str | None = None
        self._chosen = visitor.chosen
        self._problem: str | None = None
        self._posted = False
        self._resent = False

    def parse(self, request: Request) -> Command:
        """The command in a request of a page; raises Misread."""
        self._note = request.query.get("note")
        self._posted = request.method == "POST"
        self._rest = request.path.split("/")[3:]
        if forms.is_form(request):
            self._chosen = forms.fields(request).get("lang") or self._chosen
        try:
            if self._rest and self._rest[0].startswith(_CHECKOUT):
                command, self._kept = checkout.parse(request, self._rest)
                return command
            if self._rest and self._rest[0].startswith(_AUTHENTICATION):
                return self._prove(request)
        except Unrouted:
            pass
        raise Misread(Trouble.UNKNOWN_ENDPOINT, "there is no such page")

    def _prove(self, request: Request) -> Command:
        if self._visitor.reads_html and forms.is_form(request):
            sent = forms.fields(request)
            self._resent = sent.get("action") in {"resend", "use_code"}
            if sent.get("action") == "submit_code" and not sent.get("code"):
                self._problem = "code_missing"
                return ShowAuthentication(self._rest[0])
        return authentication.parse(request, self._rest)

    def fingerprint(self, request: Request) -> str:
        """A hash of what was sent."""
        if forms.is_form(request):
            return blake2b(request.body, digest_size=12).hexdigest()
        return self._native.fingerprint(request)

    def render(self, outcome: Outcome, profile: Profile) -> Reply:
        """The page, or where it is, or the same as JSON."""
        if not self._visitor.reads_html:
            return self._tell(outcome, profile)
        if self._visitor.is_outdated:
            return self._notice(200, "unsupported")
        match outcome:
            case Marred(whole, flaw):
                return self._mar(whole, flaw, profile)
            case CheckoutShown():
                return self._draw(outcome)
            case AuthenticationOutcome():
                return self._ask(outcome, profile)
            case PaymentOutcome(payment) | Declined(payment) | Unknown(payment):
                return painter.see(self._after(payment))
            case Refused(Reason.NOT_FOUND):
                return self._notice(404, "missing")
            case Refused(Reason.ORDER_CLOSED):
                return self._notice(409, "closed")
            case Refused():
                return painter.see(f"{self._address}&note=stale")
            case _:
                return self._native.render(outcome, profile)

    def _tell(self, outcome: Outcome, profile: Profile) -> Reply:
        """The same for a program, for which a page has no flaw."""
        match outcome:
            case Marred(whole):
                return self._tell(whole, profile)
            case CheckoutShown():
                return checkout.reply(outcome)
            case _:
                return self._native.render(outcome, profile)

    def complain(self, trouble: Trouble, message: str) -> Reply:
        """The answer to a request that cannot be understood."""
        plain = self._native.complain(trouble, message)
        if not self._visitor.reads_html:
            return plain
        if plain.status >= 500:
            return self._notice(plain.status, "unsure")
        return self._notice(plain.status, "missing" if plain.status == 404 else "rejected")

    def falsify(self, status: int, body: str, profile: Profile) -> Reply:
        """An answer of the gateway's own trouble; a browser always gets a page."""
        if not self._visitor.reads_html:
            return self._native.falsify(status, body, profile)
        return self._notice(status, notices.of_status(status))

    @property
    def _base(self) -> str:
        """The path of the page that was asked for."""
        return f"/pay/{self._visitor.account}/{self._rest[0] if self._rest else ''}"

    @property
    def _address(self) -> str:
        """The page in the language that it has now."""
        return f"{self._base}?lang={self._texts().language}"

    def _texts(self, locale: str | None = None) -> Texts:
        visitor = self._visitor
        if self._chosen is not None and visitor.chosen != self._chosen:
            visitor = Visitor(chosen=self._chosen, languages=visitor.languages)
        return Texts(visitor.language(locale))

    def _draw(self, shown: CheckoutShown, flaw: Flaw | None = None) -> Reply:
        texts = self._texts(shown.checkout.locale)
        receipt = self._rest[1:] == ["receipt"]
        onward = checkout.onward(shown.checkout)
        if onward is not None and not receipt:
            return painter.see(onward)
        visit = checkout.Visit(self._base, texts, self._kept, self._note, receipt=receipt)
        return checkout.draw(shown, visit, flaw)

    def _ask(
        self, outcome: AuthenticationOutcome, profile: Profile, flaw: Flaw | None = None
    ) -> Reply:
        """What the payer has to do; a step that went well is followed by the page as it is then."""
        if self._posted and outcome.problem in _WELL and self._problem is None:
            home = None
            if challenges.is_over(outcome, profile):
                home = challenges.home_of(outcome.payment, self._base, self._texts().language)
            note = "&note=resent" if self._resent else ""
            return painter.see(home or f"{self._address}{note}")
        visit = challenges.Visit(self._base, self._texts(), self._note, self._problem)
        return challenges.draw(outcome, profile, visit, flaw)

    def _mar(self, whole: Outcome, flaw: Flaw, profile: Profile) -> Reply:
        locale = whole.checkout.locale if isinstance(whole, CheckoutShown) else None
        match flaw:
            case Flaw.BLANK:
                return painter.blank()
            case Flaw.EXPIRED:
                return self._notice(200, "ended", self._texts(locale))
            case Flaw.UNSUPPORTED_BROWSER:
                return self._notice(200, "unsupported", self._texts(locale))
            case Flaw.DEAD_BUTTON if isinstance(whole, CheckoutShown):
                return self._draw(whole, flaw)
            case Flaw.DEAD_BUTTON if isinstance(whole, AuthenticationOutcome):
                return self._ask(whole, profile, flaw)
            case _:
                return painter.blank()

    def _after(self, payment: Payment) -> str:
        """Where to go on after a try: to prove who pays, or to what became of it."""
        proof = payment.authentication
        if payment.shown is Status.REQUIRES_ACTION and proof is not None and proof.id:
            return f"/pay/{self._visitor.account}/{proof.id}?lang={self._texts().language}"
        return self._address

    def _notice(self, status: int, about: str, texts: Texts | None = None) -> Reply:
        return notices.draw(status, about, texts or self._texts(), self._base)
