"""Setup intents (docs.stripe.com/api/setup_intents): a card is kept for later, and nothing is paid.

What a scenario orders for charges does not strike them. A card behaves as the documented one that
it is; if it wants a proof, its payer gives it at the page of a challenge, as with a payment.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from simulator.dialects import paying
from simulator.dialects.stripe import choosing, filters
from simulator.dialects.stripe.customers import KIND as CUSTOMER
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.instruments import method_of
from simulator.dialects.stripe.listing import page, shown
from simulator.dialects.stripe.metadata import merged, order_of
from simulator.dialects.stripe.methodoptions import option, options_of
from simulator.dialects.stripe.methodview import card_of
from simulator.dialects.stripe.objection import Objection, invalid
from simulator.dialects.stripe.params import kept
from simulator.dialects.stripe.payerdata import person_of
from simulator.dialects.stripe.returning import address_in, back_to
from simulator.dialects.stripe.setupparams import (
    CancelParams,
    Confirmation,
    CreateParams,
    ListParams,
    RetrieveParams,
    Told,
    UpdateParams,
)
from simulator.dialects.stripe.setupview import (
    ATTACHED,
    BLANK,
    KIND,
    failed,
    setup_view,
    succeeded,
)
from simulator.gateway import setups
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.things import Resource

_URL: Final = "/v1/setup_intents"
_OPEN: Final = ("requires_payment_method", "requires_confirmation", "requires_action")
_UNEXPECTED: Final = "setup_intent_unexpected_state"
_WORDS: Final = ("customer", "description")


def _create(desk: Desk, params: CreateParams) -> Answer:
    if not params.confirm and params.return_url not in (UNSET, None):
        raise invalid(
            "The parameter `return_url` cannot be passed when creating a SetupIntent unless "
            "`confirm` is set to true.",
            "return_url",
        )
    name = desk.new("seti")
    fields = {
        **BLANK,
        **kept({each: getattr(params, each) for each in _WORDS}),
        **choosing.types_of(desk.context.profile, params),
        "metadata": merged({}, params.metadata),
        "client_secret": f"{name}_{desk.new('secret')}",
        "usage": params.usage,
    }
    setup = Resource(
        id=name,
        kind=KIND,
        channel=desk.context.snapshot.channel,
        order=order_of(params.metadata, ""),
        fields=_with_method(desk, fields, params),
    )
    made = desk.put(setup)
    desk.tell("setup_intent.created", made)
    if not params.confirm:
        return Answer(setup_view(made))
    wish = Confirmation(return_url=params.return_url, use_stripe_sdk=params.use_stripe_sdk)
    return _confirmed(desk, made, wish)


def _retrieve(desk: Desk, params: RetrieveParams) -> Answer:
    return Answer(setup_view(_get(desk, params.client_secret)))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    setup = _get(desk, params.client_secret)
    sent = {name for name, each in asdict(params).items() if each is not UNSET}
    if setup.fields["status"] not in _OPEN and sent - {"client_secret", "description", "metadata"}:
        raise _unexpected(setup, "update")
    fields = {
        **setup.fields,
        **kept({each: getattr(params, each) for each in _WORDS}),
        **(choosing.named_types(params, desk.context.profile) or {}),
        "metadata": merged(setup.fields["metadata"], params.metadata),
    }
    before = setup.fields["customer"]
    if before is not None and fields["customer"] != before:
        raise invalid(
            "You cannot modify `customer` on a SetupIntent once it already has been set. Cancel "
            "this SetupIntent and create a new one.",
            "customer",
            kept=True,
        )
    fields = _with_method(desk, fields, params)
    if fields["status"] != setup.fields["status"]:
        _call_off(desk, setup)
    return Answer(setup_view(desk.put(replace(setup, fields=fields))))


def _confirm(desk: Desk, params: Confirmation) -> Answer:
    return _confirmed(desk, _get(desk, params.client_secret), params)


def _confirmed(desk: Desk, setup: Resource, wish: Confirmation) -> Answer:
    """Try to set a card up; raises Objection."""
    if setup.fields["status"] not in _OPEN:
        raise _unexpected(setup, "confirm")
    fields = {**setup.fields, **_told(desk, wish)}
    if fields["customer"] is not None:
        desk.get(CUSTOMER, fields["customer"], "customer")
    method = choosing.chosen(desk, wish, fields["customer"]) or _known(desk, setup)
    choosing.check_type(desk, fields, method)
    how = method_of(method)
    if how.brand is None:
        raise invalid(
            f"paydrill sets up cards only, and no {method.fields['type']}. Nothing was done.",
            "payment_method",
        )
    choosing.check_return(desk, fields, how)
    _call_off(desk, setup)
    now = replace(setup, fields={**fields, "payment_method": method.id})
    card = card_of(how)
    if not card.attaches and card.failure is not None:
        return _refused(desk, now, method, card.failure)
    begun = setups.begin(_wanted(desk, now, method), desk.context)
    if begun.failure is not None:
        return _refused(desk, now, method, begun.failure)
    if begun.challenge is not None:
        return _asked(desk, now, begun.challenge)
    done, owned = succeeded(now, method, begun.result if setups.was_asked(begun) else None)
    return _done(desk, done, method, owned)


def _done(desk: Desk, setup: Resource, before: Resource, method: Resource) -> Answer:
    """All is done at once; `before` is the payment method as it was."""
    if method.fields != before.fields:
        put = desk.put(method)
        if method.fields["customer"] != before.fields["customer"]:
            desk.tell(ATTACHED, put)
    done = desk.put(setup)
    desk.tell("setup_intent.succeeded", done)
    return Answer(setup_view(done))


def _wanted(desk: Desk, setup: Resource, method: Resource) -> setups.Setup:
    fields = setup.fields
    owner = desk.find(fields["customer"]) if fields["customer"] else None
    known = owner.fields if owner is not None else None
    who = person_of(fields, method.fields["billing_details"], known)
    secure = option(fields, "card", "request_three_d_secure")
    return setups.Setup(
        resource=setup.id,
        channel=setup.channel,
        order=setup.order,
        method=method_of(method),
        payer=paying.payer(who) if who else None,
        return_url=back_to(fields["return_url"], fields, KIND, setup.id),
        prove=secure in ("any", "challenge"),
        quiet=secure == "any",
    )


def _asked(desk: Desk, setup: Resource, challenge: Authentication) -> Answer:
    """The payer has to prove who pays first."""
    proof = {"id": challenge.id, "url": challenge.result.url}
    waits = {**setup.fields, "status": "requires_action", "proof": proof}
    waiting = desk.put(replace(setup, fields=waits))
    desk.add(challenge)
    desk.tell("setup_intent.requires_action", waiting)
    return Answer(setup_view(waiting))


def _refused(desk: Desk, setup: Resource, method: Resource, failure: str) -> Answer:
    """The try came to nothing: a card error with the setup intent in it."""
    after = desk.put(failed(setup, failure, method))
    desk.tell("setup_intent.setup_failed", after)
    error = {**after.fields["last_setup_error"], "setup_intent": setup_view(after)}
    return Answer({"error": error}, status=402)


def _cancel(desk: Desk, params: CancelParams) -> Answer:
    setup = _get(desk)
    if setup.fields["status"] not in _OPEN:
        raise _unexpected(setup, "cancel")
    _call_off(desk, setup)
    said = {"status": "canceled", "cancellation_reason": params.cancellation_reason}
    gone = desk.put(replace(setup, fields={**setup.fields, **said}))
    desk.tell("setup_intent.canceled", gone)
    return Answer(setup_view(gone))


def _list(desk: Desk, params: ListParams) -> Answer:
    filters.check(desk, params)
    wanted = (
        each
        for each in desk.all(KIND)
        if params.dated(int(each.created))
        and params.customer in (None, each.fields["customer"])
        and params.payment_method in (None, each.fields["payment_method"])
    )
    return Answer(page(shown(wanted, setup_view), params, _URL, KIND))


def _get(desk: Desk, secret: str | None = None) -> Resource:
    """The setup intent of the path; with a publishable key, its secret must be known."""
    setup = desk.get(KIND, desk.call.ids[0], "intent")
    if (desk.call.public or secret is not None) and secret != setup.fields["client_secret"]:
        raise invalid(
            "The client_secret provided does not match the client_secret of this SetupIntent.",
            "client_secret",
            "setup_intent_invalid_parameter",
        )
    return setup


def _told(desk: Desk, wish: Confirmation) -> dict[str, Any]:
    """What a confirmation says; raises Objection."""
    said: dict[str, Any] = choosing.named_types(wish, desk.context.profile) or {}
    said["use_stripe_sdk"] = wish.use_stripe_sdk
    if not isinstance(wish.return_url, UnsetType):
        said["return_url"] = address_in(wish.return_url)
    if not isinstance(wish.payment_method_options, UnsetType):
        said["payment_method_options"] = options_of(wish.payment_method_options)
    return said


def _with_method(desk: Desk, fields: dict[str, Any], params: Told) -> dict[str, Any]:
    """The fields with the customer and payment method that a request names, which must exist."""
    if fields["customer"] is not None:
        desk.get(CUSTOMER, fields["customer"], "customer")
    if not isinstance(params.payment_method_options, UnsetType):
        fields = {**fields, "payment_method_options": options_of(params.payment_method_options)}
    method = choosing.chosen(desk, params, fields["customer"])
    if method is None:
        return fields
    choosing.check_type(desk, fields, method)
    return {**fields, "payment_method": method.id, "status": "requires_confirmation"}


def _known(desk: Desk, setup: Resource) -> Resource:
    """The payment method that it has already; raises Objection."""
    name = setup.fields["payment_method"]
    if name is None or setup.fields["status"] == "requires_payment_method":
        raise invalid(
            "You cannot confirm this SetupIntent because it has no payment method. Send "
            "payment_method with the confirmation, or update the SetupIntent first.",
            code=_UNEXPECTED,
            kept=True,
        )
    method = desk.get("payment_method", name, "payment_method")
    choosing.check_owner(method, setup.fields["customer"])
    return method


def _call_off(desk: Desk, setup: Resource) -> None:
    """A challenge that nobody has ended gives way to what comes after it."""
    proof = setup.fields["proof"]
    if setup.fields["status"] == "requires_action" and proof is not None:
        over = setups.called_off(proof["id"], desk.context)
        if over is not None:
            desk.add(over)


def _unexpected(setup: Resource, verb: str) -> Objection:
    return invalid(
        f"You cannot {verb} this SetupIntent because it has a status of "
        f"{setup.fields['status']}. Only a SetupIntent with one of the following statuses may be "
        f"used for this: {', '.join(_OPEN)}.",
        code=_UNEXPECTED,
        kept=True,
        setup_intent=setup_view(setup),
    )


ENDPOINTS: Final = (
    Endpoint(method="POST", path=_URL, handle=_create, params=CreateParams),
    Endpoint(method="GET", path=_URL, handle=_list, params=ListParams, operation="query"),
    Endpoint(
        method="GET",
        path=f"{_URL}/{{}}",
        handle=_retrieve,
        params=RetrieveParams,
        operation="query",
        public=True,
    ),
    Endpoint(method="POST", path=f"{_URL}/{{}}", handle=_update, params=UpdateParams, public=True),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}/confirm",
        handle=_confirm,
        params=Confirmation,
        public=True,
    ),
    Endpoint(method="POST", path=f"{_URL}/{{}}/cancel", handle=_cancel, params=CancelParams),
)
