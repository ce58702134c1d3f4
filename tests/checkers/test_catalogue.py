"""The catalogue: every checker, once, with what the contract says of it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

from simulator import checkers
from simulator.checkers.catalogue import BY_NAME, CHECKERS, defaults
from simulator.checkers.checker import Checker
from simulator.checkers.retry_rules import RetryRules


def test_every_checker_in_the_package_is_listed() -> None:
    """One that is written and not listed would never run."""
    found = set()
    for module in pkgutil.iter_modules(checkers.__path__):
        content = vars(importlib.import_module(f"{checkers.__name__}.{module.name}")).values()
        found |= {
            each
            for each in content
            if inspect.isclass(each) and issubclass(each, Checker) and not inspect.isabstract(each)
        }
    assert found == set(CHECKERS)


def test_names_are_unique_and_those_of_their_files() -> None:
    """The word in a scenario is the word on the file."""
    assert len(BY_NAME) == len(CHECKERS)
    for checker in CHECKERS:
        assert checker.__module__ == f"simulator.checkers.{checker.name}"


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
def test_every_checker_asks_its_question(checker: type[Checker]) -> None:
    """The docstring is what users read."""
    first = (checker.__doc__ or "").splitlines()[0]
    assert first.endswith("?")


def test_the_contract_names_the_money_checks_and_those_that_always_run() -> None:
    """Six about money, and the retry rules."""
    money = {checker.name for checker in CHECKERS if checker.money}
    assert money == {
        "exactly_once",
        "no_orphan_charge",
        "no_free_order",
        "truth_told",
        "no_stuck_order",
        "books_agree",
    }
    assert {checker.name for checker in defaults()} == money | {"retry_rules"}
    timing = {checker.name for checker in CHECKERS if checker.timing}
    assert timing == {"success_ratio", "approval_ratio", "latency", "failover"}


def test_the_profile_sets_the_pace_of_polls() -> None:
    """The profile knows how often its gateway may be asked."""
    (rules,) = (each for each in defaults(poll_every=0.5) if isinstance(each, RetryRules))
    assert rules.poll_every == 0.5
    assert rules.backoff == RetryRules().backoff


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
def test_a_schema_shows_defaults_as_people_write_them(checker: type[Checker]) -> None:
    """A default that could not be typed in would be no help."""
    for name, field in checker.model_json_schema().get("properties", {}).items():
        if "default" in field and field["default"] is not None:
            given = checker.model_fields[name].get_default()
            required = {
                "rule": "r", "within": "1s", "at_least": "1%", "percentile": "p99", "below": "1s",
            }  # fmt: skip
            known = {each: required[each] for each in required if each in checker.model_fields}
            read = checker.model_validate(known | {name: field["default"]})
            assert getattr(read, name) == given
