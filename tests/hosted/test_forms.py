"""What payers type into forms."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from simulator.dialects.dialect import Misread, Request
from simulator.hosted import forms

CARD = {"method": "card", "number": "4242 4242-4242 4242", "expiry": "12/30", "cvc": "123"}


def posted(body: bytes, kind: str = forms.FORM) -> Request:
    """A request with this body."""
    return Request("POST", "/pay/shop/chk_1", {}, body, kind, None)


def test_a_good_card() -> None:
    """The method has the token and the last digits, and nothing has the number."""
    form = forms.payment(CARD)

    assert form.problems == ()
    assert form.expiry == (2030, 12)
    assert form.method is not None
    assert (form.method.brand, form.method.last4) == ("visa", "4242")
    assert "4242424242424242" not in repr(form).replace(" ", "").replace("-", "")
    assert "123" not in repr(form)


@pytest.mark.parametrize(
    ("typed", "expiry"),
    [
        ("12/30", (2030, 12)),
        ("1/31", (2031, 1)),
        ("01 / 2031", (2031, 1)),
        ("06-29", (2029, 6)),
        ("6.2029", (2029, 6)),
        ("1230", (2030, 12)),
    ],
)
def test_dates(typed: str, expiry: tuple[int, int]) -> None:
    """As people write them."""
    assert forms.payment(CARD | {"expiry": typed}).expiry == expiry


@pytest.mark.parametrize(
    ("field", "typed", "word"),
    [
        ("number", "", "missing"),
        ("number", "4111111111111111", "unknown"),
        ("number", "hello", "unknown"),
        ("expiry", "", "missing"),
        ("expiry", "13/30", "malformed"),
        ("expiry", "00/30", "malformed"),
        ("expiry", "soon", "malformed"),
        ("cvc", "", "missing"),
        ("cvc", "12", "malformed"),
        ("cvc", "12345", "malformed"),
        ("cvc", "abc", "malformed"),
    ],
)
def test_each_mistake_is_told_at_its_field(field: str, typed: str, word: str) -> None:
    """And nothing is tried."""
    form = forms.payment(CARD | {field: typed})

    assert form.problems == ((field, word),)
    assert form.method is None


def test_all_mistakes_at_once() -> None:
    """Not one after the other."""
    form = forms.payment({"method": "card"})
    assert [field for field, _ in form.problems] == ["number", "expiry", "cvc"]


@pytest.mark.parametrize("method", ["", "cash", "card2"])
def test_no_method(method: str) -> None:
    """One has to be chosen, of those that there are."""
    assert forms.payment(CARD | {"method": method}).problems == (("method", "missing"),)


def test_a_method_without_a_card_needs_no_more() -> None:
    """Whatever stands in the fields that were hidden."""
    form = forms.payment(CARD | {"method": "paypal"})
    assert (form.problems, form.expiry) == ((), None)
    assert form.method is not None
    assert (form.method.type, form.method.token) == ("paypal", None)


def test_what_is_kept() -> None:
    """Choice and date; a number in the wrong field is not shown again."""
    assert forms.payment(CARD).kept == {"method": "card", "expiry": "12/30"}
    wrong = forms.payment(CARD | {"expiry": "4242424242424242"})
    assert wrong.kept["expiry"] == ""


def test_fields_are_trimmed() -> None:
    """Blanks around a value mean nothing."""
    body = urlencode({"lang": " zh ", "turn": "1"}).encode()
    assert forms.fields(posted(body)) == {"lang": "zh", "turn": "1"}


@pytest.mark.parametrize("body", [b"\xff=1", b"a=%ff", b"&".join([b"a=1"] * 30)])
def test_what_no_form_sends(body: bytes) -> None:
    """Is refused, unquoted."""
    with pytest.raises(Misread, match="the form cannot be read"):
        forms.fields(posted(body))


@pytest.mark.parametrize(
    ("kind", "is_form"),
    [
        ("application/x-www-form-urlencoded", True),
        ("application/x-www-form-urlencoded; charset=UTF-8", True),
        ("application/json", False),
        ("", False),
    ],
)
def test_what_is_a_form(kind: str, is_form: bool) -> None:
    """By its content type."""
    assert forms.is_form(posted(b"", kind)) is is_form


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("li.wei@example.com", None),
        ("", "missing"),
        ("li.wei", "malformed"),
        ("li wei@example.com", "malformed"),
        ("4242424242424242@example.com", "malformed"),
    ],
)
def test_an_address(typed: str, problem: str | None) -> None:
    """Where the form asks for it; a mistake in it is shown with all others, and it is not kept."""
    form = forms.payment({"method": "wallet", "email": typed})
    assert form.problems == ((("email", problem),) if problem else ())
    assert (form.method is None) is (problem is not None)
    assert form.email == form.kept.get("email") == (None if problem else typed)
