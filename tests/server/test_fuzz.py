"""Anything may be sent to the gateway: no answer is a 5xx that no fault ordered.

Requests are made up from the OpenAPI documents, right ones and wrong ones, and every answer is
held against them, too.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from simulator import library
from simulator.server.control.routes import control_api, native_api

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
#: Effects that come without a 5xx of their own.
FAULTS = """scenario: 1
name: fuzzed
rules:
  - {name: no, share: 20%, when: {operation: authorize}, fault: {decline: do_not_honor}}
  - {name: twice, share: 20%, fault: {duplicate_charge: {}}}
  - {name: again, share: 20%, when: {operation: authorize}, fault: {retrying: {every: 1h}}}
  - {name: late, share: 20%, fault: {late_success: {after: 1h, told: processing}}}
  - {name: stale, share: 30%, fault: {stale_read: {}}}
  - {name: gone, share: 20%, when: {operation: authorize}, fault: {reversed_after_approval: 1s}}
  - {name: argued, share: 20%, when: {operation: authorize}, fault: {dispute: 1s}}
  - {name: back, share: 50%, when: {operation: refund}, fault: {refund_fails: 1s}}
  - {name: books, share: 50%, fault: {statement_extra: {}}}
"""
METHODS = (
    {"type": "wallet"},
    {"type": "wallet", "token": "wal_CN_000123"},
    {"type": "wallet", "token": "wal_empty_CN_1"},
    {"type": "card", "token": "tok_visa_DE_000123"},
    {"type": "card", "token": "tok_decline_lost_card"},
    {
        "type": "card",
        "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"},
    },
)
#: Making up whole scenarios takes long; edited ones, below, reach further.
SLOW = {"put_scenario": 1}
EXAMPLES = 5


class Gateway(NamedTuple):
    """Where a gateway listens."""

    channel: str
    control: str


@pytest.fixture(scope="module", name="gateway")
def _gateway() -> Iterator[Gateway]:
    """A gateway as a process of its own; one account of it plays faults."""
    ports = ("--port", "0", "--backup-port", "0", "--control-port", "0", "--token", "t")
    command = [sys.executable, "-u", "-m", "simulator.cli", "serve", *ports]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "Ctrl-C ends it.\n")
            said = dict(line.split(maxsplit=1) for line in lines)
            gateway = Gateway(said["primary"].strip(), said["control"].strip())
            _control(gateway, "PUT", "/accounts/faulty/scenario", FAULTS)
            yield gateway
        finally:
            process.terminate()


def _control(gateway: Gateway, method: str, path: str, body: str | None = None) -> int:
    return requests.request(
        method,
        gateway.control + path,
        data=None if body is None else body.encode(),
        headers={"Authorization": "Bearer t"},
        timeout=10,
    ).status_code


def _pay(gateway: Gateway, account: str, **changes: Any) -> dict[str, Any]:
    body = {"order_id": "o", "amount": 100, "currency": "USD", "method": METHODS[0], **changes}
    answer = requests.post(
        f"{gateway.channel}/v1/payments",
        json=body,
        headers={"Authorization": f"Bearer sk_test_{account}"},
        timeout=10,
    )
    assert answer.status_code < 500
    return dict(answer.json())


def _page(gateway: Gateway, account: str) -> dict[str, str]:
    """Where a payer is to type a code."""
    asked = {"type": "card", "token": "tok_otp_ok_DE_1"}
    made = _pay(gateway, account, method=asked, order_id="page")
    url = made["next_action"]["url"] if made.get("next_action") else "/pay/none/auth_none"
    return dict(zip(("account", "authentication"), url.split("/pay/")[1].split("/"), strict=True))


def _operations(api: dict[str, Any]) -> list[Any]:
    schema = schemathesis.openapi.from_dict(api)
    found = [result.ok() for result in schema.get_all_operations()]
    return [pytest.param(each, id=each.definition.raw["operationId"]) for each in found]


def _try(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], examples: int) -> None:
    """Hold made-up things against a check: the same ones at every run, and not for long."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(strategy)
    def run(made: Any) -> None:
        check(made)

    run()


def _modes(operation: Any) -> list[GenerationMode]:
    """Wrong requests exist only where there is something to get wrong."""
    raw = operation.definition.raw
    fixed = not raw["parameters"] and "requestBody" not in raw and raw.get("security") == []
    return [GenerationMode.POSITIVE] if fixed else list(GenerationMode)


