"""`paydrill drill`: a scenario performed against a merchant, and the verdict."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.exits import ABORTED
from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.drills.plan import Drill
    from simulator.drills.starters import RunningGateway
    from simulator.drills.verdict import Verdict


def drill(
    scenario: Annotated[
        str, typer.Argument(help="A scenario file, or a name from `paydrill scenarios`.")
    ],
    merchant: Annotated[
        str,
        typer.Option(
            help="careful, naive, careful-stripe, naive-stripe, the URL of a shop that runs, or "
            "a .yaml file."
        ),
    ] = "careful",
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Where the results go; out/<scenario>-<merchant>."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the scenario's.")] = None,
    processes: Annotated[int, typer.Option(min=1, help="Processes that bring shoppers.")] = 1,
    instances: Annotated[
        int | None,
        typer.Option(min=1, max=8, help="Processes of the merchant, behind one address."),
    ] = None,
    gateway: Annotated[
        str | None, typer.Option(help="A gateway that runs already: its primary channel.")
    ] = None,
    backup: Annotated[str | None, typer.Option(help="Its backup channel, if it has one.")] = None,
    control: Annotated[str | None, typer.Option(help="Its control API.")] = None,
    token: Annotated[
        str | None, typer.Option(envvar="PAYDRILL_TOKEN", help="The token of its control API.")
    ] = None,
) -> None:
    """Run a scenario against a merchant and judge what it did to the money."""
    from simulator.cli import sources
    from simulator.drills.folder import Folder
    from simulator.drills.merchantfile import merchant as read_merchant
    from simulator.drills.plan import plan

    running = _running(gateway=gateway, backup=backup, control=control, token=token)
    what, who = sources.scenario(scenario), read_merchant(merchant)
    folder = Folder(out or _default_out(what.name, who.name), workers=processes)
    verdict = _perform(plan(what, who, folder, seed=seed, instances=instances), running)
    raise typer.Exit(verdict.exit_code)


def _default_out(scenario: str, merchant: str) -> Path:
    return Path("out") / "-".join(re.findall(r"[\w.]+", f"{scenario} {merchant}"))


def _running(
    *, gateway: str | None, backup: str | None, control: str | None, token: str | None
) -> RunningGateway | None:
    """The gateway that runs already, if the call names one."""
    if gateway is None and control is None and backup is None:
        return None
    if not (gateway and control and token):
        raise UsageError(
            "a gateway that runs is named by --gateway, --control and --token together"
        )
    from simulator.drills.starters import RunningGateway

    return RunningGateway(primary=gateway, backup=backup or "", control=control, token=token)


def _perform(planned: Drill, running: RunningGateway | None) -> Verdict:
    import asyncio

    from rich.console import Console

    from simulator.cli import loops
    from simulator.drills import runner
    from simulator.drills.report.console import ConsoleReport
    from simulator.drills.starters import ProcessStarters

    with ConsoleReport(Console()) as report:
        try:
            starters = ProcessStarters(planned, running=running)
            return loops.run(runner.run(planned, starters, report))
        except asyncio.CancelledError:  # a second Ctrl-C: healed and stopped, but not judged
            typer.echo(
                "stopped at once: all faults are off and all processes have ended, but nothing was "
                "judged, so there is no verdict",
                err=True,
            )
            raise typer.Exit(ABORTED) from None
