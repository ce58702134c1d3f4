"""All checkers, in the order in which a verdict lists them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.checkers.approval_ratio import ApprovalRatio
from simulator.checkers.books_agree import BooksAgree
from simulator.checkers.checker import Checker
from simulator.checkers.exactly_once import ExactlyOnce
from simulator.checkers.failover import Failover
from simulator.checkers.latency import Latency
from simulator.checkers.no_card_data import NoCardData
from simulator.checkers.no_free_order import NoFreeOrder
from simulator.checkers.no_orphan_charge import NoOrphanCharge
from simulator.checkers.no_stuck_order import NoStuckOrder
from simulator.checkers.payer_notified import PayerNotified
from simulator.checkers.reconciliation import Reconciliation
from simulator.checkers.refund_once import RefundOnce
from simulator.checkers.retry_rules import RetryRules
from simulator.checkers.success_ratio import SuccessRatio
from simulator.checkers.truth_told import TruthTold
from simulator.checkers.webhooks_handled import WebhooksHandled

CHECKERS: Final[tuple[type[Checker], ...]] = (
    ExactlyOnce,
    NoOrphanCharge,
    NoFreeOrder,
    TruthTold,
    NoStuckOrder,
    BooksAgree,
    RetryRules,
    RefundOnce,
    WebhooksHandled,
    SuccessRatio,
    ApprovalRatio,
    Latency,
    Failover,
    NoCardData,
    PayerNotified,
    Reconciliation,
)
BY_NAME: Final[Mapping[str, type[Checker]]] = MappingProxyType(
    {checker.name: checker for checker in CHECKERS}
)


def defaults(
    poll_every: float | None = None, refund_within: float | None = None
) -> tuple[Checker, ...]:
    """The checkers that always run, with their own parameters.

    `poll_every` is the profile's shortest time between two queries of one order, in seconds;
    `refund_within` what the scenario allows a refund to take, for checkers that wait for it.
    """
    paced = {} if poll_every is None else {"poll_every": f"{poll_every}s"}
    patient = {} if refund_within is None else {"refund_within": f"{refund_within}s"}
    given = {RetryRules: paced, TruthTold: patient, BooksAgree: patient}
    return tuple(
        checker.model_validate(given.get(checker, {})) for checker in CHECKERS if checker.always
    )
