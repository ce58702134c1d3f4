"""Do card data stay where they belong?"""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, unknown
from simulator.journal.entry import Place, Scan
from simulator.journal.history import History


class NoCardData(Checker):
    """Do card numbers and security codes stand in the gateway's card fields only?

    False if one was seen in the order book, in an answer to a shopper, or in the log of a merchant
    that the drill started. A number is a run of 13 to 19 digits, in groups or not, that fits the
    ranges and lengths of the card schemes and the check digit; so a shop's own long number can be
    taken for one, if rarely. A security code counts where it is called one. Whoever looks writes
    down where and how much; numbers only ever by their last four digits. Places that nobody
    looked at are listed, and prove nothing. Unknown if nothing was looked at.
    """

    name: ClassVar[str] = "no_card_data"

    def judge(self, history: History) -> Finding:
        """Put together what was seen, place by place."""
        looked, found = Counter[Place](), Counter[Place]()
        for scan in history.scans:
            looked[scan.place] += scan.looked
            found[scan.place] += scan.found
        count, unseen = looked.total(), f"not looked at: {_unseen(history)}"
        if not count:
            return unknown(f"nothing was looked at; {unseen}")
        if not found.total():
            return Finding(valid=True, summary=f"none in {_told(looked)}; {unseen}", count=count)
        offences = [offence for scan in history.scans for offence in _offences(scan, history)]
        examples = finding(history, count, offences, good="").examples
        summary = f"found in {_told(found)}; first: {offences[0].what}; {unseen}"
        return Finding(valid=False, summary=summary, count=count, examples=examples)


def _told(counts: Counter[Place]) -> str:
    return ", ".join(f"{place} ({number})" for place, number in counts.items() if number)


def _offences(scan: Scan, history: History) -> list[Offence]:
    kind = f"sightings in {scan.place}"
    return [
        Offence(
            history.orders.get(sighting.order or ""),
            kind,
            f"{sighting.what} in {scan.place}, {sighting.where}",
        )
        for sighting in scan.sightings
    ]


def _unseen(history: History) -> str:
    """The places, or parts of places, that nobody looked at, with the reasons that are known."""
    problems = {scan.place: scan.problem for scan in history.scans if scan.problem}
    seen = {scan.place for scan in history.scans} - set(problems)
    unseen = [place for place in Place if place not in seen]
    return "; ".join(
        f"{place} ({problems[place]})" if place in problems else str(place) for place in unseen
    )
