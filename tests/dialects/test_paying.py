"""Who pays and by what, in whatever dialect that is told."""

from __future__ import annotations

import pytest

from simulator import people
from simulator.dialects import paying
from simulator.dialects.paying import Person
from simulator.errors import NotATestCard


def test_nobody_can_be_named_by_what_is_kept() -> None:
    """Addresses and numbers are masked, and leave traces that are the same for the same payer."""
    told = Person(
        country="DE", email="ann@example.com", phone="+4915112345678", device="d1",
        where="1 Road, Town", billing="AT",
    )  # fmt: skip
    kept = paying.payer(told)
    assert (kept.country, kept.billing, kept.email) == ("DE", "AT", "a***@example.com")
    assert kept.phone == people.mask_phone("+4915112345678")
    assert kept.id == people.trace("payer", "ann@example.com")
    assert "ann" not in repr(kept)
    assert "Road" not in repr(kept)
    assert paying.payer(Person(email="ANN@example.com ")).id == kept.id


def test_by_the_phone_where_there_is_no_address() -> None:
    """Whoever tells only a number is known by that; whoever tells nothing is not known."""
    assert paying.payer(Person(phone="+4915112345678")).id == people.trace(
        "payer", "+4915112345678"
    )
    assert paying.payer(Person()).id is None


@pytest.mark.parametrize("token", ["tok_visa_DE_1", "pm_card_visa", "tok_decline_lost_card"])
def test_cards_by_token(token: str) -> None:
    """Tokens of our own and Stripe's names both lead to a card."""
    assert paying.card(token).brand == "visa"


@pytest.mark.parametrize(
    ("token", "said"), [("tok_decline_rain", "no failure"), ("tok_nobody", "not known")]
)
def test_tokens_of_no_card(token: str, said: str) -> None:
    """A failure by which nobody declines is as unknown as any other token."""
    with pytest.raises(NotATestCard, match=said):
        paying.card(token)


@pytest.mark.parametrize(
    ("token", "wrong"), [("wal_CN_1", False), ("other", False), ("wal_cn_1", True)]
)
def test_tokens_of_wallets(token: str, wrong: bool) -> None:
    """One that begins like a wallet's has to be one."""
    assert (paying.wallet_trouble(token) is not None) is wrong
