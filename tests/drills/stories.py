"""Small recorded drills: a scenario, and journals of merchants who kept its rules or did not."""

from __future__ import annotations

from pathlib import Path

import msgspec

from simulator.journal.entry import Entry, Generator, Line, Note, Run
from simulator.journal.history import History
from simulator.scenario import loader
from simulator.scenario.document import Scenario
from tests.journal.story import ZERO, lines

SCENARIO = """\
scenario: 1
name: small-brownout
about: Answers get lost for a while.
seed: 7
phases:
  - {name: baseline, lasts: 10s, arrivals: 0.1/s}
  - name: brownout
    lasts: 10s
    arrivals: 0.3/s
    rules:
      - name: answers
        when: {channel: primary, operation: authorize}
        mix:
          - {share: 30%, fault: {lost_reply: {after: 2s}}}
          - {share: 30%, fault: {hang: {for: 2s}}}
      - {name: down, at: 5s, when: {channel: primary}, fault: outage}
  - {name: recovery, lasts: 10s, arrivals: 0.1/s}
settle: 15s
expect:
  - no_orphan_charge: {refund_within: 5s}
"""

#: Paid in peace, paid after a lost reply, failed and refunded, paid on the backup.
GOOD = """\
 0.0 phase   baseline
 1.0 arrive  r1-1 1999
 1.1 charge  r1-1 p1 primary captured key=k1
 1.2 tell    r1-1 paid
 1.2 leave   r1-1 paid intended=1.0
10.0 phase   brownout
11.0 arrive  r1-2 2500
13.1 charge  r1-2 p2 primary captured key=k2 amount=2500 reply=none hit=answers told=- took=2.0
13.2 query   r1-2 primary p2:captured
13.3 tell    r1-2 paid
13.3 leave   r1-2 paid intended=11.0
12.0 arrive  r1-3 3000
14.0 charge  r1-3 -  primary - key=k3 amount=3000 reply=none hit=hang took=2.0
14.2 charge  r1-3 p3 primary captured key=k3 amount=3000 reply=none hit=answers told=- took=2.0
14.5 cancel  r1-3 primary
14.6 tell    r1-3 failed
14.6 leave   r1-3 failed intended=12.0
14.7 refund  p3 f3 3000 succeeded
15.0 outage  primary down rule=down
16.0 arrive  r1-4 4000
16.1 charge  r1-4 p4 backup captured key=k4 amount=4000
16.2 tell    r1-4 paid
16.2 leave   r1-4 paid intended=16.0
20.0 outage  primary up rule=down
20.0 phase   recovery
21.0 arrive  r1-5 500
21.1 charge  r1-5 p5 primary captured key=k5 amount=500
21.2 tell    r1-5 paid
21.2 leave   r1-5 paid intended=21.0
30.0 phase   settle
35.0 row     r1-1 paid 1999 ids=p1
35.0 row     r1-2 paid 2500 ids=p2
35.0 row     r1-3 failed 3000 refunded=3000 ids=p3
35.0 row     r1-4 paid 4000 ids=p4
35.0 row     r1-5 paid 500 ids=p5
36.0 end
"""

#: The hits of the mix's arms, which the stories leave unnamed.
_ARMS = {"answers": "lost_reply", "hang": "hang"}


def scenario() -> Scenario:
    """The scenario of these stories."""
    return loader.load(SCENARIO, "small.yaml")


def journal(story: str, *notes: Note, late: float = 2.0) -> list[Line]:
    """A merged journal: the run line, the story with named arms, and what its generator said."""
    said = Generator(**_at(30.5), arrivals=5, dropped=0, lateness_p50_ms=0.5, lateness_p99_ms=late)
    body = [_with_arms(line) for line in lines(story)]
    ordered = sorted([*body, said, *notes], key=lambda line: line.mono)
    return [run(), *ordered]


def history(story: str, *notes: Note, late: float = 2.0) -> History:
    """The history of such a journal."""
    return History.from_lines(journal(story, *notes, late=late))


def write(path: Path, story: str) -> Path:
    """Such a journal as a file."""
    encode = msgspec.json.encode
    path.write_bytes(b"".join(encode(line) + b"\n" for line in journal(story)))
    return path


def run() -> Run:
    """The first line."""
    return Run(
        **_at(-1.0),
        version="0.0.0",
        seed=7,
        run="r1",
        scenario=SCENARIO,
        scenario_file="small.yaml",
        merchant="careful",
    )


def note(text: str, reason: str) -> Note:
    """A note of the controller."""
    return Note(**_at(33.0), text=text, data={"reason": reason})


def without(story: str, *words: str) -> str:
    """The story without the rows that have all these words."""
    kept = (row for row in story.splitlines() if not set(words) <= set(row.split()))
    return "\n".join(kept) + "\n"


def _at(seconds: float) -> dict[str, object]:
    return {"source": "client", "wall": 1_700_000_000 + seconds, "mono": ZERO + seconds}


def _with_arms(line: Line) -> Line:
    hits = getattr(line, "hits", ())
    if not hits or not isinstance(line, Entry):
        return line
    named = tuple(msgspec.structs.replace(hit, rule="answers", arm=_ARMS[hit.rule]) for hit in hits)
    return msgspec.structs.replace(line, hits=named)
