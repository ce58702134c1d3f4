"""The payer's side: wallets, payments that payers let go of, refunds that they ask for."""

from __future__ import annotations

from simulator import people
from simulator.accounts.account import Account
from simulator.dialects.native.refundrequests import request_view
from simulator.dialects.native.render import payment_view
from simulator.dialects.native.views import PaymentView, RefundRequestView, stamp
from simulator.errors import UsageError
from simulator.gateway import wallets
from simulator.gateway.model import Payment
from simulator.gateway.outcomes import Outcome, Reason, Refused
from simulator.gateway.payers import (
    Act,
    ChangeWallet,
    LeavePayment,
    OpenWallet,
    TopUp,
    Transfer,
)
from simulator.gateway.refundrequests import ANSWER_WITHIN_S, AskRefund
from simulator.gateway.things import LinkedCard, RefundRequest, Wallet
from simulator.server.control import walletbodies as bodies
from simulator.server.control.bodies import Nothing
from simulator.server.control.call import Call, Missing, seconds
from simulator.server.gateway import Gateway

#: Wallets belong to no channel; what is journaled of them stands under this one.
_CHANNEL = "primary"


async def open_wallet(call: Call[Nothing, bodies.NewWallet]) -> bodies.WalletView:
    """Make a wallet with these balances; without a `token` one is made up.

    A token that was never used needs no making: it comes with the profile's opening money.
    """
    body = call.body
    token = body.token
    if token is not None:
        _checked(token)
    act = OpenWallet(
        wallet=token,
        country=body.country,
        balances=body.balances,
        level=body.level,
        app=body.app,
        card=LinkedCard(body.card.expires) if body.card else None,
    )
    return _changed(call, act)


async def list_wallets(call: Call[Nothing, Nothing]) -> bodies.Wallets:
    """List the wallets that have been used, oldest first."""
    account = call.tenant.account
    kept = [each for each in account.store.things.values() if isinstance(each, Wallet)]
    return bodies.Wallets(data=[_view(each, account) for each in kept])


async def show_wallet(call: Call[Nothing, Nothing]) -> bodies.WalletView:
    """Show one wallet; one that was never used as it will be when it is."""
    account = call.tenant.account
    context = account.context(_CHANNEL, None, call.gateway.ids)
    return _view(wallets.find(_token(call), context), account)


async def top_up(call: Call[Nothing, bodies.WalletMoney]) -> bodies.WalletView:
    """Pay money in; a payment that is retrying for want of it goes through at its next try."""
    return _changed(call, TopUp(_token(call), call.body.amount, call.body.currency))


async def transfer(call: Call[Nothing, bodies.WalletGift]) -> bodies.WalletView:
    """Send money to another wallet."""
    body = call.body
    return _changed(call, Transfer(_token(call), _checked(body.to), body.amount, body.currency))


async def freeze_wallet(call: Call[Nothing, Nothing]) -> bodies.WalletView:
    """Let the wallet pay nothing until it is unfrozen; money can still come in."""
    return _changed(call, ChangeWallet(wallet=_token(call), status="frozen"))


async def unfreeze_wallet(call: Call[Nothing, Nothing]) -> bodies.WalletView:
    """Let the wallet pay again."""
    return _changed(call, ChangeWallet(wallet=_token(call), status="active"))


async def close_wallet(call: Call[Nothing, Nothing]) -> bodies.WalletView:
    """Close the wallet for good: it pays nothing, and nothing can be paid in."""
    return _changed(call, ChangeWallet(wallet=_token(call), status="closed"))


async def verify_wallet(call: Call[Nothing, bodies.WalletIdentity]) -> bodies.WalletView:
    """Set how well its owner is known: the profile says what each level may pay; 0 pays nothing."""
    return _changed(call, ChangeWallet(wallet=_token(call), level=call.body.level))


async def update_app(call: Call[Nothing, bodies.WalletApp]) -> bodies.WalletView:
    """Set the version of the payer's app; the profile names the oldest that may pay."""
    return _changed(call, ChangeWallet(wallet=_token(call), app=call.body.version))


async def link_card(call: Call[Nothing, bodies.WalletCard]) -> bodies.WalletView:
    """Put a bank card behind the wallet, which makes up for what the balance lacks while valid."""
    return _changed(call, ChangeWallet(wallet=_token(call), card=LinkedCard(call.body.expires)))


