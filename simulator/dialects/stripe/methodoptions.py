"""How payments are to be taken, by type of payment method: `payment_method_options`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from simulator.dialects.stripe.methodtypes import named
from simulator.dialects.stripe.objection import unsupported
from simulator.dialects.stripe.params import Params, kept

#: What a merchant asks for that it is as well without; here it never comes about, and says so.
_Request = Literal["if_available", "never"]
_Later = Literal["none", "on_session", "off_session"]
_PLACE: Final = "payment_method_options"


class CardOptions(Params):
    """How cards are taken. What stands last is Stripe's, and refused."""

    capture_method: Literal["manual"] | UnsetType | None = UNSET
    request_decremental_authorization: _Request | UnsetType = UNSET
    request_extended_authorization: _Request | UnsetType = UNSET
    request_incremental_authorization: _Request | UnsetType = UNSET
    request_multicapture: _Request | UnsetType = UNSET
    request_overcapture: _Request | UnsetType = UNSET
    request_partial_authorization: _Request | UnsetType = UNSET
    request_three_d_secure: Literal["any", "automatic", "challenge"] | UnsetType = UNSET
    setup_future_usage: _Later | UnsetType | None = UNSET
    cvc_token: Any = UNSET
    installments: Any = UNSET
    mandate_options: Any = UNSET
    moto: Any = UNSET
    network: Any = UNSET
    require_cvc_recollection: Any = UNSET
    statement_descriptor_suffix_kana: Any = UNSET
    statement_descriptor_suffix_kanji: Any = UNSET
    three_d_secure: Any = UNSET


_REFUSED: Final = (
    "cvc_token",
    "installments",
    "mandate_options",
    "moto",
    "network",
    "require_cvc_recollection",
    "statement_descriptor_suffix_kana",
    "statement_descriptor_suffix_kanji",
    "three_d_secure",
)


class OtherOptions(Params):
    """How another method is taken."""

    setup_future_usage: _Later | UnsetType | None = UNSET


class _Card(Params):
    card: CardOptions | None = None


if TYPE_CHECKING:

    class MethodOptions(_Card):
        """Options by type, with a field for each type beside `card`."""

else:
    MethodOptions = msgspec.defstruct(
        "MethodOptions",
        [(name, OtherOptions | None, None) for name in sorted(named() - {"card"})],
        bases=(_Card,),
        kw_only=True,
        forbid_unknown_fields=True,
    )


def options_of(sent: MethodOptions | None) -> dict[str, Any] | None:
    """Options as they are kept; raises Objection for those that have no effect here."""
    if sent is None:
        return None
    if sent.card is not None:
        for name in _REFUSED:
            if getattr(sent.card, name) is not UNSET:
                raise unsupported(f"{_PLACE}[card][{name}]")
    given = {name: each for name, each in asdict(sent).items() if each is not None}
    return {name: kept(asdict(each)) for name, each in given.items()}


def option(fields: dict[str, Any], type: str, name: str) -> Any:  # noqa: A002 - its word
    """What an intent says of a type of method; None if nothing."""
    return ((fields["payment_method_options"] or {}).get(type) or {}).get(name)
