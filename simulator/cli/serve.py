"""`paydrill serve`: the gateway, until Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.assembly import Serving, Settings
    from simulator.server.gateway import Gateway


PrimaryPort = Annotated[
    int, typer.Option(min=0, max=65535, help="Port of the primary channel; 0: any free one.")
]
BackupPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the backup channel.")]
ControlPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the control API.")]


def serve(
    scenario: Annotated[
        str | None, typer.Argument(help="A scenario file, or a name from `paydrill scenarios`.")
    ] = None,
    port: PrimaryPort = 4242,
    backup_port: BackupPort = 4244,
    control_port: ControlPort = 4243,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    journal: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Where to record; an existing one is continued."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the scenario's.")] = None,
    webhook: Annotated[str | None, typer.Option(help="Where every account's events go.")] = None,
    webhook_secret: Annotated[
        str | None,
        typer.Option(envvar="PAYDRILL_WEBHOOK_SECRET", help="What signs them; else a fresh one."),
    ] = None,
    webhook_host: Annotated[
        list[str] | None,
        typer.Option(help="A host besides this machine that webhooks may go to; repeatable."),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="PAYDRILL_TOKEN", help="Guards the control API; else a fresh one."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Read the scenario anew whenever its file changes.")
    ] = False,
    linger: Annotated[
        str | None,
        typer.Option(help="End by yourself so long after the last lease ran out, such as 2m."),
    ] = None,
) -> None:
    """Serve the gateway until Ctrl-C, clean or with a scenario."""
    from simulator.assembly import Settings
    from simulator.cli import loops, sources

    if watch and scenario is None:
        raise UsageError("--watch needs a scenario to watch: paydrill serve SCENARIO --watch")
    given = {"token": token, "secret": webhook_secret}
    settings = Settings(
        host=host,
        port=port,
        backup_port=backup_port,
        control_port=control_port,
        journal=journal,
        scenario=sources.scenario(scenario) if scenario else None,
        seed=seed,
        webhook=webhook,
        webhook_hosts=tuple(webhook_host or ()),
        linger=_seconds(linger) if linger else None,
        **{name: value for name, value in given.items() if value},
    )
    watched = scenario if watch else None
    loops.run(_serve(settings, announce_token=not token, watched=watched))


def _seconds(text: str) -> float:
    from simulator import units

    try:
        return units.duration(text)
    except ValueError as error:
        raise UsageError(f"--linger: {error}") from None


async def _serve(settings: Settings, *, announce_token: bool, watched: str | None) -> None:
    import asyncio
    import gc

    from simulator.assembly import serving

    async with serving(settings) as served:
        # All that was made so far stays to the end; looked through at every full collection, it
        # would cost each payment microseconds and now and then one of them milliseconds.
        gc.collect()
        gc.freeze()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, served.gateway.stop)
        typer.echo(_announcement(settings, served, announce_token=announce_token))
        async with asyncio.TaskGroup() as group:
            watcher = group.create_task(_watch(watched, served.gateway), name="watch")
            await served.gateway.stopped()
            watcher.cancel()


async def _watch(scenario: str | None, gateway: Gateway) -> None:
    """Keep the gateway true to its scenario's file, if there is one to watch."""
    from simulator.cli import sources
    from simulator.cli.watching import watch

    if scenario is not None:
        await watch(sources.scenario_path(scenario), lambda: _reload(scenario, gateway))


async def _reload(scenario: str, gateway: Gateway) -> None:
    """Play what the file says now; if that cannot be played, go on and say why."""
    import asyncio

    from simulator.cli import sources

    try:
        read = await asyncio.to_thread(sources.scenario, scenario)
    except UsageError as error:
        typer.echo(f"{error}\nThe old scenario goes on.", err=True)
        return
    gateway.play(read)
    typer.echo(f"Read anew, and plays from its beginning: {read.name}")


def _announcement(settings: Settings, served: Serving, *, announce_token: bool) -> str:
    """Where everything is. A secret that was given is not repeated: whoever gave it knows it."""
    rows = [
        ("primary", served.primary),
        ("backup", served.backup),
        ("control", served.control),
        ("scenario", settings.scenario.name if settings.scenario else "none: nothing fails"),
        ("journal", str(settings.journal) if settings.journal else "not kept"),
        ("api key", "sk_test_<account>, any name"),
    ]
    if announce_token:
        rows.append(("token", served.token))
    if settings.webhook:
        rows.append(("webhooks", settings.webhook))
        rows.append(("secret", served.secret))
    return "\n".join(f"{name:10}{value}" for name, value in rows) + "\nCtrl-C ends it."
