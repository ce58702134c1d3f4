"""docs/reference/faults.md."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from simulator.faults.catalogue import FAULTS, build
from simulator.faults.fault import Fault
from tools.reference import markdown
from tools.reference.markdown import code, parameters, story, table

_ABOUT: Final = """\
A fault is a mechanism. Each declares what it does to the money (`effect`) and the most that the
caller can learn (`seen`); the worst ones are those where the two do not agree. A rule of a scenario
names one fault: `fault: {lost_reply: {after: 5s}}`.

- **stage**: where in an exchange it acts. At most one fault fires at each stage.
- **effect**: `none`, `once`, `twice` or `later`: what happens to the money of the operation.
- **seen**: `ok`, `fail` or `info`. Info means that the caller cannot know.
- **per**: whose fate is drawn by default. `exchange`: each try over the network is its own;
  `attempt`: each new decision; `card`, `order`, `payer`: a blind retry meets the same again."""

#: One or more ways to write each fault.
EXAMPLES: Final[MappingProxyType[str, tuple[Any, ...]]] = MappingProxyType(
    {
        "biometric": ("ok", "fails", {"result": "unavailable", "fallback": "none"}),
        "decline": ("insufficient_funds", "issuer_unavailable"),
        "drip": ({"chunks": 16, "lasts": "8s"}, {"bytes": 32, "every": "200ms"}),
        "duplicate_charge": ({},),
        "error": ({"status": 503}, {"status": 504}, {"status": 504, "charged": "yes"}),
        "garbage": ({}, {"bytes": 200}),
        "hang": ({"for": "5s"},),
        "late_success": (
            {"after": "6s", "told": "unknown"},
            {"after": "6s", "told": "failed"},
            {"after": "6s", "told": "processing"},
        ),
        "lost_reply": ({"after": "5s"},),
        "otp": (
            {"delivery": "never", "by": "sms"},
            {"delivery": "late", "after": "11m"},
            "virtual_number",
            {"code": "refused"},
        ),
        "outage": ({},),
        "page": ({"how": "hangs", "for": "30s"}, "error_403", "dead_button", "expired"),
        "partial_capture": ({"share": "50%"}, {"amount": 100}),
        "rate_limited": ({"retry_after": "2s"},),
        "reset": ({},),
        "slow": (
            {"fixed": "800ms"},
            {"uniform": {"from": "100ms", "to": "2s"}},
            {"exponential": {"mean": "300ms"}, "max": "5s"},
            {"lognormal": {"median": "200ms", "p99": "3s"}, "at": "after"},
        ),
        "stale_read": ({},),
        "three_ds": (
            "challenge",
            "frictionless",
            "rejected",
            {"result": "decoupled", "after": "90s"},
            {"result": "abandoned", "after": "20s"},
        ),
        "truncate": ({"share": "50%"}, {"bytes": 0}),
        "webhook_delay": ({"by": "30s"},),
        "webhook_drop": ({},),
        "webhook_duplicate": ({"times": 2},),
        "webhook_forged": ({},),
        "webhook_reorder": ({"at_most": "10s"},),
        "webhook_stale": ({"age": "10m"},),
        "amount_mismatch": ({"share": "80%"},),
        "dispute": ({"after": "10s"}, {"after": "10s", "decided_after": "20s", "wins": "never"}),
        "hold_lingers": ({"for": "7d"},),
        "notice_lost": ({}, {"via": "email"}),
        "refund_fails": ({"after": "5s"}, {"after": "5s", "told": "succeeded"}),
        "retrying": ({"tries": 3, "every": "2s"}, {"ends": "failed", "cause": "merchant"}),
        "reversed_after_approval": ({"after": "10s"},),
        "review": ({"lasts": "20s", "approves": "70%"},),
        "saturation": (
            "50/s",
            {"tps": "50/s", "queue": 100, "slowest": "5s", "then": 503, "retry_after": "2s"},
        ),
        "settlement_delayed": ({"days": 1},),
        "statement_extra": ({},),
        "statement_missing": ({},),
        "statement_wrong_amount": ({"by": -100},),
    }
)


def _section(fault: type[Fault]) -> str:
    """The section of one fault."""
    examples = [(value, build(fault.name, value)) for value in EXAMPLES[fault.name]]
    rows = [
        (
            code(f"{fault.name}: {flow(value)}"),
            str(each.stage),
            str(each.effect),
            str(each.seen),
            str(each.keyed_by),
        )
        for value, each in examples
    ]
    short = f"\n\nA bare value fills {code(fault.scalar)}." if fault.scalar else ""
    return "\n\n".join(
        part
        for part in (
            f"## {fault.name}",
            story(fault),
            f"Acts on: {', '.join(map(code, sorted(fault.operations)))}.{short}",
            parameters(fault.model_json_schema()),
            table(("written", "stage", "effect", "seen", "per"), rows),
        )
        if part
    )


def flow(value: Any) -> str:
    """A value as YAML in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    return str(value)


def page() -> str:
    """The whole page."""
    return markdown.page("Faults", _ABOUT, *(_section(fault) for fault in FAULTS))
