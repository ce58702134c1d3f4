"""failover: from a proved outage to the first success of an order first sent elsewhere."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge

DOWN = "10.0 outage primary down rule=down\n 40.0 outage primary up rule=down\n"
BROWN = "".join(
    f"{10 + at / 10:.1f} charge b-{at} - primary - reply=503 hit=down\n" for at in range(25)
)


def moved(at: float, state: str = "captured") -> str:
    """An order that was sent to the backup only."""
    return f"{at} charge n-{at} p{at} backup {state} took=0\n"


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(DOWN + moved(12.0), True, id="in time"),
        pytest.param(DOWN + moved(15.0), True, id="exactly in time"),
        pytest.param(DOWN + moved(15.1), False, id="a moment late"),
        pytest.param(DOWN + moved(12.0, "authorized"), True, id="authorized is success"),
        pytest.param(DOWN + moved(12.0, "failed"), False, id="a decline is none"),
        pytest.param(DOWN, False, id="never"),
        pytest.param(
            DOWN + "11.0 charge o-1 - primary - reply=none\n 12.0 charge o-1 p2 backup captured",
            False,
            id="an order that was first sent to the same channel",
        ),
        pytest.param(moved(9.0) + DOWN, False, id="a success before the outage"),
        pytest.param(
            "12.0 charge o-1 p1 backup captured took=2.5\n" + DOWN,
            False,
            id="an order sent before it",
        ),
        pytest.param(
            "10.0 outage primary down rule=down unproved\n" + moved(12.0), None, id="not proved"
        ),
        pytest.param("10.0 outage primary down rule=other\n", None, id="another rule"),
        pytest.param(
            "10.0 outage primary down rule=down\n 14.0 outage primary up\n" + moved(19.0),
            None,
            id="over before the time was up",
        ),
        pytest.param("", None, id="nothing happened"),
    ],
)
def test_from_an_outage(story: str, valid: bool | None) -> None:
    """The clock starts when the channel was proved down."""
    finding = judge("failover", f"0.0 phase p\n{story}\n60.0 end", rule="down", within="5s")
    assert finding.valid is valid, finding.summary


RESET = "10.0 outage primary down rule=down unproved\n" + BROWN.replace("reply=503", "reply=none")


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(RESET + moved(17.0), True, id="in time"),
        pytest.param(RESET + "40.0 outage primary up rule=down\n" + moved(17.1), False, id="late"),
        pytest.param(
            RESET + "16.9 outage primary up rule=down\n" + moved(17.1),
            None,
            id="over before the time was up",
        ),
    ],
)
def test_from_an_outage_by_reset(story: str, valid: bool | None) -> None:
    """On a shared gateway nothing refuses: the reset requests prove it, its end is written down."""
    finding = judge("failover", f"0.0 phase p\n{story}\n60.0 end", rule="down", within="5s")
    assert finding.valid is valid, finding.summary


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(BROWN + moved(11.0), True, id="before the two seconds were over"),
        pytest.param(BROWN + moved(17.0), True, id="exactly in time"),
        pytest.param(BROWN + moved(17.1), False, id="a moment late"),
        pytest.param(BROWN, False, id="never"),
        pytest.param(BROWN.replace(" hit=down", "") + moved(11.0), None, id="the rule hit nothing"),
        pytest.param(
            BROWN
            + "".join(
                f"{10 + at / 12:.2f} charge g-{at} g{at} primary captured\n" for at in range(32)
            )
            + moved(11.0),
            None,
            id="less than half of the attempts",
        ),
        pytest.param(
            "10.0 charge b-1 - primary - reply=503 hit=down\n" + moved(11.0),
            None,
            id="one attempt shows nothing",
        ),
        pytest.param(
            "".join(f"10.{at} charge b-{at} - primary - reply=503 hit=down\n" for at in range(5))
            + moved(10.6),
            True,
            id="a merchant that leaves so soon that there is nothing more to hit",
        ),
    ],
)
def test_from_hits(story: str, valid: bool | None) -> None:
    """The clock starts when the rule hit more than half of the attempts over two seconds."""
    finding = judge("failover", f"0.0 phase p\n{story}\n60.0 end", rule="down", within="5s")
    assert finding.valid is valid, finding.summary


def test_a_merchant_that_stops_sending_does_not_end_the_rule() -> None:
    """No more hits, but the phase goes on and nobody is served."""
    story = "0.0 phase p\n" + "".join(
        f"10.{at} charge b-{at} - primary - reply=503 hit=down\n" for at in range(5)
    )
    finding = judge("failover", f"{story}\n40.0 phase q\n60.0 end", rule="down", within="5s")
    assert finding.valid is False
    assert "never came" in finding.summary


def test_the_summary_tells_how_long_it_took() -> None:
    """A reader wants the number, not only the verdict."""
    finding = judge(
        "failover", f"0.0 phase p\n{DOWN}{moved(12.5)}60.0 end", rule="down", within="5s"
    )
    assert "2.50 s" in finding.summary
