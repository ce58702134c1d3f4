"""What a merchant calls its payments, and by which rule an order finds them."""

from __future__ import annotations

from tests.journal.story import history

#: A shop that calls its payments otherwise: intents, and the charges of these.
INTENTS = """
    0.0  arrive  o-1 1999
    0.1  charge  o-1 pay_1 primary captured for=pi_a
    0.2  charge  o-1 pay_2 primary captured for=pi_a
    5.0  row     o-1 paid 1999 ids={}
    9.0  end
"""


def _listed(ids: str) -> tuple[str, ...]:
    row = history(INTENTS.format(ids)).orders["o-1"].row
    assert row is not None
    assert row.payment_ids is not None
    return row.payment_ids


def test_an_intent_stands_for_all_of_its_payments() -> None:
    """Whoever lists the intent lists what was charged for it."""
    assert _listed("pi_a") == ("pay_1", "pay_2")


def test_a_charge_is_a_payment_under_the_same_number() -> None:
    """A name that the gateway never gave is kept in its own words, so that a forged one is seen."""
    assert _listed("ch_2,ch_9") == ("pay_2", "pay_9")


def test_what_is_listed_by_itself_does_not_count_twice() -> None:
    """An intent beside one of its charges: each payment once; the same intent twice: twice."""
    assert _listed("pi_a,ch_2") == ("pay_1", "pay_2")
    assert _listed("pi_a,pi_a") == ("pay_1", "pay_2", "pay_1", "pay_2")


def test_differences_are_called_by_the_gateways_names() -> None:
    """A shop lists what it found under the names that it was told."""
    read = history("""
        0.1  charge  o-1 pay_1 primary captured for=pi_a
        5.0  found   pi_a missing
        5.0  found   ch_1e0 extra
        9.0  end
    """)
    assert [each.payment for each in read.differences] == ["pay_1", "pay_1e0"]


def test_a_rule_finds_the_order_of_what_was_made() -> None:
    """The gateway knows the intent by its own name only; the rule says where the order stands."""
    text = """
        0.0  run     o rule=basket
        0.0  arrive  o-1 1999
        0.1  made    pi_a pi_a basket=o-1
        0.2  charge  pi_a pay_1 primary captured for=pi_a
        5.0  row     o-1 paid 1999
        9.0  end
    """
    read = history(text)
    assert read.strays == ()
    assert [payment.id for payment in read.orders["o-1"].payments] == ["pay_1"]
    assert len(read.orders["o-1"].exchanges) == 1
    assert [stray.id for stray in history(text.replace("rule=basket", "")).strays] == ["pi_a"]


def test_a_rule_that_finds_nothing_leaves_the_reference() -> None:
    """What has no basket may still say its order as usual."""
    read = history("""
        0.0  run     o rule=basket
        0.0  arrive  o-1 1999
        0.1  made    pi_a o-1 note=x
        0.2  charge  o-1 pay_1 primary captured for=pi_a
        9.0  end
    """)
    assert [payment.id for payment in read.orders["o-1"].payments] == ["pay_1"]


def test_an_order_that_was_named_after_the_payment_finds_it() -> None:
    """A shop makes its order when the money is there, and then says so at the gateway."""
    read = history("""
        0.0  arrive  o-1 1999
        0.1  made    pi_a pi_a
        0.2  charge  pi_a pay_1 primary captured for=pi_a
        0.3  made    pi_a pi_a alias=o-1 pay=pay_1
        0.4  made    pm_a pi_a alias=cus_1
        9.0  end
    """)
    assert [payment.id for payment in read.orders["o-1"].payments] == ["pay_1"]
