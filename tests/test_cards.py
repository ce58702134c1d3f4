"""Test cards, card tokens and masking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import cards
from simulator.errors import NotATestCard

SEPARATORS = st.sampled_from(["", " ", "-"])
AROUND = st.text(st.sampled_from("abc {}:,/\"'\n"), max_size=12)


def _with_check_digit(payload: str) -> str:
    return next(payload + digit for digit in "0123456789" if cards.luhn(payload + digit))


#: First digits and length of the schemes, by what each has published.
SCHEMES = st.sampled_from(
    [
        ("4", 16), ("4", 13), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15),
        ("37", 15), ("300", 14), ("36", 14), ("38", 16), ("3528", 16), ("3589", 19), ("6011", 16),
        ("65", 16), ("62", 16), ("62", 19), ("2204", 16),
    ]
)  # fmt: skip
DIGITS = st.text("0123456789", min_size=19, max_size=19)
NUMBERS = st.builds(
    lambda scheme, digits: _with_check_digit((scheme[0] + digits)[: scheme[1] - 1]),
    SCHEMES,
    DIGITS,
)


@pytest.mark.parametrize("number", cards.TEST_NUMBERS)
def test_every_test_number(number: str) -> None:
    """Each documented number gives a card without it; one is meant to have a wrong check digit."""
    card = cards.from_number(number)

    assert cards.luhn(number) is (card.failure != "incorrect_number")
    assert card.last4 == number[-4:]
    assert number not in str(card)
    assert card.brand in cards.BRANDS


def test_test_tokens_are_distinct_and_read_back() -> None:
    """The token of a test number is the same card again."""
    tokens = {card.token for card in cards.TEST_NUMBERS.values()}

    assert len(tokens) == len(cards.TEST_NUMBERS)
    assert {cards.from_token(token).token for token in tokens} == tokens


@pytest.mark.parametrize("written", ["4242 4242 4242 4242", "4242-4242-4242-4242"])
def test_a_number_in_groups(written: str) -> None:
    """Numbers may be written in groups."""
    assert cards.from_number(written) == cards.from_number("4242424242424242")


@pytest.mark.parametrize("number", ["4111111111111111", "4242424242424243", "", "x"])
def test_any_other_number_is_refused_unquoted(number: str) -> None:
    """A number that may be real is refused, and the message does not repeat it."""
    with pytest.raises(NotATestCard) as caught:
        cards.from_number(number)

    assert not number or number not in str(caught.value)


@given(
    brand=st.sampled_from(cards.BRANDS),
    country=st.from_regex(r"[A-Z]{2}", fullmatch=True),
    serial=st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True),
)
def test_tokens_are_endless(brand: str, country: str, serial: str) -> None:
    """Any serial makes a card of that brand and country, with four last characters."""
    card = cards.from_token(f"tok_{brand}_{country}_{serial}")

    assert (card.brand, card.country, card.failure) == (brand, country, None)
    assert len(card.last4) == 4


@pytest.mark.parametrize(
    ("number", "failure", "proof", "if_asked"),
    [
        ("4000002760003184", None, "three_ds:challenge", None),
        ("4000000000003220", None, "three_ds:challenge", None),
        ("4000008400001629", "generic_decline", "three_ds:challenge", None),
        ("4000008400001280", "processing_error", "three_ds:unavailable", None),
        ("4000000000003055", None, None, "three_ds:challenge"),
        ("4000000000003097", None, None, "three_ds:unavailable"),
        ("4242424242424242", None, None, "three_ds:attempted"),
        ("5555555555554444", None, None, "three_ds:attempted"),
        ("378282246310005", None, None, "three_ds:unsupported"),
        ("4000000032200000", None, "three_ds:frictionless", None),
    ],
)
def test_numbers_that_prove_who_pays(
    number: str, failure: str | None, proof: str | None, if_asked: str | None
) -> None:
    """Some ask for 3-D Secure at every payment, some support it; the banks of most take no part."""
    card = cards.from_number(number)
    assert (card.failure, card.proof, card.proof_if_asked) == (failure, proof, if_asked)


@pytest.mark.parametrize(
    ("name", "way", "result"),
    [(name, way, each) for name, (way, results) in cards.PROOFS.items() for each in results],
)
def test_proof_tokens(name: str, way: str, result: str) -> None:
    """A token can say how its holder proves who pays; they are endless, too."""
    card = cards.from_token(f"tok_{name}_{result}_DE_00123")
    assert (card.proof, card.country, card.last4) == (f"{way}:{result}", "DE", "0123")


def test_a_proof_that_there_is_none_of_is_named() -> None:
    """The error lists what there is."""
    with pytest.raises(NotATestCard, match="takes ok, fails, unavailable"):
        cards.from_token("tok_biometric_never_DE_1")


def test_decline_tokens() -> None:
    """A token can carry its failure, and then also country and serial, so that each is distinct."""
    plain = cards.from_token("tok_decline_lost_card")
    distinct = cards.from_token("tok_decline_lost_card_DE_000123")

    assert (plain.failure, plain.country) == ("lost_card", "US")
    assert (distinct.failure, distinct.country) == ("lost_card", "DE")
    assert plain.token != distinct.token


@pytest.mark.parametrize(
    "token",
    [
        "",
        "tok_visa_",
        "tok_4242424242424242",
        "pm_card_",
        "pm_card_nobody",
        "visa",
        "tok_visa_DE_",
        "tok_visa_de_1",
        "tok_vista_DE_1",
        "tok_visa_DE_a b",
        "4242424242424242",
    ],
)
def test_any_other_token_is_refused_unquoted(token: str) -> None:
    """A token of another shape is refused with the shapes there are."""
    with pytest.raises(NotATestCard, match="tok_<brand>_<COUNTRY>_<serial>") as caught:
        cards.from_token(token)

    assert "4242424242424242" not in str(caught.value)


@given(
    payload=st.from_regex(r"[0-9]{1,18}", fullmatch=True),
    place=st.integers(0),
    shift=st.integers(1, 9),
)
def test_luhn_finds_every_single_mistake(payload: str, place: int, shift: int) -> None:
    """Exactly one check digit fits, and one wrong digit anywhere spoils the number."""
    number = _with_check_digit(payload)
    place %= len(number)
    wrong = str((int(number[place]) + shift) % 10)

    assert sum(cards.luhn(payload + digit) for digit in "0123456789") == 1
    assert not cards.luhn(number[:place] + wrong + number[place + 1 :])


@given(number=NUMBERS, separator=SEPARATORS, before=AROUND, after=AROUND)
def test_no_number_survives_masking(number: str, separator: str, before: str, after: str) -> None:
    """In groups of four or not, whatever stands around it, only the last four remain."""
    groups = [number[place : place + 4] for place in range(0, len(number), 4)]
    text = f"{before} {separator.join(groups)} {after}"

    assert cards.contains_number(text)
    assert not cards.contains_number(cards.mask(text))
    assert f"****{number[-4:]}" in cards.mask(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4242424242424242", "****4242"),
        ("4242 4242 4242 4242 12/30 123", "****4242 12/30 123"),
        ("on 11-12 4242424242424242 123", "on 11-12 ****4242 123"),
        ("5555-5555-5555-4444 378282246310005", "****4444 ****0005"),
        ('{"number":"4242424242424242"}', '{"number":"****4242"}'),
        ("+4242424242424242", "+****4242"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    """The number goes; expiry, code and all else around it stay."""
    assert cards.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no digits",
        "4242424242424241",
        "1700000000123456",
        "2026112200000018",
        "9000000000000000001",
        "20261111-000123",
        "+49 1512 3456788",
        "ord_r1a2b-1",
        "pay_k3f9a242424242424242",
        "42424242424242424242424242424242",
        "tok_visa_DE_000123",
    ],
)
def test_unmasked(text: str) -> None:
    """What is no card number is left alone: references, times, telephones, longer numbers."""
    assert cards.mask(text) == text


def test_a_telephone_number_that_reads_as_a_card() -> None:
    """A plus sign and at most fifteen digits is a telephone number, even where Luhn agrees."""
    digits = _with_check_digit("491512345678")

    assert cards.contains_number(digits)
    assert not cards.contains_number(f"+{digits[:2]} {digits[2:]}")


def test_many_numbers_in_a_row() -> None:
    """A whole file of numbers is masked, one after the other."""
    assert cards.mask("4242424242424242 " * 2000) == "****4242 " * 2000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4242 4242 4242 4242 12/30", ["card number ****4242"]),
        ("5555-5555-5555-4444 378282246310005", ["card number ****4444", "card number ****0005"]),
        ('{"cvc": "123"}', ["security code"]),
        (r"\"security_code\": \"1234\"", ["security code"]),
        ("card=4242424242424242 CVV2=123", ["card number ****4242", "security code"]),
        ("****4242, cvc ***", []),
        ("cvc: 12345", []),
        ("cvc check: passed 200", []),
        ("incorrect_cvc, code 127", []),
        ("+49 1512 3456788", []),
        ("tok_visa_DE_000123", []),
    ],
)
def test_traces(text: str, found: list[str]) -> None:
    """Numbers by their last four, security codes where they are called so; none is repeated."""
    assert list(cards.traces(text)) == found


@given(number=NUMBERS, separator=SEPARATORS, before=AROUND, after=AROUND)
def test_no_number_is_without_a_trace(number: str, separator: str, before: str, after: str) -> None:
    """What masking would hide is found, and not shown."""
    groups = [number[place : place + 4] for place in range(0, len(number), 4)]
    (found,) = cards.traces(f"{before} {separator.join(groups)} {after}")

    assert found == f"card number ****{number[-4:]}"
