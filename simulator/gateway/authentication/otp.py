"""One-time codes: messages that arrive or do not, codes that are right, wrong or too old."""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.gateway import who
from simulator.gateway.authentication.codes import is_right
from simulator.gateway.authentication.record import Authentication, Lock, Send
from simulator.gateway.decision import Context
from simulator.gateway.directives import Challenge
from simulator.gateway.model import Payment
from simulator.gateway.ports import Snapshot
from simulator.profiles.method import Proof
from simulator.profiles.rules import Otp

#: Messages to these go to a number; a number that gets no codes gets none by either.
_BY_PHONE: Final = frozenset({"sms", "voice"})
#: What a message meets that needs `after`, where nothing says how long: longer than a code lives.
_LATE: Final = 1.1


def send(
    authentication: Authentication, via: str, challenge: Challenge, context: Context
) -> Authentication:
    """The authentication with one message more, by this way, as the challenge lets it go."""
    fate = _fate(challenge, via)
    arrives: float | None = context.wall
    if fate in ("never", "virtual_number"):
        arrives = None
    elif fate == "late":
        late = context.profile.authentication.otp.expires * _LATE
        arrives = context.wall + (late if challenge.after is None else challenge.after)
    message = Send(
        n=len(authentication.sends) + 1,
        via=via,
        at=context.wall,
        arrives=arrives,
        refused=fate == "virtual_number",
        astray=fate == "wrong_number",
    )
    return msgspec.structs.replace(authentication, sends=(*authentication.sends, message))


def _fate(challenge: Challenge, via: str) -> str:
    """What becomes of a message by this way. A number's trouble does not touch e-mail."""
    if challenge.type is not Proof.OTP or (challenge.by and via not in challenge.by):
        return "ok"
    about_number = challenge.result in ("wrong_number", "virtual_number")
    if about_number and via not in _BY_PHONE:
        return "ok"
    return challenge.result or "ok"


def resend_in(authentication: Authentication, via: str, wall: float, otp: Otp) -> float:
    """Seconds until another message may be sent by this way; 0 for now."""
    sent = [each.at for each in authentication.sends if each.via == via and not each.refused]
    return max(0.0, sent[-1] + otp.resend_after - wall) if sent else 0.0


def judge(
    authentication: Authentication, typed: str, challenge: Challenge, context: Context
) -> str:
    """What a typed code is: `right`, or the failure that it is.

    It is not told in what a wrong code is wrong: a code that is older than the last one sent is
    wrong like any other (PSD2 RTS, EU 2018/389, article 4). One that is right but too old is told
    to be so, for the payer must ask for another.
    """
    last = authentication.last
    if last is None or not is_right(authentication, typed) or challenge.code == "refused":
        return "otp_incorrect"
    lives = context.profile.authentication.otp.expires
    if challenge.code == "expired" or context.wall >= last.at + lives:
        return "otp_expired"
    return "right"


def arrived(authentication: Authentication, wall: float) -> tuple[Send, ...]:
    """The messages that the payer has by now, oldest first."""
    return tuple(each for each in authentication.sends if each.is_there(wall))


def is_unreachable(authentication: Authentication) -> bool:
    """Whether no way is left: every one of them was refused."""
    refused = {each.via for each in authentication.sends if each.refused}
    return refused.issuperset(authentication.ways)


def silence(authentication: Authentication, wall: float, lives: float) -> str:
    """What the end of the time means, where codes were sent: the failure of the payment.

    A code that arrived when it was no longer good (`lives` seconds) is as good as none.
    """
    if authentication.wrong:
        expired = authentication.problem == "otp_expired"
        return "otp_expired" if expired else "authentication_timeout"
    if any(each.took < lives for each in arrived(authentication, wall)):
        return "authentication_abandoned"
    misdirected = any(each.refused or each.astray for each in authentication.sends)
    return "phone_number_mismatch" if misdirected else "otp_not_delivered"


def lock_id(payment: Payment) -> str | None:
    """The lock of whoever pays: of the card, else of the payer; None for somebody unknown.

    Each channel has its own: another gateway would know of no code that was typed here.
    """
    whose = who.of(payment, "card") or who.of(payment, "payer")
    return whose and f"lock:{payment.channel}:{whose}"


def locks_of(payment: Payment, snapshot: Snapshot, wall: float) -> tuple[Lock, ...]:
    """The lock that holds for whoever pays, if one does: then there are no codes for now."""
    name = lock_id(payment)
    lock = snapshot.thing(name) if name else None
    return (lock,) if isinstance(lock, Lock) and wall < lock.until else ()


def lock_left(locks: tuple[Lock, ...], wall: float) -> float | None:
    """Seconds until the lock is over; None without one."""
    return locks[0].until - wall if locks else None


def locked(payment: Payment, context: Context) -> tuple[Lock, ...]:
    """The lock that follows from too many wrong codes."""
    name, lasts = lock_id(payment), context.profile.authentication.otp.lock
    if name is None or not lasts:
        return ()
    return (
        Lock(id=name, channel=payment.channel, order=payment.order, until=context.wall + lasts),
    )
