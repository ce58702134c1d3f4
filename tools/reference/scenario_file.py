"""docs/reference/scenario-file.md."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from simulator.scenario.aborts import ABORTS, Abort
from simulator.scenario.document import Arrivals, Phase, Scenario, Traffic
from simulator.scenario.incidents import Incident, RestartMerchant
from simulator.scenario.rules import Arm, LiveFault, Rule
from simulator.scenario.when import EVENTS, METHODS, OPERATIONS, When
from tools.reference import markdown
from tools.reference.markdown import code, parameters, story

_ABOUT: Final = """\
A scenario is a YAML file (or JSON). `paydrill validate FILE` finds every mistake in it, each with
its line; `paydrill schema` prints the JSON Schema for editors.

```yaml
scenario: 1
name: lunch-hour
about: The primary gateway forgets to answer, and then it is gone.
phases:
  - name: baseline
    lasts: 10s
    arrivals: 20/s
  - name: trouble
    lasts: 20s
    arrivals: {from: 20/s, to: 40/s}
    rules:
      - name: answers-lost
        when: {channel: primary, operation: authorize, card.country: [DE, IN]}
        share: 5%
        fault: {lost_reply: {after: 3s}}
      - name: down
        at: 15s
        when: {channel: primary}
        fault: {outage: {}}
  - name: recovery
    lasts: 10s
    arrivals: 20/s
expect:
  - success_ratio: {phase: recovery, at_least: 99%}
```

Quantities are text with a unit, parsed once: durations `200ms`, `1.5s`, `1m30s`; rates `40/s`,
`600/m`; shares `4%`. Amounts of money are minor units: `100..5000`. A file is data only: tags,
anchors and aliases are mistakes, and so are unknown and duplicate keys."""

_MATCHING: Final = """\
A list is any-of, `*` stands for any letters, amounts and attempts take ranges (`250`, `100..5000`,
`100..`).

- Operations: {operations}. `authorize` includes a sale.
- Methods: {methods}.
- Webhooks: {events}."""

#: What is chosen by name, as the schema marks it, and where it is described.
_NAMED: Final = MappingProxyType(
    {
        "fault": "a [fault](faults.md)",
        "checker": "[checkers](checkers.md)",
        "abort": "reasons (see Reasons to abort)",
        "arrivals": "rate, such as `40/s`; or Arrivals (see there)",
    }
)
_SCENARIO: Final = """\
A scenario that is only served needs `scenario`, `name`, and `phases` or `rules`; rules outside
phases always hold. A drill needs phases with `arrivals`. After the last phase nothing fails any
more, unless `loop` starts again.

`profile` is the gateway that plays: one that [ships](profiles.md), a file beside the scenario, or
[a whole profile](../how-to/write-a-profile.md), usually with a `base`.

`settle` is how long a drill waits at most for what is still to happen when the shoppers have gone;
`expect` sets parameters of checkers and adds others."""
_TRAFFIC: Final = """\
```yaml
traffic:
  personas: {zh_CN: 60%, de_DE: 40%}
  methods: {card: 80%, wallet: 20%}
  habits: {double_click: 10%, refresh: 5%, second_tab: 3%, return_twice: 5%, give_up: 5%}
```"""
_INCIDENT: Final = """\
```yaml
phases:
  - name: crashes
    lasts: 20s
    arrivals: 20/s
    events:
      - {at: 5s, restart_merchant: {signal: kill, down: 1s}}
      - {at: 12s, restart_merchant: {signal: term, down: 4s}}
```

Each has to be over before its phase is, and before the next begins."""
_ABORT: Final = """\
```yaml
abort:
  - failure_ratio: {above: 95%, for: 20s}
  - double_charge: {count: 5, for: 15s}
```"""
_LIVE: Final = (
    "Not part of a file: the body of `POST /accounts/{account}/faults` of the control API."
)

_ORDER: Final = """\
## Which rule fires

Live faults come first, then rules in file order. At most one fault fires at each stage of an
exchange, and the first that fires wins; delays never add up. A scenario beats a test card.

## Whose fate is drawn

The same seed gives the same order the same fate, in whatever order requests arrive. `per` says
whose fate one roll decides; each [fault](faults.md) has the default that reality has. An order
counts without the prefix of the run, so that a seed can be repeated against a shop that keeps its
database."""


def page() -> str:
    """The whole page."""
    matching = _MATCHING.format(
        operations=_words(OPERATIONS), methods=_words(METHODS), events=_words(EVENTS)
    )
    parts = [
        f"## Scenario\n\n{_SCENARIO}\n\n{_table(Scenario)}",
        _section("Phase", Phase),
        _section("Arrivals", Arrivals),
        _section("Incident", Incident, _INCIDENT),
        _section("RestartMerchant", RestartMerchant),
        _section("Traffic", Traffic, _TRAFFIC),
        _section("Rule", Rule),
        _section("Arm", Arm),
        _section("When", When, matching),
        f"## Reasons to abort\n\n{story(Abort)}\n\n{_ABORT}",
        *(f"### {name}\n\n{story(each)}\n\n{_table(each)}" for name, each in ABORTS.items()),
        _section("LiveFault", LiveFault, _LIVE),
        _ORDER,
    ]
    return markdown.page("The scenario file", _ABOUT, *parts)


def _section(title: str, model: type[BaseModel], more: str = "") -> str:
    parts = (f"## {title}", story(model), more, _table(model))
    return "\n\n".join(part for part in parts if part)


def _table(model: type[BaseModel]) -> str:
    return parameters(_marked(model.model_json_schema()))


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(map(code, words))


def _marked(value: Any) -> Any:
    """The schema with what is chosen by name described by that name."""
    if isinstance(value, list):
        return [_marked(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "$comment" in value:
        return {**value, "type": _NAMED[value["$comment"]]}
    return {key: _marked(each) for key, each in value.items()}
