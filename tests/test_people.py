"""Personal data: masks that nobody can read, traces that tell one from another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.people import mask_email, mask_phone, mask_text, trace


@pytest.mark.parametrize(
    ("email", "mask"),
    [
        ("anna.schmidt@example.org", "a***@example.org"),
        (" b@example.org ", "b***@example.org"),
        ("王小明@例子.中国", "王***@例子.中国"),
        ("two@at@example.org", "t***@example.org"),
        ("nobody", "***"),
        ("@example.org", "***"),
        ("anna@", "***"),
        ("", "***"),
    ],
)
def test_emails(email: str, mask: str) -> None:
    """The first letter and the domain; what is no address is hidden whole."""
    assert mask_email(email) == mask


@pytest.mark.parametrize(
    ("phone", "mask"),
    [
        ("+49 151 23456789", "+49*****89"),
        ("+86-138-0013-8000", "+86*****00"),
        ("0151 23456789", "*****89"),
        ("112", "***"),
        ("call me", "***"),
    ],
)
def test_phones(phone: str, mask: str) -> None:
    """Two digits of an international number, and the last two of any that is long enough."""
    assert mask_phone(phone) == mask


@given(st.text(max_size=60))
def test_a_trace_tells_nothing(text: str) -> None:
    """Sixteen hexadecimal digits, whatever the text; the same for the same."""
    found = trace("payer", text)
    assert len(found) == 16
    assert int(found, 16) >= 0
    assert trace("payer", f"  {text.upper().lower()} ") == trace("payer", text.upper().lower())


def test_traces_tell_people_and_kinds_apart() -> None:
    """Another person, or the same words as another kind of thing, is another trace."""
    found = {trace(kind, text) for kind in ("payer", "device") for text in ("a@b.c", "a@b.d")}
    assert len(found) == 4
    assert trace("payer", "A@B.c") == trace("payer", "a@b.c")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to anna.s@example.org.", "Write to a***@example.org."),
        ("Call +49 151 23456789 or 030 123-4567!", "Call +49*****89 or *****67!"),
        ("Card 4242 4242 4242 4242", "Card ****4242"),
        ("order r1a2b-17, 1,299.00 EUR, on 2026-11-11 at 10:30", None),
        ("pay_0d4fa9ce00007e and 12345", None),
        ("请拨打 13800138000", "请拨打 *****00"),
    ],
)
def test_free_text(text: str, masked: str | None) -> None:
    """Numbers and addresses are masked; references, amounts and dates stay."""
    assert mask_text(text) == (masked or text)
