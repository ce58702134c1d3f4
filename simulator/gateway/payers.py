"""What payers and their banks do without the merchant: top up, transfer, freeze, cancel, dispute.

These come from the payer's side (the control API), never from a merchant's key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from simulator.gateway import challenges, disputes, refundrequests, resends, wallets
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.disputes import CloseDispute, OpenDispute
from simulator.gateway.ledger import PAYER, wallet_account
from simulator.gateway.model import Posting, Status
from simulator.gateway.outcomes import Reason, ThingOutcome
from simulator.gateway.refundrequests import AskRefund
from simulator.gateway.things import LinkedCard, Wallet

#: A payment of which its payer can still let go.
_CAN_BE_LEFT: Final = frozenset({Status.CREATED, Status.REQUIRES_ACTION, Status.RETRYING})


class OpenWallet(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Make a wallet, with these balances and nothing else in it; None is as the token says.

    `wallet` is its token; None makes one up.
    """

    wallet: str | None = None
    country: str = "CN"
    balances: Mapping[str, int] | None = None
    level: int | None = None
    app: str | None = None
    card: LinkedCard | None = None


class TopUp(msgspec.Struct, frozen=True, gc=False):
    """Pay money in."""

    wallet: str
    amount: int
    currency: str


class Transfer(msgspec.Struct, frozen=True, gc=False):
    """Send money to another wallet."""

    wallet: str
    to: str
    amount: int
    currency: str


class ChangeWallet(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Change what is not None: status, identity level, app version, linked card."""

    wallet: str
    status: str | None = None
    level: int | None = None
    app: str | None = None
    card: LinkedCard | None = None
    unlink: bool = False


class LeavePayment(msgspec.Struct, frozen=True, gc=False):
    """Press cancel in the wallet, or on the page."""

    payment: str


Act = (
    OpenWallet | TopUp | Transfer | ChangeWallet | LeavePayment | AskRefund | OpenDispute
    | CloseDispute
)  # fmt: skip


def act(command: Act, context: Context) -> Decision:
    """What becomes of an act of a payer."""
    return wallets.carry(_HANDLERS[type(command)](command, context), context)


def _open(command: OpenWallet, context: Context) -> Decision:
    token = command.wallet or context.ids.new(f"wal_{command.country}")
    if context.snapshot.thing(token) is not None:
        return refused(Reason.STATE_FORBIDS, f"there is a wallet {token} already")
    usual = wallets.find(token, context)
    level = usual.level if command.level is None else command.level
    problem = _unknown_level(level, context)
    if problem is not None:
        return problem
    made = replace(
        usual,
        level=level,
        app=command.app or usual.app,
        card=command.card or usual.card,
        opens=usual.opens and command.balances is None,
    )
    paid_in = {cur: amount for cur, amount in (command.balances or {}).items() if amount}
    postings = tuple(
        Posting(PAYER, wallet_account(token), amount, currency)
        for currency, amount in paid_in.items()
    )
    return Decision(ThingOutcome(made, created=True), postings=postings, things=(made,))


def _top_up(command: TopUp, context: Context) -> Decision:
    wallet = wallets.find(command.wallet, context)
    problem = _cannot_take(wallet, command.amount, command.currency, context)
    if problem is not None:
        return problem
    account = wallet_account(wallet.id)
    posting = Posting(PAYER, account, command.amount, command.currency)
    return Decision(ThingOutcome(wallet), postings=(posting,), things=(wallet,))


def _transfer(command: Transfer, context: Context) -> Decision:
    giver, taker = wallets.find(command.wallet, context), wallets.find(command.to, context)
    if giver.id == taker.id:
        return refused(Reason.STATE_FORBIDS, "a wallet cannot send money to itself")
    if giver.status != "active":
        return refused(Reason.STATE_FORBIDS, f"{giver.id} is {giver.status}")
    held = wallets.balance(giver, command.currency, context.profile)
    if command.amount > held:
        return refused(
            Reason.AMOUNT_TOO_LARGE, f"{giver.id} holds {held} {command.currency}, no more"
        )
    problem = _cannot_take(taker, command.amount, command.currency, context)
    if problem is not None:
        return problem
    posting = Posting(
        wallet_account(giver.id), wallet_account(taker.id), command.amount, command.currency
    )
    return Decision(ThingOutcome(giver), postings=(posting,), things=(giver, taker))


def _change(command: ChangeWallet, context: Context) -> Decision:
    wallet = wallets.find(command.wallet, context)
    if wallet.status == "closed":
        return refused(Reason.STATE_FORBIDS, f"{wallet.id} is closed, for good")
    level = wallet.level if command.level is None else command.level
    problem = None if command.level is None else _unknown_level(level, context)
    if problem is not None:
        return problem
    changed = replace(
        wallet,
        status=command.status or wallet.status,
        level=level,
        app=command.app or wallet.app,
        card=None if command.unlink else command.card or wallet.card,
        updated=context.wall,
    )
    return Decision(ThingOutcome(changed), things=(changed,))


def _leave(command: LeavePayment, context: Context) -> Decision:
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return refused(Reason.NOT_FOUND, f"no payment {command.payment}")
    if payment.status not in _CAN_BE_LEFT:
        return refused(
            Reason.STATE_FORBIDS, f"its payer cannot cancel a payment that is {payment.shown}"
        )
    ended = challenges.left(payment, context)
    result = ended[0].result if ended else payment.authentication
    left = replace(payment, authentication=result)
    return replace(resends.fail(left, "customer_cancelled", context), things=ended)


def _cannot_take(wallet: Wallet, amount: int, currency: str, context: Context) -> Decision | None:
    """Why no money can be paid into a wallet, if so."""
    if wallet.status == "closed":
        return refused(Reason.STATE_FORBIDS, f"{wallet.id} is closed")
    level = wallets.level_of(wallet, context.profile)
    most = level.balance.get(currency) if level else None
    held = wallets.balance(wallet, currency, context.profile)
    if most is not None and held + amount > most:
        return refused(
            Reason.AMOUNT_TOO_LARGE,
            f"{wallet.id} holds {held} {currency} and may hold {most} at its identity level",
        )
    return None


def _unknown_level(level: int, context: Context) -> Decision | None:
    known = [each.level for each in wallets.rules(context.profile).levels]
    if not known or not level or level in known:
        return None
    levels = ", ".join(map(str, sorted({0, *known})))
    return refused(Reason.STATE_FORBIDS, f"there is no identity level {level}; there is {levels}")


_HANDLERS: Final[Mapping[type, Callable[[Any, Context], Decision]]] = MappingProxyType(
    {
        OpenWallet: _open,
        TopUp: _top_up,
        Transfer: _transfer,
        ChangeWallet: _change,
        LeavePayment: _leave,
        AskRefund: refundrequests.ask,
        OpenDispute: disputes.open_by_hand,
        CloseDispute: disputes.close_by_hand,
    }
)