@pytest.mark.parametrize("operation", _operations(control_api()))
def test_the_control_api_answers_whatever_is_asked(gateway: Gateway, operation: Any) -> None:
    """With what its document says."""

    def check(case: Case) -> None:
        headers = {"Authorization": "Bearer t"}
        answer = case.call(base_url=gateway.control, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    examples = SLOW.get(operation.definition.raw["operationId"], EXAMPLES)
    for mode in _modes(operation):
        _try(operation.as_strategy(generation_mode=mode), check, examples)


@pytest.mark.parametrize("account", ["clean", "faulty"])
@pytest.mark.parametrize("operation", _operations(native_api()))
def test_the_native_api_answers_whatever_is_asked(
    gateway: Gateway, operation: Any, account: str
) -> None:
    """With what its document says, with and without faults in the account."""

    def check(case: Case) -> None:
        headers = {"Authorization": f"Bearer sk_test_{account}"}
        answer = case.call(base_url=gateway.channel, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    for mode in GenerationMode:
        _try(operation.as_strategy(generation_mode=mode), check, EXAMPLES)


@pytest.mark.parametrize("account", ["clean", "faulty"])
@pytest.mark.parametrize("operation", _operations(native_api()))
def test_the_native_api_answers_about_what_there_is(
    gateway: Gateway, operation: Any, account: str
) -> None:
    """The same with payments that exist, methods that work and references that come again."""
    states = ({}, {"capture": "manual"}, {"confirm": False})
    payments = [_pay(gateway, account, **state) for state in states]
    ids = [payment["id"] for payment in payments if "id" in payment] or ["none"]
    page = _page(gateway, account)

    def check(made: tuple[Case, str, dict[str, Any], str]) -> None:
        case, payment, method, order = made
        if "id" in case.path_parameters:
            case.path_parameters["id"] = payment
        if "authentication" in case.path_parameters:
            case.path_parameters.update(page)
        if case.query and "order_id" in case.query:
            case.query["order_id"] = order
        if isinstance(case.body, dict):
            given_ = {"method": method, "payment": payment, "order_id": order, "currency": "EUR"}
            case.body.update({key: given_[key] for key in given_ if key in case.body})
        headers = {"Authorization": f"Bearer sk_test_{account}"}
        answer = case.call(base_url=gateway.channel, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    made = st.tuples(
        operation.as_strategy(),
        st.sampled_from(ids),
        st.sampled_from(METHODS),
        st.sampled_from(["o", "o1", "o2"]),
    )
    _try(made, check, EXAMPLES)


@st.composite
def _edited(draw: st.DrawFn, texts: list[str]) -> str:
    """A scenario of the library in which a few words or lines were lost, doubled or swapped."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 3))):
        lines = text.splitlines()
        one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match draw(st.sampled_from(["lose", "double", "swap", "junk", "number"])):
            case "lose":
                del lines[one]
            case "double":
                lines.insert(other, lines[one])
            case "swap":
                lines[one], lines[other] = lines[other], lines[one]
            case "junk":
                lines[one] += draw(st.text(max_size=5))
            case _:
                lines[one] = lines[one].replace("1", draw(st.sampled_from(["0", "-1", "9" * 40])))
        text = "\n".join(lines) or "x"
    return text


def test_a_broken_scenario_never_breaks_the_gateway(gateway: Gateway) -> None:
    """It is refused with its mistakes, or it is played; payments are answered either way."""
    names = library.names("scenarios")
    texts = [library.find("scenarios", name).read_text(encoding="utf-8") for name in names]

    def check(text: str) -> None:
        status = _control(gateway, "PUT", "/accounts/edited/scenario", text)
        assert status in {200, 422}
        assert _control(gateway, "GET", "/accounts/edited/explain") in {200, 422}
        assert _control(gateway, "DELETE", "/accounts/edited/faults") == 200
        _pay(gateway, "edited")

    _try(_edited(texts), check, 30)


@pytest.mark.parametrize(
    "head",
    [
        b"POST /v1/payments HTTP/1.1\r\nIdempotency-Key: \xff\xfe",
        b"POST /v1/payments HTTP/1.1\r\nContent-Type: \xff; charset=\xff",
        b"GET /v1/payments?order_id=%ff%00%ed%a0%80 HTTP/1.1",
        b"GET /v1/payments/%ff%00 HTTP/1.1",
        b"TRACE //v1/../v1/payments HTTP/1.1",
    ],
)
def test_bytes_that_are_no_text(gateway: Gateway, head: bytes) -> None:
    """In a header or a path, where a client library would not put them."""
    place = urlsplit(gateway.channel)
    body = b'{"order_id": "o", "amount": 1, "currency": "USD", "method": {"type": "wallet"}}'
    rest = b"\r\nHost: x\r\nAuthorization: Bearer sk_test_raw\r\nContent-Length: %d\r\n\r\n%b"
    if b"Content-Type" not in head:
        rest = b"\r\nContent-Type: application/json" + rest
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=5) as sock:
        sock.sendall(head + rest % (len(body), body))
        answer = sock.recv(100)
    assert answer.startswith(b"HTTP/1.1 "), answer
    assert int(answer.split()[1]) < 500
