"""What a terminal shows of a drill: a line that moves while it runs, tables when it is judged.

Where the output is no terminal, nothing moves: a line for each thing that happened, and one for the
state every few seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatchmethod
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from simulator.drills import events
from simulator.drills.verdict import Verdict
from simulator.money import Money

#: Seconds between two lines of progress where nothing can move.
_PLAIN_EVERY: Final = 5.0
_STYLES: Final[Mapping[str, str]] = {
    "pass": "bold green",
    "fail": "bold red",
    "aborted": "bold yellow",
    "invalid": "bold yellow",
    "error": "bold red",
}
_MEANINGS: Final[Mapping[str, str]] = {
    "pass": "every check holds, and every fault was proved",
    "fail": "a check is false",
    "aborted": "the drill was ended early",
    "invalid": "the drill proved nothing",
    "error": "the drill itself broke; this says nothing about the merchant",
}


class ConsoleReport:
    """A consumer of drill events, as a context; call it with each event."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, transient=True, auto_refresh=False)
        self._moving = console.is_terminal
        self._shown = float("-inf")

    def __enter__(self) -> Self:
        if self._moving:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._moving:
            self._live.stop()

    def __call__(self, event: events.Event) -> None:
        """Show one event."""
        self._show(event)

    @singledispatchmethod
    def _show(self, event: events.Told) -> None:
        """Events that need no words of their own."""

    @_show.register
    def _(self, event: events.Preflight) -> None:
        detail = f"  {event.detail}" if event.detail else ""
        self._say(f"[green]ok[/]  {escape(event.step)}[dim]{escape(detail)}[/]")

    @_show.register
    def _(self, event: events.PhaseBegan) -> None:
        self._say(f"[bold]{escape(event.name)}[/]  [dim]{event.lasts:g} s[/]")

    @_show.register
    def _(self, event: events.Progress) -> None:
        self._move(_progress(event), event.at)

    @_show.register
    def _(self, event: events.FaultProved) -> None:
        arm = f" ({event.arm})" if event.arm is not None else ""
        self._say(f"    [magenta]fault[/]  {escape(event.rule + arm)} hit for the first time")

    @_show.register
    def _(self, event: events.MerchantStruck) -> None:
        who = "the merchant" if event.instance is None else f"instance {event.instance}"
        self._say(f"    [magenta]{event.signal}[/]  {who} is ended for {event.down:g} s")

    @_show.register
    def _(self, event: events.MerchantReturned) -> None:
        self._say(f"    [magenta]back[/]  the merchant answers again after {event.took:.1f} s")

    @_show.register
    def _(self, event: events.Aborted) -> None:
        self._say(f"[bold yellow]ending early[/]  {escape(event.reason)}")

    @_show.register
    def _(self, event: events.Healed) -> None:
        if event.problem:
            self._say(f"[bold red]not healed[/]  {escape(event.problem)}")
        else:
            self._say(f"[green]healed[/]  [dim]in {event.took * 1000:.0f} ms[/]")

    @_show.register
    def _(self, event: events.Settling) -> None:
        left = max(0.0, event.until - event.at)
        waits = ", ".join(event.waits_for) or "nothing more"
        self._move(Text(f"settling  at most {left:.0f} s more, waits for {waits}"), event.at)

    @_show.register
    def _(self, event: events.BookRead) -> None:
        said = f"[red]{escape(event.problem)}[/]" if event.problem else f"{event.orders} orders"
        self._say(f"[bold]order book[/]  {said}")

    @_show.register
    def _(self, event: events.Judged) -> None:
        if self._moving:
            self._live.update(Text(""), refresh=True)
        print_verdict(self._console, event.verdict)

    @_show.register
    def _(self, event: events.Finished) -> None:
        self._console.print(f"report  {event.out}/report.html", soft_wrap=True, highlight=False)

    def _say(self, line: str) -> None:
        self._console.print(line, highlight=False, soft_wrap=True)

    def _move(self, line: Text, at: float) -> None:
        if self._moving:
            line.no_wrap, line.overflow = True, "ellipsis"
            self._live.update(line, refresh=True)
        elif at - self._shown >= _PLAIN_EVERY:
            self._shown = at
            self._console.print(line, soft_wrap=True)


def _progress(event: events.Progress) -> Text:
    text = Text()
    text.append(f"{event.elapsed:4.0f} s  {event.phase}  ", "bold")
    if event.outages:
        text.append(f"{', '.join(event.outages)} down  ", "bold red")
    text.append(f"{event.rate:.0f}/s  {event.arrivals} came  ")
    text.append(f"{event.paid} paid  ", "green")
    text.append(f"{event.failed} failed  {event.pending} pending  {event.waiting} waiting  ")
    text.append(f"{event.errors} errors  ", "red" if event.errors else "")
    text.append(f"{event.hits} faults", "magenta")
    return text


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Print the tables of a verdict: checks, faults, phases, money, and what it comes to."""
    for table in (_checks(verdict), _faults(verdict), _phases(verdict), _money(verdict)):
        if table.row_count:
            console.print(table)
    console.print(
        Text.assemble(
            (f" {verdict.verdict.upper()} ", f"{_STYLES[verdict.verdict]} reverse"),
            f"  {_MEANINGS[verdict.verdict]}; exit code {verdict.exit_code}, seed {verdict.seed}",
        )
    )
    for reason in verdict.reasons:
        console.print(Text(f"  {reason}"), soft_wrap=True)


def _table(*columns: str, numbers: int) -> Table:
    """A table whose last `numbers` columns are right-aligned."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for index, column in enumerate(columns):
        right = index >= len(columns) - numbers
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    return table


def _checks(verdict: Verdict) -> Table:
    marks = {
        True: Text("true", "green"),
        False: Text("FALSE", "bold red"),
        None: Text("unknown", "yellow"),
    }
    table = _table("check", "", "what was found", numbers=0)
    for check in verdict.checks:
        table.add_row(Text(check.name), marks[check.valid], Text(check.summary))
    return table


def _faults(verdict: Verdict) -> Table:
    table = _table("fault", "arm", "hits", numbers=1)
    for fault in verdict.faults:
        style = "" if fault.hits else "bold yellow"
        table.add_row(Text(fault.rule), Text(fault.arm or ""), Text(str(fault.hits), style))
    return table


def _phases(verdict: Verdict) -> Table:
    counts = ("arrivals", "paid", "declined", "failed", "pending", "errors")
    table = _table("phase", *counts, "p50", "p99", numbers=8)
    for phase in verdict.phases:
        table.add_row(
            Text(phase.name),
            *(str(getattr(phase, name)) for name in counts),
            *("-" if each is None else f"{each:.0f} ms" for each in (phase.p50_ms, phase.p99_ms)),
        )
    return table


def _money(verdict: Verdict) -> Table:
    names = ("captured", "refunded", "net", "due", "lost", "overcharged", "orphaned", "unpaid")
    heads = (name.removesuffix("charged") for name in names)  # 80 columns are few
    table = _table("money", *heads, numbers=len(names))
    for currency, row in verdict.money.items():
        wrong = {"overcharged", "orphaned", "unpaid"}
        cells = [(name, getattr(row, name)) for name in names]
        table.add_row(
            currency,
            *(
                Text(_number(amount, currency), _alarm(name in wrong, amount))
                for name, amount in cells
            ),
        )
    return table


def _number(amount: int | None, currency: str) -> str:
    return "-" if amount is None else str(Money(amount, currency)).rpartition(" ")[0]


def _alarm(wrong: bool, amount: int | None) -> str:  # noqa: FBT001 - a fact about a column
    return "bold red" if wrong and amount else ""
