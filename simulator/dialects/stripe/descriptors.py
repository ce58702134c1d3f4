"""What a payer reads on the statement of the bank.

That of a payment by card begins with the account's own name: a merchant sends what follows it, the
suffix, and no whole descriptor. See docs.stripe.com/get-started/account/statement-descriptors.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.dialects.stripe.objection import invalid
from simulator.dialects.stripe.params import kept

WHOLE: Final = "statement_descriptor"
SUFFIX: Final = "statement_descriptor_suffix"
#: What a change of an intent may make wrong about them.
MATTERS: Final = frozenset({WHOLE, "payment_method_types", "allowed_payment_method_types"})
_LONGEST: Final = 22
_FORBIDDEN: Final = frozenset("<>\\'\"*")
_CARD: Final = "card"


def check(params: Any, place: str = "") -> None:
    """Raise Objection for a descriptor or suffix that no bank would print.

    `place` is the parameter in which `params` stand, if they stand in one.
    """
    for name in (WHOLE, SUFFIX):
        sent = getattr(params, name)
        if isinstance(sent, str):
            _check(sent, f"{place}[{name}]" if place else name)


def check_types(fields: dict[str, Any], place: str = "") -> None:
    """Raise Objection for a whole descriptor of an intent that names cards among its types."""
    if fields.get("automatic_payment_methods") is None and _CARD in fields["payment_method_types"]:
        check_type(fields, _CARD, place)


def check_type(fields: dict[str, Any], type: str, place: str = "") -> None:  # noqa: A002 - its word
    """Raise Objection for a whole descriptor of what is paid by a method of this type: a card."""
    if type == _CARD and fields[WHOLE] is not None:
        raise invalid(
            f"{WHOLE} is not supported for payments of the payment_method_type card. Send "
            f"{SUFFIX} in its place, or leave it out.",
            f"{place}[{WHOLE}]" if place else WHOLE,
        )


def of_capture(params: Any, type: str) -> dict[str, Any]:  # noqa: A002 - its word
    """What a capture of what was paid by this type says of them; raises Objection."""
    check(params)
    said = kept({name: getattr(params, name) for name in (WHOLE, SUFFIX)})
    check_type({WHOLE: None, **said}, type)
    return said


def _check(sent: str, param: str) -> None:
    if len(sent) > _LONGEST:
        raise invalid(f"It can have up to {_LONGEST} characters.", param)
    if not any(each.isascii() and each.isalpha() for each in sent):
        raise invalid("It needs at least one Latin letter.", param)
    if not _FORBIDDEN.isdisjoint(sent):
        raise invalid("It must have none of the characters < > \\ ' \" *.", param)
