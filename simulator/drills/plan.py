"""What is going to be drilled: one scenario, one seed, one run id, one merchant, one folder."""

from __future__ import annotations

import secrets
from math import floor
from typing import Any

import msgspec

from simulator.drills.control import ACCOUNT
from simulator.drills.folder import Folder
from simulator.drills.load import SHOPPERS, LoadPlan, PhaseLoad
from simulator.drills.merchantfile import MerchantSpec
from simulator.errors import UsageError, did_you_mean
from simulator.scenario.document import Phase, Scenario


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """One drill to perform."""

    scenario: Scenario
    seed: int
    run: str
    merchant: MerchantSpec
    folder: Folder
    instances: int = 1

    @property
    def shoppers(self) -> int:
        """How many come in all: the area under the rates, rounded as the load generator does."""
        loads = (_phase_load(phase) for phase in self.scenario.phases)
        return floor(sum((each.begins + each.ends) / 2 * each.lasts for each in loads) + 0.5)

    def load_plan(self, shop: str) -> LoadPlan:
        """What the load generator is told."""
        return LoadPlan(
            run=self.run,
            seed=self.seed,
            shop=shop,
            account=ACCOUNT,
            phases=tuple(_phase_load(phase) for phase in self.scenario.phases),
            traffic=self._traffic(),
            mapping=self.merchant.mapping.plan(),
        )

    def _traffic(self) -> dict[str, Any]:
        """Who comes; those who pay from a wallet that the gateway keeps have one of their own."""
        wallet = self.scenario.profile.wallet
        kept = {} if wallet is None else {"wallets": sorted(wallet.methods)}
        return {**self.scenario.traffic.plan(), **kept}


def _phase_load(phase: Phase) -> PhaseLoad:
    rates = (phase.arrivals.begins, phase.arrivals.ends) if phase.arrivals else (0.0, 0.0)
    return PhaseLoad(phase.name, phase.lasts, *rates)


def plan(
    scenario: Scenario,
    merchant: MerchantSpec,
    folder: Folder,
    *,
    seed: int | None = None,
    instances: int | None = None,
) -> Drill:
    """The drill of a scenario; without a `seed` its own is taken.

    `instances` of the merchant, or as many as the scenario says, or its file, or one.

    Raises:
        UsageError: nobody comes in this scenario, so it can be served but not drilled; those
            who come are shoppers of a kind that loadtests/ lacks; or an instance is to be ended
            that there is not.
    """
    if not scenario.has_arrivals:
        raise UsageError(
            f"{scenario.file or scenario.name}: nobody comes in this scenario; a drill needs "
            "phases with arrivals (arrivals: 40/s)"
        )
    if scenario.traffic.shoppers not in SHOPPERS:
        kind = scenario.traffic.shoppers
        raise UsageError(
            f"{scenario.file or scenario.name}: unknown shoppers '{kind}'"
            f"{did_you_mean(kind, SHOPPERS)}; there is {', '.join(SHOPPERS)}"
        )
    count = instances or scenario.instances or merchant.instances or 1
    if scenario.last_struck > count:
        raise UsageError(
            f"{scenario.file or scenario.name} ends instance {scenario.last_struck} of the "
            f"merchant, and there is to be {'one' if count == 1 else f'{count} of them'}"
        )
    return Drill(
        scenario=scenario,
        seed=scenario.seed if seed is None else seed,
        run=new_run(),
        merchant=merchant,
        folder=folder,
        instances=count,
    )


def new_run() -> str:
    """A run id that no earlier drill had, so that a shop's old orders are not taken for new.

    It ends with a letter: with nothing but digits in it, `<run>-<n>` could read as a card number.
    """
    return f"r{secrets.token_hex(4)[:-1]}{secrets.choice('abcdef')}"