async def unlink_card(call: Call[Nothing, Nothing]) -> bodies.WalletView:
    """Take the bank card away from the wallet."""
    return _changed(call, ChangeWallet(wallet=_token(call), unlink=True))


async def leave_payment(call: Call[Nothing, Nothing]) -> PaymentView:
    """Press cancel as the payer: the payment fails with `customer_cancelled`, and no money moves.

    A payment that waits for its payer, or is retrying, can be left so; one that is over cannot.
    """
    account = call.tenant.account
    payment = _payment(account, call.places["payment"])
    _act(call.gateway, account, payment.channel, LeavePayment(payment.id))
    return payment_view(_payment(account, payment.id))


async def ask_refund(call: Call[Nothing, bodies.RefundWish]) -> RefundRequestView:
    """Ask for money back in the wallet: the merchant hears of it by `refund.requested`.

    The merchant answers by a refund or by declining; after `within` (3 days) the request expires.
    Asking again for the same payment changes nothing.
    """
    account, body = call.tenant.account, call.body
    payment = _payment(account, body.payment)
    within = ANSWER_WITHIN_S if body.within is None else seconds(body.within, "within")
    reason = people.mask_text(body.reason)
    act = AskRefund(payment=payment.id, reason=reason, amount=body.amount, within=within)
    _act(call.gateway, account, payment.channel, act)
    call.tenant.timekeeper.wake()
    asked = next(each for each in _requests(account) if each.payment == payment.id)
    return request_view(asked)


async def list_refund_requests(call: Call[Nothing, Nothing]) -> bodies.RefundWishes:
    """List what payers have asked back, oldest first, with the answers."""
    return bodies.RefundWishes(data=[request_view(each) for each in _requests(call.tenant.account)])


def _requests(account: Account) -> list[RefundRequest]:
    return [each for each in account.store.things.values() if isinstance(each, RefundRequest)]


def _payment(account: Account, name: str) -> Payment:
    """A payment of whatever channel; Missing if there is none."""
    found = (channel.payment(name) for channel in account.store.channels())
    payment = next((each for each in found if each is not None), None)
    if payment is None:
        raise Missing("there is no such payment")
    return payment


def _changed(call: Call[Nothing, bodies.Body], act: Act) -> bodies.WalletView:
    """Perform an act on a wallet, and show the wallet as it then is."""
    account = call.tenant.account
    outcome = _act(call.gateway, account, _CHANNEL, act)
    thing = getattr(outcome, "thing", None)
    kept = account.store.things.get(thing.id) if isinstance(thing, Wallet) else None
    if not isinstance(kept, Wallet):
        raise UsageError("this changed no wallet")
    return _view(kept, account)


def _act(gateway: Gateway, account: Account, channel: str, act: Act) -> Outcome:
    """Perform what a payer does; UsageError or Missing says why it cannot be."""
    outcome = account.act(channel, act, gateway.ids)
    if isinstance(outcome, Refused):
        raise (Missing if outcome.reason is Reason.NOT_FOUND else UsageError)(outcome.message)
    return outcome


def _token(call: Call[Nothing, bodies.Body]) -> str:
    return _checked(call.places["wallet"])


def _checked(token: str) -> str:
    if not wallets.is_wallet(token):
        raise Missing("this is no wallet; tokens are wal_<COUNTRY>_<serial>, such as wal_CN_000123")
    return token


def _view(wallet: Wallet, account: Account) -> bodies.WalletView:
    rules = wallets.rules(account.profile)
    currencies = {*wallet.balances, *(rules.opening if wallet.opens else ())}
    wall = account.clock.wall()
    return bodies.WalletView(
        token=wallet.id,
        status=wallet.status,
        level=wallet.level,
        app=wallet.app,
        card=None if wallet.card is None else _card_view(wallet.card, wall),
        balances={
            each: wallets.balance(wallet, each, account.profile) for each in sorted(currencies)
        },
        created=stamp(wallet.created),
    )


def _card_view(card: LinkedCard, wall: float) -> bodies.WalletCardView:
    return bodies.WalletCardView(expires=card.expires, valid=wallets.is_valid(card, wall))
