"""The audit of wallets: it must catch us, too."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from simulator.checkers.audit import audit
from simulator.checkers.purses import wrong_purses
from simulator.gateway.commands import CreateRefund
from simulator.gateway.model import Posting
from simulator.gateway.payers import TopUp, Transfer
from simulator.gateway.things import Wallet
from simulator.journal.entry import Commit
from simulator.journal.history import History
from tests.gateway.purses import Purses

LI, WANG = "wal_CN_li", "wal_CN_wang"


def _commits() -> list[Commit]:
    desk = Purses()
    paid = desk.pay(LI, 3_000)
    desk.act(TopUp(LI, 500, "CNY"))
    desk.act(Transfer(LI, WANG, 700, "CNY"))
    desk.do(CreateRefund(paid.id, 1_000))
    return desk.commits


def _spoilt(which: int, **changes: Any) -> list[str]:
    commits = _commits()
    commits[which] = replace(commits[which], **changes)
    return list(wrong_purses(commits))


def test_a_sound_story_passes() -> None:
    """Opening money, a payment, a top-up, a transfer and a refund all balance."""
    assert list(wrong_purses(_commits())) == []


@pytest.mark.parametrize(
    ("which", "changes", "words"),
    [
        (1, {"postings": ()}, "wal_CN_li gains 0 CNY by postings and 500 by itself"),
        (2, {"things": ()}, "wal_CN_li gains -700 CNY by postings and 0 by itself"),
        (
            1,
            {"things": (Wallet(id=LI, balances={"CNY": 7_400}),)},
            "gains 500 CNY by postings and 400 by itself",
        ),
        (
            1,
            {
                "things": (Wallet(id=LI, balances={"CNY": -1}),),
                "postings": (Posting(f"wallet:{LI}", "payer", 7_001, "CNY"),),
            },
            "wal_CN_li holds -1 CNY",
        ),
    ],
)
def test_what_does_not_add_up_is_named(which: int, changes: dict[str, Any], words: str) -> None:
    """Money without a posting, a posting without money, a wrong sum, a debt."""
    assert words in " ".join(_spoilt(which, **changes))


def test_it_is_a_part_of_the_audit() -> None:
    """A journal in which a top-up was lost is our bug."""
    sound, lost = _commits(), _commits()
    lost[1] = replace(lost[1], postings=())
    assert audit(History.from_lines(sound)).valid is True
    assert "purse" in audit(History.from_lines(lost)).summary
