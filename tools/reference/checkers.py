"""docs/reference/checkers.md."""

from __future__ import annotations

from typing import Final

from simulator.checkers.catalogue import CHECKERS
from simulator.checkers.checker import Checker
from tools.reference import markdown
from tools.reference.markdown import parameters, story

_ABOUT: Final = """\
A checker asks one question of a history and answers `true`, `false` or `unknown`. Those that always
run need no mention in a scenario; `expect` sets their parameters and adds others:

```yaml
expect:
  - no_orphan_charge: {refund_within: 15s}
  - success_ratio: {phase: recovery, at_least: 99%}
```

A money check that is false decides the verdict before anything else. A check of times is unknown
when the load generator itself was late."""


def page() -> str:
    """The whole page."""
    return markdown.page("Checkers", _ABOUT, *(_section(checker) for checker in CHECKERS))


def _section(checker: type[Checker]) -> str:
    kinds = [
        word
        for holds, word in (
            (checker.money, "a money check"),
            (checker.always, "always runs"),
            (checker.timing, "a check of times"),
        )
        if holds
    ]
    about = f"*{'; '.join(kinds).capitalize()}.*" if kinds else "*Runs where `expect` names it.*"
    table = parameters(checker.model_json_schema())
    return "\n\n".join(
        part for part in (f"## {checker.name}", about, story(checker), table) if part
    )
