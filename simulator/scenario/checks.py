"""What must hold between the fields of a scenario.

These checks look at the plain document and read of it what they need, so they work on a document
that has other mistakes too: a file with eight mistakes gives eight messages. What cannot be read
is the models' business, and passes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from math import inf
from typing import Any, Final, TypeVar

from simulator import units
from simulator.documents import Mistake, build
from simulator.documents.document import Path
from simulator.errors import did_you_mean
from simulator.faults.catalogue import BY_NAME
from simulator.faults.fault import Fault, Stage
from simulator.profiles.catalogue import card_types
from simulator.scenario import incidents, shadows
from simulator.scenario.choice import choose
from simulator.scenario.gateways import profile_of
from simulator.scenario.rules import Rule
from simulator.scenario.when import KEYS, METHODS, OPERATIONS, When, glob

_Value = TypeVar("_Value")
_CARD_KEYS: Final = ("card.country", "card.brand", "card.token")
#: Parameters of checkers that name a thing of the scenario, and what they name.
_REFERENCES: Final = {"phase": "phase", "phases": "phase", "rule": "rule", "rules": "rule"}
#: What of a checker says whom it asks about; the rest says how much is enough.
_SCOPE: Final = ("phase", "method", "channel", "percentile", "rule")


def scenario(value: object) -> Iterator[Mistake]:
    """Every mistake between the fields of a scenario document, with its path."""
    if not isinstance(value, dict):
        return
    document: dict[str, Any] = value
    if "phases" not in document and "rules" not in document:
        yield Mistake((), "missing key 'phases' (or 'rules', which always hold)", on_key=True)
    traffic = _mapping(document.get("traffic"))
    for key in ("personas", "methods", "habits"):
        shares = [((key, name), share) for name, share in _mapping(traffic.get(key)).items()]
        yield from (each.below(("traffic",)) for each in _too_much(shares))
    for path, lasts, raw in _rules(document):
        yield from (each.below(path) for each in rule(raw))
        yield from (each.below(path) for each in _too_late(_mapping(raw), lasts))
    for index, phase in enumerate(_list(document.get("phases"))):
        found = incidents.mistakes(_mapping(phase), document.get("instances"))
        yield from (each.below(("phases", index)) for each in found)
    yield from _twice(_names(document, "phase"), "phase")
    yield from _twice(_names(document, "rule"), "rule")
    yield from _references(document)
    yield from _asked_twice(document)
    yield from shadows.shadowed(list(_placed(document)))
    yield from _not_taken(document, _mapping(traffic.get("methods")))


def rule(value: object) -> Iterator[Mistake]:
    """Every mistake between the fields of one rule, or of a fault put on by hand."""
    if not isinstance(value, dict):
        return
    raw: dict[str, Any] = value
    if "fault" not in raw and "mix" not in raw:
        yield Mistake((), "missing key 'fault' (or 'mix')", on_key=True)
    for other in ("fault", "share"):
        if "mix" in raw and other in raw:
            said = f"'{other}' and 'mix' exclude each other; a mix has its own in each arm"
            yield Mistake((other,), said, on_key=True)
    arms = [((("mix", index), _mapping(arm))) for index, arm in enumerate(_list(raw.get("mix")))]
    yield from _too_much([((*path, "share"), arm.get("share")) for path, arm in arms])
    for path, holder in ([((), raw)] if "fault" in raw else []) + arms:
        yield from _never(raw, path, holder)
    yield from _never_counts(raw)


def _never(raw: dict[str, Any], path: Path, holder: dict[str, Any]) -> Iterator[Mistake]:
    """Why this fault of the rule can never strike."""
    if _read(units.share, holder.get("share")) == 0:
        yield Mistake((*path, "share"), "a share of 0% never strikes; leave the rule out")
    fault = _read(lambda given: choose(given, BY_NAME, "fault"), holder.get("fault"))
    when = _read(lambda given: build(When, given), raw.get("when", {}))
    if fault is None:
        return
    if fault.stage is Stage.CHANNEL:
        yield from _not_for_all(raw, path)
    elif when is None:
        return
    elif fault.stage is Stage.WEBHOOK:
        if when.operation is not None:
            said = f"can never match: '{fault.name}' strikes webhooks; match on 'webhook' instead"
            yield Mistake(("when", "operation"), said, on_key=True)
    else:
        yield from _wrong_target(fault, when, path)


def _wrong_target(fault: Fault, when: When, path: Path) -> Iterator[Mistake]:
    if when.webhook is not None:
        said = f"can never match: '{fault.name}' does not strike webhooks"
        yield Mistake(("when", "webhook"), said, on_key=True)
    asked = {each for each in OPERATIONS if _any(when.operation, each)}
    if not asked & fault.acts_on and asked:
        able = ", ".join(each for each in OPERATIONS if each in fault.acts_on)
        said = f"'{fault.name}' can never strike {' or '.join(sorted(asked))}; only {able}"
        yield Mistake((*path, "fault"), said)


def _not_for_all(raw: dict[str, Any], path: Path) -> Iterator[Mistake]:
    """A channel that is down is down for everybody."""
    for key in _mapping(raw.get("when")):
        if key != "channel" and key in KEYS:
            said = f"an outage takes the whole channel; it cannot depend on '{key}'"
            others = "" if key == "webhook" else "; error, hang and reset can"
            yield Mistake(("when", key), said + others, on_key=True)
    for key in ("share", "first", "every", "per"):
        if key in raw:
            said = f"an outage holds for everybody as long as it lasts; leave '{key}' out"
            yield Mistake((key,), said, on_key=True)
    if path:
        yield Mistake((*path, "fault"), "an outage cannot be an arm of a mix; give it its own rule")


def _never_counts(raw: dict[str, Any]) -> Iterator[Mistake]:
    """Matchers of one rule that exclude each other."""
    when = _read(lambda given: build(When, given), raw.get("when", {}))
    if when is None:
        return
    yield from shadows.counts(when, _number(raw.get("first")), _number(raw.get("every")))
    yield from shadows.cards(when)
    yield from shadows.unknowable(when)
    card = next((key for key in _CARD_KEYS if key in when.given()), None)
    if card and not any(_any(when.method, each) for each in card_types()):
        yield Mistake(("when", card), "can never match: 'method' leaves cards out", on_key=True)


def _placed(document: dict[str, Any]) -> Iterator[shadows.Placed]:
    """Every rule that can be read, in file order."""
    rules = list(_rules(document))
    if _before(document, "rules", "phases"):
        rules.sort(key=lambda each: each[0][0] != "rules")
    for path, lasts, raw in rules:
        rule = _read(lambda given: build(Rule, given), raw)
        if rule is not None and rule.arms:
            phase = path[1] if path[0] == "phases" and isinstance(path[1], int) else None
            yield shadows.Placed(path, phase, _read(units.duration, lasts) or inf, rule)


def _before(document: dict[str, Any], one: str, other: str) -> bool:
    keys = list(document)
    return one in keys and (other not in keys or keys.index(one) < keys.index(other))


def _asked_twice(document: dict[str, Any]) -> Iterator[Mistake]:
    """Expectations of which one hides the other."""
    items = [
        (("expect", index), name, {key: _mapping(given).get(key) for key in _SCOPE})
        for index, item in enumerate(_list(document.get("expect")))
        for name, given in (
            _mapping(item) or ({item: None} if isinstance(item, str) else {})
        ).items()
    ]
    yield from shadows.same_question(items)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _too_much(shares: Iterable[tuple[Path, object]]) -> Iterator[Mistake]:
    """The share with which the sum passes 100 %."""
    total, over = Fraction(0), None
    for path, raw in shares:
        total += _read(units.share, raw) or 0
        over = over or (path if total > 1 else None)
    if over:
        yield Mistake(over, f"the shares add up to {float(total * 100):g}%, more than the whole")


def _too_late(raw: dict[str, Any], lasts: object) -> Iterator[Mistake]:
    at, phase = _read(units.duration, raw.get("at")), _read(units.duration, lasts)
    if at is not None and phase is not None and at >= phase:
        yield Mistake(("at",), f"can never match: the phase is over after {lasts}")


def _not_taken(document: dict[str, Any], methods: dict[str, Any]) -> Iterator[Mistake]:
    """Shoppers who would pay with what the profile does not take: all of them would be refused."""
    gateway = _read(profile_of, document.get("profile", "default"))
    taken = [rule.type for rule in gateway.methods] if gateway else []
    for name in methods:
        if gateway and name in METHODS and name not in taken:
            near = f"; it takes {', '.join(taken)}" if len(taken) <= 16 else ""
            said = f"the profile '{gateway.name}' does not take '{name}'{near}"
            yield Mistake(("traffic", "methods", name), said, on_key=True)


def _twice(names: list[tuple[Path, str]], what: str) -> Iterator[Mistake]:
    seen: set[str] = set()
    for path, name in names:
        if name in seen:
            yield Mistake(path, f"a second {what} named '{name}'; names must differ")
        seen.add(name)


def _references(document: dict[str, Any]) -> Iterator[Mistake]:
    """Expectations that speak of a phase or rule that is not there."""
    for index, item in enumerate(_list(document.get("expect"))):
        for checker, parameters in _mapping(item).items():
            for key, given in _mapping(parameters).items():
                if key in _REFERENCES:
                    path = ("expect", index, checker, key)
                    yield from _unknown(document, _REFERENCES[key], path, given)


def _unknown(document: dict[str, Any], what: str, path: Path, given: object) -> Iterator[Mistake]:
    known = [name for _, name in _names(document, what)]
    for index, name in enumerate(given if isinstance(given, list) else [given]):
        if isinstance(name, str) and name not in known:
            place = (*path, index) if isinstance(given, list) else path
            near = did_you_mean(name, known) or (f"; there is {', '.join(known)}" if known else "")
            yield Mistake(place, f"there is no {what} '{name}'{near}")


def _names(document: dict[str, Any], what: str) -> list[tuple[Path, str]]:
    """The names of all phases, or of all rules, with their paths."""
    places: list[tuple[Path, dict[str, Any]]] = [
        (path, _mapping(raw)) for path, _, raw in _rules(document)
    ]
    if what == "phase":
        phases = enumerate(_list(document.get("phases")))
        places = [(("phases", index), _mapping(phase)) for index, phase in phases]
    named = [((*path, "name"), raw.get("name")) for path, raw in places]
    return [(path, name) for path, name in named if isinstance(name, str)]


def _rules(document: dict[str, Any]) -> Iterator[tuple[Path, object, object]]:
    """Every rule with its path and what its phase says that it lasts."""
    for place, phase in enumerate(_list(document.get("phases"))):
        for index, raw in enumerate(_list(_mapping(phase).get("rules"))):
            yield ("phases", place, "rules", index), _mapping(phase).get("lasts"), raw
    for index, raw in enumerate(_list(document.get("rules"))):
        yield ("rules", index), None, raw


def _any(wanted: tuple[str, ...] | None, word: str) -> bool:
    return wanted is None or any(glob(each).fullmatch(word) for each in wanted)


def _read(reader: Callable[[Any], _Value], raw: object) -> _Value | None:
    """What the reader makes of it, or None: then somebody else reports it."""
    try:
        return None if raw is None else reader(raw)
    except ValueError:
        return None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
