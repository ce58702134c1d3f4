"""A client that does the deeds of the library's rows in Stripe's words, over the real socket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import aiohttp
import msgspec

from simulator.dialects.stripe.facts import version
from simulator.dialects.stripe.methodtypes import wire
from tests.server.kit import KEY, Answer, Desk
from tests.stripe.library.reading import charge, read
from tests.stripe.library.shapes import checked

_URL: Final = "/v1/payment_intents"
_BACK: Final = "https://shop.example/back"
#: How often a question is asked that is answered with an error.
_PATIENCE: Final = 9
#: Whose outcome is open: another try is one more confirmation of the same intent.
_OPEN: Final = frozenset({"failed", "created"})


class NoCounterpart(AssertionError):
    """Stripe's API has nothing of the kind."""


class Sent(msgspec.Struct, frozen=True):
    """A request that was sent with an idempotency key."""

    path: str
    form: dict[str, Any]


class Client(Desk):
    """The deeds of a native merchant, done through Stripe's API."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.complaints: list[str] = []  # of the shape of answers
        self._keys: dict[tuple[str, str], Sent] = {}
        self._known: dict[tuple[str, str], dict[str, Any]] = {}  # by channel and order

    async def call(
        self, method: str, path: str, body: Any = None, *, channel: str = "primary", **kw: Any
    ) -> Answer:
        """A request of the native API, in Stripe's words; the answer in the native API's."""
        if path.startswith("/pay/"):
            return await super().call(method, path, body, channel=channel, **kw)
        kind, *steps = path.partition("?")[0].removeprefix("/v1/").split("/")
        kw["channel"] = channel
        match method, kind, steps:
            case _, "payments", _:
                return await self._payments(method, path, steps, body, **kw)
            case "POST", "refunds", []:
                return await self._refund(body, **kw)
            case "GET", "refunds" | "disputes", [_]:
                return read(await self.stripe("GET", path, **kw))
            case "POST", "checkouts", []:
                return await self._checkout(body, **kw)
            case "GET", "disputes", []:
                at = path.replace("payment=", "payment_intent=")
                return read(await self.stripe("GET", at, **kw))
        raise NoCounterpart(f"{method} {path}")

    async def _payments(
        self, method: str, path: str, steps: list[str], body: Any, **kw: Any
    ) -> Answer:
        """What is done with payments."""
        match method, steps:
            case "POST", []:
                return await self._pay(body, **kw)
            case "GET", []:
                return await self._find(path.partition("order_id=")[2], **kw)
            case "POST", ["cancel"]:
                return await self._close(body["order_id"], **kw)
            case "GET", [name]:
                return read(await self.stripe("GET", f"{_URL}/{name}?expand[]=latest_charge", **kw))
            case "POST", [name, "capture" | "cancel" as deed]:
                form = {"amount_to_capture": body["amount"]} if "amount" in body else {}
                return read(await self.stripe("POST", f"{_URL}/{name}/{deed}", form, **kw))
        raise NoCounterpart(f"{method} {path}")

    async def stripe(
        self,
        method: str,
        path: str,
        form: dict[str, Any] | None = None,
        *,
        channel: str = "primary",
        key: str | None = None,
        **kw: Any,
    ) -> Answer:
        """One request of Stripe's API, and its answer as it is."""
        base = self.serving.primary if channel == "primary" else self.serving.backup
        headers = {"Authorization": f"Bearer {KEY}", "Stripe-Version": version()}
        if key is not None:
            headers["Idempotency-Key"] = key
        pairs = list(_pairs(form or {})) if method == "POST" else None
        wait = aiohttp.ClientTimeout(total=kw.pop("timeout", 10))
        async with self._session.request(
            method, base + path, data=pairs, headers=headers, timeout=wait
        ) as response:
            raw = await response.read()
            is_json = response.content_type == "application/json"
            body = msgspec.json.decode(raw) if is_json else {"text": raw.decode()}
            if is_json:
                self.complaints += checked(method, path, response.status, body)
            return Answer(response.status, body, dict(response.headers))

    async def control(self, method: str, path: str, body: object = None, **kw: Any) -> Answer:
        """One call of the control API, which knows payments by the gateway's own names."""
        named = re.search(r"pi_\w+", path)
        if named:
            order = next(
                order for (_, order), it in self._known.items() if it["id"] == named.group(0)
            )
            every = await super().control("GET", "/accounts/shop/payments")
            mine = [each["id"] for each in every.body["data"] if each["order_id"] == order]
            path = path.replace(named.group(0), mine[-1])
        return await super().control(method, path, body, **kw)

    async def _pay(self, body: dict[str, Any], channel: str, **kw: Any) -> Answer:
        """Try to charge for an order; a key that was used before goes where it went."""
        key = (channel, kw.get("key") or "")
        earlier = self._keys.get(key)
        path, form = (
            await self._charge(body, channel) if earlier is None else self._again(earlier, body)
        )
        if key[1] and earlier is None:
            self._keys[key] = Sent(path, form)
        answer = read(await self.stripe("POST", path, form, channel=channel, **kw), made=True)
        shown = answer.body if "error" not in answer.body else answer.error["payment"]
        if shown and "text" not in shown:
            self._known[channel, body["order_id"]] = shown
        return answer

    async def _charge(self, body: dict[str, Any], channel: str) -> tuple[str, dict[str, Any]]:
        """Create and confirm an intent, or confirm the one that is open, once more."""
        name = self._open(body, channel)
        if name is not None:
            return f"{_URL}/{name}/confirm", confirmation(body)
        return _URL, creation(body) | confirmation(body) | {"confirm": True}

    def _open(self, body: dict[str, Any], channel: str) -> str | None:
        """The intent of an order whose outcome is open, if it is for the same amount."""
        known = self._known.get((channel, body["order_id"]))
        fits = known and known["status"] in _OPEN and known["amount"] == body["amount"]
        return known["id"] if known and fits else None

    def _again(self, earlier: Sent, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The same request once more; what is paid for may be another."""
        changed = {"amount": body["amount"]} if "amount" in earlier.form else {}
        return earlier.path, earlier.form | changed

    async def _find(self, order: str, channel: str, **kw: Any) -> Answer:
        """The intents of an order; one that was charged more than once counts for each."""
        known = self._known.get((channel, order))
        if known is not None:
            at = f"{_URL}/{known['id']}?expand[]=latest_charge"
            seen = await self.stripe("GET", at, channel=channel, **kw)
            listed = [seen.body]
        else:
            at = f"{_URL}/search?query=metadata['order_id']:'{order}'"
            seen = await self.stripe(
                "GET", f"{at}&expand[]=data.latest_charge", channel=channel, **kw
            )
            listed = seen.body.get("data", [])
        if seen.status != 200:
            return read(seen)
        found: list[dict[str, Any]] = []
        for intent in listed:
            found += await self._charged(intent, channel)
        return Answer(200, {"data": found}, seen.headers)

    async def _charged(self, intent: dict[str, Any], channel: str) -> list[dict[str, Any]]:
        """An intent, and behind it the further charges that took money for it."""
        view = read(Answer(200, intent, {})).body
        if view["status"] != "captured":
            return [view]
        at = f"/v1/charges?payment_intent={intent['id']}"
        for _ in range(_PATIENCE):
            seen = await self.stripe("GET", at, channel=channel)
            if seen.status == 200:
                break
        listed, last = seen.body["data"], intent["latest_charge"]["id"]
        others = [each for each in listed if each["paid"] and each["id"] != last]
        return [view, *(charge(each) for each in others)]

    async def _close(self, order: str, channel: str, **kw: Any) -> Answer:
        """Cancel the intent of an order."""
        at = f"{_URL}/{self._known[channel, order]['id']}/cancel"
        answer = read(await self.stripe("POST", at, channel=channel, **kw))
        if "error" in answer.body:
            return answer
        self._known[channel, order] = answer.body
        return Answer(answer.status, {"data": [answer.body]}, answer.headers)

    async def _refund(self, body: dict[str, Any], channel: str, **kw: Any) -> Answer:
        """Give back; the reference of a refund is its idempotency key."""
        if set(body) - {"payment", "amount", "reference"}:
            raise NoCounterpart(f"a refund with {', '.join(body)}")
        name = body["payment"]
        form: dict[str, Any] = {"charge" if name.startswith("ch_") else "payment_intent": name}
        if "amount" in body:
            form["amount"] = body["amount"]
        if "reference" in body:
            kw["key"] = f"{name}-{body['reference']}"
        answer = await self.stripe("POST", "/v1/refunds", form, channel=channel, **kw)
        return read(answer, made=True)

    async def _checkout(self, body: dict[str, Any], channel: str, **kw: Any) -> Answer:
        """A session with a hosted page."""
        item = {
            "price_data": {
                "currency": body["currency"].lower(),
                "unit_amount": body["amount"],
                "product_data": {"name": "Something"},
            },
            "quantity": 1,
        }
        form = {
            "mode": "payment",
            "line_items": [item],
            "success_url": f"{self.serving.control}/health",  # any page that is there
            "metadata": {"order_id": body["order_id"]},
            "payment_intent_data": {"metadata": {"order_id": body["order_id"]}},
        }
        made = await self.stripe("POST", "/v1/checkout/sessions", form, channel=channel, **kw)
        return read(made, made=True)


def confirmation(body: dict[str, Any]) -> dict[str, Any]:
    """How the payer pays."""
    method, payer = body["method"], body.get("payer", {})
    kind = wire(method["type"])
    data: dict[str, Any] = {"type": kind}
    if "token" in method:
        data[kind] = {"token": method["token"]}
    details = {name: payer[name] for name in ("email", "name", "phone") if name in payer}
    if "country" in payer:
        details["address"] = {"country": payer["country"]}
    if details:
        data["billing_details"] = details
    return {"payment_method_data": data, "return_url": _BACK}


def creation(body: dict[str, Any]) -> dict[str, Any]:
    """What is bought."""
    metadata = {"order_id": body["order_id"]}
    if "product" in body:
        metadata["product"] = body["product"]
    manual = {"capture_method": "manual"} if body.get("capture") == "manual" else {}
    return {
        "amount": body["amount"],
        "currency": body["currency"].lower(),
        "automatic_payment_methods": {"enabled": True},
        "metadata": metadata,
        "expand": ["latest_charge"],
        **manual,
    }


def _pairs(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """A form's fields, nested names in brackets."""
    match value:
        case dict():
            for key, each in value.items():
                yield from _pairs(each, f"{name}[{key}]" if name else key)
        case list():
            for place, each in enumerate(value):
                yield from _pairs(each, f"{name}[{place}]")
        case bool():
            yield name, str(value).lower()
        case _:
            yield name, str(value)
