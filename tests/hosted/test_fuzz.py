"""Whatever a browser may send: a command, or a mistake that is told as a page. Nothing else."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cards import TEST_NUMBERS
from simulator.dialects.dialect import Misread, Request
from simulator.gateway.commands import Authenticate
from simulator.hosted.dialect import Pages
from simulator.hosted.forms import FORM
from simulator.hosted.visitor import Visitor

TEXTS = st.text(max_size=30)
NAMES = st.sampled_from(
    ["method", "number", "expiry", "cvc", "turn", "lang", "action", "code", "via", "x"]
)
VALUES = st.one_of(
    TEXTS,
    st.sampled_from(["card", "wallet", "paypal", "1", "12/30", "123", "submit_code", "resend"]),
    st.sampled_from(sorted(TEST_NUMBERS)),
)
FORMS = st.dictionaries(NAMES, VALUES).map(lambda form: urlencode(form).encode())
PLACES = st.one_of(
    st.sampled_from(["chk_1", "auth_1", "chk_", "auth_1/x", "chk_1/receipt", ""]),
    TEXTS.map(lambda text: quote(text, safe="")),
)


@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    place=PLACES,
    body=st.one_of(FORMS, st.binary(max_size=60), st.just(b'{"method": {"type": "card"}}')),
    kind=st.sampled_from([FORM, "application/json", "", "text/plain"]),
    browser=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_anything(method: str, place: str, body: bytes, kind: str, *, browser: bool) -> None:
    """No other exception; and no card number in what is told."""
    visitor = Visitor(account="shop", accept="text/html" if browser else "*/*")
    pages = Pages(visitor)
    try:
        command = pages.parse(Request(method, f"/pay/shop/{place}", {}, body, kind, None))
    except Misread as error:
        reply = pages.complain(error.trouble, error.message)
        assert 400 <= reply.status < 500
        assert not any(number.encode() in reply.body for number in TEST_NUMBERS)
    else:
        # What is typed as a code is held against the code that was sent, and kept nowhere.
        if isinstance(command, Authenticate):
            return
        assert not any(number in repr(command) for number in TEST_NUMBERS)
