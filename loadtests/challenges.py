"""What a shopper does at the page to which a shop sends for a proof of who pays.

Approves, after a moment; or waits for the message with the code, types it, and asks for another, by
another way, if it does not come. Some leave, some mistype, see `habits`. What becomes of the order
only the shop tells: the shopper goes back there and asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from scenes import Sample

from simulator.draws import uniform, unit

if TYPE_CHECKING:
    from habits import Manner
    from scenes import Reply, Scene

PAGE_WITHIN: Final = 10.0  # seconds a shopper looks at a page that does not answer
THINKS: Final = (0.8, 2.5)  # seconds before each click, or for typing a code
WAITS_FOR_CODE: Final = 6.0  # seconds until another one is asked for
LOOKS_EVERY: Final = 0.5  # seconds between looks at the telephone
STEPS: Final = 12  # at most; whoever has done so much leaves
RELOADS: Final = 2  # times that a page which does not answer is loaded again
CHECKS: Final = 2  # failed checks of a device, after which a code is asked for


class _Problem(msgspec.Struct):
    code: str = ""


class _Payment(msgspec.Struct):
    id: str = ""


class _Page(msgspec.Struct):
    """What a page says, as far as shoppers look at it."""

    status: str
    type: str = ""
    actions: tuple[str, ...] = ()
    via: str | None = None
    ways: tuple[str, ...] = ()
    problem: _Problem | None = None
    payment: _Payment = msgspec.field(default_factory=_Payment)


_PAGE: Final = msgspec.json.Decoder(_Page)


class Challenge:
    """Shopper `n` at one page, from loading it until nothing is left to do there."""

    def __init__(self, scene: Scene, n: int, manner: Manner, url: str) -> None:
        self._scene = scene
        self._n = n
        self._manner = manner
        self._url = url
        self._tried: set[str] = set()  # codes that were typed
        self._asked: set[str] = set()  # ways by which a code was sent
        self._checks = 0
        self._steps = 0
        self._mistypes = manner.habit == "mistype_code"

    def take(self) -> None:
        """Do all that the page asks for, as far as this shopper goes."""
        page = self._load()
        while page is not None and page.status == "pending" and self._steps < STEPS:
            if self._manner.habit == "abandon_challenge":
                self._scene.rest(self._manner.span)
                return
            body = self._next(page)
            if body is None or self._scene.rest(self._thinks()):
                return
            page = self._act(body)

    def _next(self, page: _Page) -> dict[str, str] | None:
        """What to do now; None to leave."""
        self._steps += 1
        if page.type in ("three_ds", "redirect"):
            return {"action": "approve"}
        if page.type == "biometric":
            return self._on_device(page)
        return self._code(page) if page.type == "otp" else None

    def _on_device(self, page: _Page) -> dict[str, str] | None:
        self._checks += 1
        if self._checks <= CHECKS and "approve_biometric" in page.actions:
            return {"action": "approve_biometric"}
        return {"action": "use_code"} if "use_code" in page.actions else None

    def _code(self, page: _Page) -> dict[str, str] | None:
        if page.via is not None:
            self._asked.add(page.via)
        code = self._await_code(page.payment.id)
        if code is None:
            other = next((way for way in page.ways if way not in self._asked), None)
            if other is None:
                return None
            self._asked.add(other)
            return {"action": "resend", "via": other}
        if self._mistypes:
            self._mistypes = False
            return {"action": "submit_code", "code": mistyped(code)}
        self._tried.add(code)
        return {"action": "submit_code", "code": code}

    def _await_code(self, payment: str) -> str | None:
        """The newest code that was not typed yet, as soon as it is there; None if none comes."""
        telephone, clock = self._scene.telephone, self._scene.clock
        if telephone is None:
            return None
        until = clock.monotonic() + WAITS_FOR_CODE
        while True:
            codes = telephone.codes(payment)
            if codes and codes[-1] not in self._tried:
                return codes[-1]
            if clock.monotonic() >= until or self._scene.rest(LOOKS_EVERY):
                return None

    def _act(self, body: dict[str, str]) -> _Page | None:
        """Click; a double click sends it twice. A page that does not answer is loaded again."""
        sent = msgspec.json.encode(body)
        if self._manner.habit == "double_click":
            other = self._scene.aside(lambda: self._again(sent))
            page = self._send("POST", sent)
            other()
        else:
            page = self._send("POST", sent)
        return page or self._load()

    def _again(self, sent: bytes) -> None:
        if not self._scene.rest(self._manner.span):
            self._send("POST", sent)

    def _load(self) -> _Page | None:
        for _ in range(1 + RELOADS):
            page = self._send("GET")
            if page is not None or self._scene.rest(self._thinks()):
                return page
        return None

    def _send(self, method: str, body: bytes = b"") -> _Page | None:
        browser = self._scene.browser
        if browser is None:
            return None
        began = self._scene.clock.monotonic()
        reply = browser.send(method, self._url, body, within=PAGE_WITHIN)
        page = _read(reply)
        error = None if page is not None else reply.error or f"status {reply.code}"
        took = self._scene.clock.monotonic() - began
        self._scene.report(Sample(method, "/pay", took, len(reply.body), error))
        return page

    def _thinks(self) -> float:
        roll = unit(self._scene.plan.seed, "challenge", f"{self._n}/{self._steps}")
        return uniform(roll, *THINKS)


def mistyped(code: str) -> str:
    """The code with its last digit wrong, so that a gateway takes it for a code."""
    return f"{code[:-1]}{'1' if code.endswith('0') else '0'}"


def _read(reply: Reply) -> _Page | None:
    """What a page says; None where it says nothing that can be understood."""
    if reply.code is None:
        return None
    try:
        return _PAGE.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
