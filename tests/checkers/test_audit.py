"""The audit of our own ledger: it must catch us, too."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simulator.checkers.audit import audit
from simulator.checkers.checker import Finding
from simulator.gateway.model import Posting, RefundStatus, Status
from simulator.journal.entry import Commit
from simulator.journal.history import History
from tests.journal.story import lines

STORY = """
    0.0  arrive  o-1 1999
    0.1  charge  o-1 p1 primary authorized
    0.5  settle  p1 captured
    0.6  charge  o-1 p2 primary failed
    0.7  charge  o-1 p3 backup captured
    0.8  charge  o-1 p4 backup authorized
    1.0  refund  p3 r1 1000 pending
    2.0  refund  p3 r2 999 succeeded
    3.0  refund  p3 r1 1000 failed
    4.0  settle  p4 canceled
    9.0  end
"""


def spoilt(which: int, **changes: Any) -> Finding:
    """The audit after one commit was changed; `payment` and `refund` change its objects."""
    told = lines(STORY)
    commits = [line for line in told if isinstance(line, Commit)]
    commit, replace = commits[which], msgspec.structs.replace
    payment, refund = changes.pop("payment", {}), changes.pop("refund", {})
    bad = replace(
        commit,
        payments=tuple(replace(each, **payment) for each in commit.payments),
        refunds=tuple(replace(each, **refund) for each in commit.refunds),
        **changes,
    )
    return audit(History.from_lines(bad if line is commit else line for line in told))


def test_a_sound_ledger_passes() -> None:
    """Holds, captures, declines, refunds that fail, and voids all balance."""
    finding = audit(History.from_lines(lines(STORY)))
    assert (finding.valid, finding.count) == (True, 9), finding.summary


POST = Posting("payer", "merchant", 1999, "USD")


@pytest.mark.parametrize(
    ("which", "changes", "words"),
    [
        pytest.param(3, {"postings": ()}, "merchant gains 0 USD", id="money without a posting"),
        pytest.param(2, {"postings": (POST,)}, "merchant gains 1999 USD", id="a declined charge"),
        pytest.param(3, {"postings": (POST, POST)}, "merchant gains 3998 USD", id="posted twice"),
        pytest.param(
            3,
            {"postings": (POST, Posting("payer", "merchant", 1, "EUR"))},
            "merchant gains 1 EUR",
            id="another currency",
        ),
        pytest.param(0, {"postings": (POST,)}, "hold gains 0 USD", id="taken in place of held"),
        pytest.param(
            3,
            {"postings": (POST, Posting("payer", "payer", 5, "USD"))},
            "a posting",
            id="to itself",
        ),
        pytest.param(
            3, {"postings": (Posting("payer", "merchant", -5, "USD"),)}, "a posting", id="backwards"
        ),
        pytest.param(
            3, {"payment": {"amount": 1998}}, "authorized 1999 and captured", id="above the amount"
        ),
        pytest.param(
            3,
            {"payment": {"amount_authorized": 1998}},
            "authorized 1998 and captured 1999",
            id="above the authorization",
        ),
        pytest.param(
            3,
            {"payment": {"status": Status.FAILED}},
            "is failed and captured",
            id="failed, yet taken",
        ),
        pytest.param(
            6, {"payment": {"amount_refunded": 2001}}, "and refunded 2001", id="refunded too much"
        ),
        pytest.param(
            5, {"refund": {"amount": 900}}, "its refunds say 900", id="refunds do not add up"
        ),
        pytest.param(
            7,
            {"refund": {"status": RefundStatus.SUCCEEDED}},
            "its refunds say 1999",
            id="still stands",
        ),
    ],
)
def test_our_own_mistakes_are_found(which: int, changes: dict[str, Any], words: str) -> None:
    """Each rule of the ledger has a journal that breaks it."""
    finding = spoilt(which, **changes)
    assert finding.valid is False
    assert any(words in example["what"] for example in finding.examples), finding.examples


def test_without_commits_it_is_unknown() -> None:
    """A ledger that was never used is not sound, only unused."""
    assert audit(History.from_lines([])).valid is None
