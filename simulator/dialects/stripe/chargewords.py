"""What a charge says in the merchant's words: description, metadata, whom it was for.

A charge takes them over from its intent when it is made. As long as both say the same they stand
with the intent alone; when the intent comes to say something else, or the charge does, those of the
charge are kept beside it, by its payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from simulator.gateway.model import Payment
from simulator.gateway.things import Resource

#: A charge that was made without an intent, with words of its own.
KIND: Final = "charge"
_KEPT: Final = "charges"
_WORDS: Final = (
    "billing_details",
    "customer",
    "description",
    "fraud_details",
    "metadata",
    "payment_method",
    "receipt_email",
    "receipt_url",
    "shipping",
    "source",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
    "tried",
)


def words_of(payment: Payment, made_for: Resource | None) -> Mapping[str, Any]:
    """The words of a charge; `made_for` is its intent, or itself."""
    if made_for is None:
        return {}
    own: Mapping[str, Any] | None = made_for.fields.get(_KEPT, {}).get(payment.id)
    return made_for.fields if own is None else own


def kept(made_for: Resource, payment: Payment, **changes: Any) -> Resource:
    """The intent with the words of one of its charges beside it, as they are or with changes."""
    if made_for.kind == KIND:
        return replace(made_for, fields={**made_for.fields, **changes})
    now = words_of(payment, made_for)
    own = {name: now[name] for name in _WORDS if name in now}
    every = {**made_for.fields.get(_KEPT, {}), payment.id: {**own, **changes}}
    return replace(made_for, fields={**made_for.fields, _KEPT: every})
