"""The Stripe dialect in the shape that all dialects have."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator import cards
from simulator.dialects.dialect import Headers, Misread, Reply, Request, Trouble
from simulator.dialects.stripe import facts, keys, publicview, strays
from simulator.dialects.stripe.catalogue import endpoint, route
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.expanding import expanded
from simulator.dialects.stripe.form import decode, no_text
from simulator.dialects.stripe.names import request_of
from simulator.dialects.stripe.objection import Objection, error_body, invalid
from simulator.dialects.stripe.params import read
from simulator.dialects.stripe.versions import check_version
from simulator.errors import InvariantViolation
from simulator.gateway.commands import Call, Command
from simulator.gateway.decision import Context, Decision
from simulator.gateway.idempotency import Slot
from simulator.gateway.outcomes import Answered, Declined, Outcome, Reason, Refused, Unknown
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject
from simulator.profiles import Profile

_FORM: Final = "application/x-www-form-urlencoded"
_encode: Final = msgspec.json.Encoder().encode
_STATUS: Final = MappingProxyType(
    {
        Trouble.NO_KEY: 401,
        Trouble.LIVE_KEY: 401,
        Trouble.MALFORMED: 400,
        Trouble.UNKNOWN_ENDPOINT: 404,
        Trouble.TOO_LARGE: 413,
        Trouble.UNSUPPORTED_TYPE: 400,
        Trouble.INTERNAL: 500,
    }
)
#: Brackets may be sent as they are or encoded: that makes no other request.
_BRACKETS: Final = ((b"%5B", b"["), (b"%5D", b"]"))


class StripeDialect:
    """Form-encoded requests, JSON answers; satisfies dialects.dialect.Dialect.

    `hosts` are where webhooks may go beside this machine.
    """

    name = "stripe"

    def __init__(self, hosts: tuple[str, ...] = ()) -> None:
        self._hosts = hosts

    def key_of(self, headers: Mapping[str, str]) -> str:
        """The key as `Bearer`, or as the user of `Basic`; a publishable one as its secret one."""
        key = keys.key_in(headers)
        if not key:
            raise keys.no_key()
        return keys.secret_of(key)

    def turn_away(self, key: str) -> Misread:
        """What is said to a key that opens no account."""
        return keys.refused(key)

    def parse(self, request: Request) -> Call:
        """The call in a request; raises Misread."""
        found = route(request.method, request.path)
        if found is None:
            raise Misread(Trouble.UNKNOWN_ENDPOINT, strays.told(request.method, request.path))
        at, ids = found
        public = keys.is_public(keys.key_in(request.headers))
        try:
            check_version(request.headers.get("Stripe-Version"))
            if public and not at.public:
                raise keys.needs_secret()
            raw = _raw(request)
            expand = _expand(raw)
            params = read(at.params, raw, lambda: _taken(at))
        except Objection as error:
            raise Unheard(error) from error
        return Call(at.name, at.operation, ids, params, expand, public=public)

    def subject(self, command: Command, snapshot: Snapshot, wall: float) -> Subject:  # noqa: ARG002 - nothing here depends on the time
        """What a call is about."""
        if not isinstance(command, Call):
            raise InvariantViolation("the Stripe dialect carries out calls only")
        about = endpoint(command.endpoint).about
        return Subject(command.operation, "") if about is None else about(command, snapshot)

    def slot(self, channel: str, request: Request, key: str) -> Slot:  # noqa: ARG002 - a key counts for all endpoints
        """A key counts for the whole account."""
        return Slot(channel, "", key)

    def fingerprint(self, request: Request) -> str:
        """A hash of method, path and parameters; their order does not count."""
        sent = request.body
        for encoded, plain in _BRACKETS:
            sent = sent.replace(encoded, plain)
        where = f"{request.method} {request.path}?{request.query_string}\n".encode(
            "utf-8", "surrogateescape"
        )
        whole = where + b"&".join(sorted(sent.split(b"&")))
        return blake2b(whole, digest_size=12).hexdigest()

    def decide(self, command: Command, context: Context) -> Decision:
        """What becomes of a call, with its answer worded."""
        if not isinstance(command, Call):
            raise InvariantViolation("the Stripe dialect carries out calls only")
        desk = Desk(context, command, self._hosts)
        try:
            answer = endpoint(command.endpoint).handle(desk, command.params)
            shown = answer.shown
            if command.expand and answer.status < 400:
                shown = expanded(desk, shown, command.expand)
            if command.public:
                shown = publicview.seen(shown)
        except Objection as error:
            if command.public:
                error.error = publicview.seen(dict(error.error))
            refusal = Refused(_reason(error), str(error))
            return Decision(Answered(error.status, error.body(), refusal, error.kept))
        return desk.decision(_worded(answer, shown))

    def render(self, outcome: Outcome, profile: Profile) -> Reply:
        """The answer: it was worded before, unless it never came through."""
        match outcome:
            case Answered(unheard=True):
                return self.falsify(504, "json", profile)
            case Answered(status, body, tells):
                return Reply(status, body, headers=_pause(tells))
            case Refused(reason, message):
                return _refusal(reason, message)
            case other:
                raise InvariantViolation(f"{type(other).__name__} was not worded")

    def complain(self, trouble: Trouble, message: str) -> Reply:
        """The answer to a request that cannot be understood or is not allowed."""
        kind = "api_error" if trouble is Trouble.INTERNAL else "invalid_request_error"
        error = {"type": kind, "message": cards.mask(message)}
        return Reply(_STATUS[trouble], error_body(error))

    def falsify(self, status: int, body: str, profile: Profile) -> Reply:  # noqa: ARG002 - codes here are Stripe's
        """An answer of the gateway's own trouble."""
        if body == "html":
            page = f"<html><head><title>{status}</title></head><body>{status}</body></html>"
            return Reply(status, page.encode(), "text/html")
        return Reply(status, error_body(_false_error(status)))

    def kept(self, outcome: Outcome, told: Reply) -> Outcome:
        """What a key is answered from now on, after `told` was said in place of the outcome.

        An error 500 is the API's own, and stays its answer; other trouble came from in front of
        it, and it knows nothing of that. See docs.stripe.com/api/idempotent_requests.
        """
        is_own = told.status == 500 and told.content_type == "application/json"
        return Answered(500, told.body) if is_own and isinstance(outcome, Answered) else outcome

    def letterhead(
        self, reply: Reply, request: Request | None, exchange: str, original: str
    ) -> Headers:
        """The id of the request, the version, and what became of its idempotency key."""
        head: Headers = (
            ("Request-Id", request_of(exchange)),
            ("Stripe-Version", facts.version()),
        )
        if request is None or request.method != "POST":
            return head
        if request.key is not None:
            head += (("Idempotency-Key", request.key),)
            if original:
                head += (
                    ("Idempotent-Replayed", "true"),
                    ("Original-Request", request_of(original)),
                )
        advice = _advice(reply.status, replayed=bool(original))
        return head if advice is None else (*head, ("Stripe-Should-Retry", advice))


