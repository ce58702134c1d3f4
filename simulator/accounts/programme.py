"""What accounts play that nobody gave anything else to play: the scenario that is served."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.accounts.account import Account
from simulator.scenario.document import Scenario
from simulator.scenario.player import Player


class Programme:
    """The served scenario, or none. `seed` stands in place of that of every scenario."""

    def __init__(self, scenario: Scenario | None = None, seed: int | None = None) -> None:
        self._scenario = scenario
        self._seed = seed

    def begin(self, account: Account) -> None:
        """Let an account play it; its clock starts now."""
        scenario = self._scenario
        if scenario is not None:
            seed = scenario.seed if self._seed is None else self._seed
            account.perform(Player(scenario, seed=seed, started=account.clock.monotonic()))

    def change(self, scenario: Scenario, accounts: Iterable[Account]) -> tuple[Account, ...]:
        """Serve another scenario; the accounts that now play it from its beginning.

        An account that was given a scenario of its own keeps it.
        """
        served, self._scenario = self._scenario, scenario
        changed = tuple(
            account
            for account in accounts
            if account.player is None or account.player.scenario is served
        )
        for account in changed:
            self.begin(account)
        return changed
