"""The dispatcher of an account: in which words, to which endpoints, with which fate."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from simulator.accounts.account import Account
from simulator.accounts.view import Turn, facts_of
from simulator.clock import Clock
from simulator.dialects.letter import Letter
from simulator.dialects.native.letters import NativeLetter
from simulator.dialects.native.sign import secret_key
from simulator.dialects.stripe.letters import StripeLetter, View
from simulator.errors import UsageError
from simulator.gateway.endpoints import listens
from simulator.gateway.model import Event
from simulator.gateway.ports import Ids
from simulator.gateway.subject import Subject
from simulator.journal.entry import Delivery
from simulator.loopback import allowed
from simulator.scenario.facts import Fired
from simulator.webhooks.dispatcher import Dispatcher
from simulator.webhooks.sender import Sender
from simulator.webhooks.target import Target
from simulator.webhooks.wiring import Wiring

log = logging.getLogger("paydrill.webhooks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the postmen of all accounts share.

    `view` shows what Stripe's events are about; `hosts` are allowed beside this machine.
    """

    sender: Sender
    clock: Clock
    ids: Ids
    view: View
    hosts: tuple[str, ...] = ()


class Postman(Dispatcher):
    """The dispatcher of one account; it checks where it is sent."""

    def __init__(self, account: Account, office: Office) -> None:
        self._account = account
        self._office = office
        self._native = NativeLetter()
        self._stripe = StripeLetter(office.view, account.store.channel)
        super().__init__(
            Wiring(
                account=account.name,
                sender=office.sender,
                clock=account.clock,
                system=office.clock,
                ids=office.ids,
                letter=self._letter,
                endpoint=self._endpoint,
                plan=self._fate,
                record=self._delivered,
            )
        )

    def aim(self, url: str | None, secret: str) -> None:
        """Let this be the account's own address; UsageError for a host that is not allowed."""
        if url is not None:
            allowed(url, self._office.hosts)
            secret_key(secret)
        self.point(Target(url, secret) if url is not None else None)
        self._account.store.address(known=url is not None)

    def _letter(self, event: Event) -> Letter:
        """Only Stripe's events have names of their own."""
        return self._native if event.name is None else self._stripe

    def _endpoint(self, channel: str, name: str) -> Target | None:
        endpoint = self._account.store.channel(channel).resource(name)
        if endpoint is None or not listens(endpoint):
            return None
        url, secret = endpoint.fields["url"], endpoint.fields["secret"]
        try:
            allowed(url, self._office.hosts)  # a journal may be gone on with where fewer are
        except UsageError as error:
            log.warning("nothing is sent to endpoint %s: %s", name, error)
            return None
        return Target(url, secret)

    def _fate(self, event: Event, attempt: int) -> Fired | None:
        """What the scenario has in store for one try; the same at every address."""
        account = self._account
        payment = account.store.channel(event.channel).payment(event.payment)
        turn = Turn(event.channel, account.key_order(event.order), attempt, attempt)
        subject = Subject("webhook", event.order, payment)
        return account.plan_webhook(facts_of(subject, turn, event.type))

    def _delivered(self, line: Delivery) -> None:
        # What follows from an acknowledgement is written first: if both are lost, it comes again.
        self._account.acknowledged(line, self._office.ids)
        self._account.recorder.delivered(line, self._account.count)
