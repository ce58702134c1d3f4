"""By what an intent may be paid: which methods it takes, and whether it can be this one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from msgspec import UnsetType

from simulator import cards
from simulator.dialects.stripe import methodtypes
from simulator.dialects.stripe.desk import Desk
from simulator.dialects.stripe.instruments import KIND, check_unspent, find, make, method_of
from simulator.dialects.stripe.objection import invalid
from simulator.gateway.model import Method
from simulator.gateway.things import Resource
from simulator.profiles import Profile
from simulator.profiles.method import Proof

_CARD: Final = ("card",)
_EXCLUSIVE: Final = "parameters_exclusive"


def chosen(desk: Desk, wish: Any, customer: str | None) -> Resource | None:
    """The payment method that a request names or holds, put down; None if it does neither.

    Raises Objection for one that is not there, or not for this customer to pay with.
    """
    if not isinstance(wish.payment_method_data, UnsetType):
        return make(desk, wish.payment_method_data, "payment_method_data")
    for param in ("payment_method", "source"):
        name = getattr(wish, param, None)
        if name is not None and not isinstance(name, UnsetType):
            method = find(desk, name, param)
            check_owner(method, customer)
            return method
    return None


def check_owner(method: Resource, customer: str | None) -> None:
    """Raise Objection for a payment method of somebody else, or one that pays no more."""
    owner = method.fields["customer"]
    if owner is None:
        check_unspent(method)
    elif customer is None:
        raise invalid(
            f"The payment method {method.id} belongs to the Customer {owner}. Send that Customer "
            "in the parameter `customer`, too.",
            KIND,
            kept=True,
        )
    elif owner != customer:
        raise invalid(
            f"The payment method {method.id} belongs to another Customer than {customer}, and "
            "cannot be used with this one.",
            KIND,
            kept=True,
        )


def types_of(profile: Profile, params: Any, *, manual: bool = False) -> dict[str, Any]:
    """The fields that say by what types of method a new intent may be paid; raises Objection.

    Unless types are named, they are those of the gateway, as Stripe takes those of its Dashboard;
    `manual` intents, which are older than that, are for cards.
    """
    automatic = params.automatic_payment_methods
    named = named_types(params, profile)
    if not isinstance(automatic, UnsetType) and automatic.enabled and (named or manual):
        other = "confirmation_method" if manual else "payment_method_types"
        raise invalid(
            f"You may only send one of these parameters: automatic_payment_methods, {other}.",
            other,
            _EXCLUSIVE,
        )
    fields: dict[str, Any] = {"automatic_payment_methods": None}
    if named is not None:
        return {**fields, **named}
    if manual or not (isinstance(automatic, UnsetType) or automatic.enabled):
        return {**fields, "payment_method_types": list(_CARD)}
    redirects = "always" if isinstance(automatic, UnsetType) else automatic.allow_redirects
    excluded = _listed(params.excluded_payment_method_types, "excluded_payment_method_types")
    return {
        "automatic_payment_methods": {"allow_redirects": redirects, "enabled": True},
        "excluded_payment_method_types": excluded or None,
        "payment_method_types": [
            name
            for name in _offered(profile, redirects=redirects == "always")
            if name not in excluded
        ],
    }


def named_types(params: Any, profile: Profile | None = None) -> dict[str, Any] | None:
    """The fields of types that a request names; None if it names none.

    Raises Objection for one that a gateway of this profile takes from nobody. From whom and for
    what it takes the others turns out when the intent is confirmed.
    """
    old, new = "payment_method_types", "allowed_payment_method_types"
    for param in (new, old):
        sent = getattr(params, param, None)
        if isinstance(sent, list):
            types = _listed(sent, param)
            if not types:
                raise invalid(f"{param} needs at least one type.", param)
            if profile is not None:
                _check_taken(profile, types, param)
            said: dict[str, Any] = {old: types, "automatic_payment_methods": None}
            return {**said, new: types} if param == new else said
    return None


def _check_taken(profile: Profile, types: Iterable[str], param: str) -> None:
    taken = [methodtypes.wire(rule.type) for rule in profile.methods]
    for name in types:
        if name not in taken:
            raise invalid(
                f"The payment method type provided: {cards.mask(name)[:40]} is invalid. This "
                f"gateway takes {', '.join(taken)}.",
                param,
            )


def check_type(desk: Desk, fields: dict[str, Any], method: Resource) -> None:
    """Raise Objection if an intent with these fields cannot be paid by this method.

    One that takes the gateway's types by itself leaves it to the gateway to refuse a method; only
    that it does not want to send payers away is its own affair.
    """
    automatic, kind = fields["automatic_payment_methods"], method.fields["type"]
    types, excluded = fields["payment_method_types"], fields.get("excluded_payment_method_types")
    if automatic is None:
        allowed = kind in types
    elif automatic["allow_redirects"] == "never" and _redirects(desk, method_of(method)):
        allowed = False
    else:
        allowed = kind not in (excluded or ())
    if not allowed:
        raise invalid(
            f"A payment method of type {kind} is not allowed for this intent, which takes: "
            f"{', '.join(types)}. Send one of these, or create the intent with {kind} among its "
            "types.",
            KIND,
            "payment_intent_incompatible_payment_method",
            kept=True,
        )


def check_return(desk: Desk, fields: dict[str, Any], how: Method) -> None:
    """Raise Objection if payers may be sent away, and nobody says where they come back to."""
    if fields["return_url"] is not None:
        return
    if _redirects(desk, how):
        raise invalid(
            f"A payer by {methodtypes.wire(how.type)} is sent to another page: a `return_url` is "
            "needed.",
            "return_url",
            "parameter_missing",
        )
    automatic = fields["automatic_payment_methods"]
    proofs = desk.context.profile.proofs
    if automatic is None or automatic["allow_redirects"] == "never":
        return
    if Proof.REDIRECT in proofs.values():
        raise invalid(
            "This intent takes the payment methods of your gateway, and some of them send the "
            "payer to another page: a `return_url` is needed. If you do not want such methods, set "
            "`automatic_payment_methods[enabled]` to true and "
            "`automatic_payment_methods[allow_redirects]` to never when you create the intent.",
            "return_url",
        )


def _redirects(desk: Desk, how: Method) -> bool:
    return desk.context.profile.proofs.get(how.type) is Proof.REDIRECT


def _offered(profile: Profile, *, redirects: bool) -> Iterable[str]:
    for rule in profile.methods:
        if not rule.disabled and (redirects or rule.authentication is not Proof.REDIRECT):
            yield methodtypes.wire(rule.type)


def _listed(sent: list[str] | UnsetType | None, param: str) -> list[str]:
    types = sent if isinstance(sent, list) else []
    for name in types:
        if name not in methodtypes.named():
            raise invalid(f"The payment method type {name[:40]} is not known.", param)
    return types