class Unheard(Misread):
    """A request with wrong parameters: the answer is worded already."""

    def __init__(self, objection: Objection) -> None:
        reply = Reply(objection.status, objection.body())
        super().__init__(Trouble.MALFORMED, str(objection), reply)


def _raw(request: Request) -> dict[str, Any]:
    try:
        body = request.body.decode()
    except UnicodeDecodeError as error:
        raise no_text() from error
    if request.method != "POST":
        return decode(f"{request.query_string}&{body}" if body else request.query_string)
    if not body:
        return decode(request.query_string)
    kind = request.content_type
    if kind != _FORM and kind.partition(";")[0].strip().lower() != _FORM:
        raise invalid(
            f"Invalid request: parameters are sent as {_FORM}, not as "
            f"{cards.mask(kind)[:100] or 'nothing that is named'}."
        )
    params = decode(body)
    return {**decode(request.query_string), **params} if request.query_string else params


def _expand(raw: dict[str, Any]) -> tuple[str, ...]:
    """What is to be shown whole; taken out of the parameters."""
    sent = raw.pop("expand", None)
    if sent is None:
        return ()
    if not isinstance(sent, list):
        raise invalid("Invalid array: expand takes a list, as in expand[]=customer", "expand")
    for place, each in enumerate(sent):
        if not isinstance(each, str) or not each:
            raise invalid("Invalid string: a property is expanded by its name", f"expand[{place}]")
    return tuple(sent)


def _taken(at: Endpoint) -> frozenset[str]:
    """The parameters that Stripe's own endpoint takes."""
    try:
        return facts.parameters(at.method, at.path)
    except KeyError:
        return frozenset()


def _worded(answer: Answer, shown: dict[str, Any]) -> Answered:
    """An outcome that nobody knows yet is not heard of at first; the key keeps what is shown."""
    tells = answer.tells
    if answer.status < 400:
        lost = isinstance(tells, Unknown)
        return Answered(answer.status, _encode(shown), tells, unheard=lost)
    return Answered(answer.status, error_body(shown["error"]), tells)


def _reason(error: Objection) -> Reason:
    return Reason.NOT_FOUND if error.status == 404 else Reason.STATE_FORBIDS


def _pause(tells: Outcome | None) -> Headers:
    """How long a decline asks to wait before the next try, if it does."""
    wait = tells.payment.retry_after if isinstance(tells, Declined) else None
    return (("Retry-After", f"{wait}"),) if wait else ()


def _advice(status: int, *, replayed: bool) -> str | None:
    """Whether to repeat a request: never where the answer would be the same."""
    if status == 409:
        return "true"
    if replayed or status < 409:
        return "false"
    return None


def _refusal(reason: Reason, message: str) -> Reply:
    """What the gateway itself refuses: keys that are in use or were used for something else."""
    if reason is Reason.KEY_CONFLICT:
        error = {
            "type": "idempotency_error",
            "message": "This idempotency key was used before for another endpoint or with other "
            "parameters. A new request takes a new key.",
        }
        return Reply(400, error_body(error))
    error = {"type": "invalid_request_error", "message": cards.mask(message)}
    if reason is Reason.KEY_IN_FLIGHT:
        error |= {"type": "idempotency_error", "code": "idempotency_key_in_use"}
    return Reply(409, error_body(error))


def _false_error(status: int) -> dict[str, str | None]:
    if status == 429:
        return {
            "type": "invalid_request_error",
            "code": "rate_limit",
            "message": "Too many requests hit the API too quickly. Back off before the next one.",
        }
    if status == 403:
        message = "This key is not allowed to do that now."
        return {"type": "invalid_request_error", "message": message}
    return {"type": "api_error", "message": f"The gateway is in trouble of its own ({status})."}
