"""Things that are chosen by name."""

from __future__ import annotations

from typing import ClassVar

import pytest
from pydantic import BaseModel, ConfigDict

from simulator.documents import Mistake, Mistakes
from simulator.scenario.choice import choose
from simulator.units import Duration


class Wait(BaseModel):
    """Takes a length, which may stand alone."""

    model_config = ConfigDict(extra="forbid")
    scalar: ClassVar[str] = "span"
    span: Duration


class Stop(BaseModel):
    """Takes nothing."""

    model_config = ConfigDict(extra="forbid")


THINGS: dict[str, type[BaseModel]] = {"wait": Wait, "stop": Stop}


@pytest.mark.parametrize(
    ("written", "thing"),
    [
        ({"wait": {"span": "2s"}}, Wait(span="2s")),
        ({"wait": "2s"}, Wait(span="2s")),
        ({"stop": {}}, Stop()),
        ({"stop": None}, Stop()),
        ("stop", Stop()),
    ],
)
def test_a_name_with_or_without_parameters(written: object, thing: BaseModel) -> None:
    """All the ways to write one."""
    assert choose(written, THINGS, "thing") == thing


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ({"wiat": "2s"}, Mistake(("wiat",), "unknown thing 'wiat' (did you mean 'wait'?)", True)),
        ("go", Mistake((), "unknown thing 'go'; there is stop, wait", True)),
        ({"wait": "2s", "stop": {}},
         Mistake(("stop",), "one thing only; 'stop' is a second one (is it indented too little?)",
                 True)),
        ({"wait": None}, Mistake(("wait",), "missing key 'span'", True)),
        ({"wait": {"span": "2"}},
         Mistake(("wait", "span"),
                 "'2' is not a duration; write a number and a unit: 200ms, 1.5s, 2m")),
        ({"wait": [1]}, Mistake(("wait",), "'wait' takes keys with values: span")),
        ({"stop": "now"}, Mistake(("stop",), "'stop' takes no parameters: write {}")),
    ],
)  # fmt: skip
def test_a_wrong_choice_says_where_it_is_wrong(written: object, mistake: Mistake) -> None:
    """Unknown names, second names and wrong parameters."""
    with pytest.raises(Mistakes) as caught:
        choose(written, THINGS, "thing")
    assert caught.value.mistakes == (mistake,)


@pytest.mark.parametrize("written", [None, 3, [], {}, ""])
def test_what_names_nothing_is_refused(written: object) -> None:
    """A choice needs a name."""
    with pytest.raises(ValueError, match="a thing is needed here"):
        choose(written, THINGS, "thing")
