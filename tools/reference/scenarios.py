"""scenarios/README.md."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from simulator import library
from simulator.cli.scenarios import first_sentence
from simulator.failures.catalogue import FAILURES
from simulator.scenario import loader
from simulator.scenario.document import Scenario
from tools.reference import markdown
from tools.reference.markdown import code, table

_ABOUT: Final = """\
Each file is one way in which payments go wrong, and says in its first lines what it is about and
how to run it. `paydrill serve NAME` plays it to whoever sends payments; `paydrill drill NAME`
brings the shoppers too, and a verdict. Every one is performed against the real gateway by the
tests: who is struck, what is seen, where the money is, and what helps.

```console
$ paydrill scenarios --failure otp_not_delivered
$ paydrill serve lost-replies
$ paydrill drill gateway-brownout --merchant careful
```"""

#: What the folders are called, in the order in which they are shown.
GROUPS: Final[MappingProxyType[str, str]] = MappingProxyType(
    {
        "drills": "Drills: the whole thing, with shoppers and a verdict",
        "declines": "Declines: the bank or the card says no",
        "methods": "Methods: the way of paying does not fit",
        "authentication": "Authentication: the payer has to prove who pays",
        "pages": "Pages: what the payer looks at does not work",
        "risk": "Risk: somebody might be a thief",
        "wallet": "Wallets: accounts with a balance and a mood",
        "network": "Network and gateway: silence, errors and half answers",
        "webhooks": "Webhooks: news that is lost, late, twice or false",
        "after": "After the payment: refunds, disputes, statements",
        "incidents": "Incidents: what really happened, in a minute",
    }
)


def page() -> str:
    """The whole page."""
    listed = {name: loader.load(library.find("scenarios", name)) for name in _names()}
    sections = [_section(group, title, listed) for group, title in GROUPS.items()]
    return markdown.page("Scenarios", _ABOUT, *sections, _index(listed))


def faults_of(scenario: Scenario) -> tuple[str, ...]:
    """The faults that a scenario uses, each once, in the order of the file."""
    shots = (shot.fault.name for _, rule in scenario.sections() for shot in rule.arms)
    return tuple(dict.fromkeys(shots))


def _names() -> tuple[str, ...]:
    return library.names("scenarios")


def _section(group: str, title: str, listed: dict[str, Scenario]) -> str:
    rows = [
        (
            f"[{name.partition('/')[2]}]({name}.yaml)",
            first_sentence(scenario.about),
            ", ".join(map(code, scenario.failures)),
            ", ".join(map(code, faults_of(scenario))),
            scenario.profile.name,
            code(f"paydrill {_command(scenario)} {name.partition('/')[2]}"),
        )
        for name, scenario in listed.items()
        if name.startswith(f"{group}/")
    ]
    head = ("scenario", "what happens", "failures", "faults", "profile", "run")
    return f"## {title}\n\n{table(head, rows)}" if rows else ""


def _command(scenario: Scenario) -> str:
    return "drill" if scenario.has_arrivals else "serve"


def _index(listed: dict[str, Scenario]) -> str:
    """Every failure of the catalogue with the scenarios that show it."""
    rows = [
        (
            code(failure.name),
            ", ".join(
                f"[{name}]({name}.yaml)"
                for name, scenario in listed.items()
                if failure.name in scenario.failures
            ),
        )
        for failure in FAILURES
    ]
    return "## Which scenario shows which failure\n\n" + table(("failure", "scenarios"), rows)
