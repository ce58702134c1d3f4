"""What the scenario has in store for a charge that waits behind an authentication.

A charge is asked about as `authorize` or `confirm` when it is tried. If the payer has to prove who
pays, it is decided later, in an exchange of the payer's own, and the scenario is asked again: the
same attempt, with nothing more to say for faults of authentication.
"""

from __future__ import annotations

from typing import Final, get_args

import msgspec

from simulator.accounts.view import Turn, facts_of
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.commands import Authenticate
from simulator.gateway.decision import Context
from simulator.gateway.directives import Challenge, Directive
from simulator.scenario.facts import CLEAN, Facts, Plan
from simulator.server.passage import Passage

_DIRECTIVES: Final = get_args(Directive)
#: Operations beside `authorize` that may charge.
_OTHERS: Final = frozenset({"confirm", "authenticate"})


def charge_plan(passage: Passage, facts: Facts) -> Plan:
    """The plan for the charge itself, where the plan of the exchange is not that."""
    command = passage.command
    if isinstance(command, Authenticate):
        waiting = passage.account.store.things.get(command.authentication)
        return _behind(passage, waiting) if isinstance(waiting, Authentication) else CLEAN
    fired = passage.plan.decide
    if fired is None or not isinstance(fired.action, Challenge):
        return CLEAN
    return passage.account.plan(msgspec.structs.replace(facts, proved=True))


def context_of(passage: Passage, context: Context) -> Context:
    """The context, with all that a charge must know of its turn and its own plan."""
    operation = passage.subject.operation if passage.subject else ""
    charge, number = passage.charge, passage.number
    usual = operation not in _OTHERS and (number == 1 or operation != "authorize")
    if charge is CLEAN and usual:
        return context
    action = None if charge.decide is None else charge.decide.action
    directive = action if isinstance(action, _DIRECTIVES) else None
    return msgspec.structs.replace(context, operation=operation, attempt=number, charge=directive)


def _behind(passage: Passage, waiting: Authentication) -> Plan:
    account, subject = passage.account, passage.subject
    if subject is None or subject.payment is None:
        return CLEAN
    order = account.key_order(subject.order)
    turn = Turn(waiting.channel, order, waiting.attempt, waiting.attempt)
    asked = msgspec.structs.replace(subject, operation=waiting.operation)
    facts = facts_of(asked, turn)
    return account.plan(msgspec.structs.replace(facts, proved=True))
