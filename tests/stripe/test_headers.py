"""What every answer has beside its body, and how requests are turned away before they are read."""

from __future__ import annotations

import socket
from base64 import b64encode
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import stripe

from simulator.dialects.stripe import facts
from tests.stripe.kit import Shop

FORM = "application/x-www-form-urlencoded"


def ask(shop: Shop, method: str, path: str, **options: Any) -> requests.Response:
    """A request by hand; it holds the shop's key unless it says otherwise."""
    headers = {"Authorization": f"Bearer {shop.key}", **options.pop("headers", {})}
    headers = {name: value for name, value in headers.items() if value is not None}
    url = shop.gateway.primary + path
    return requests.request(method, url, headers=headers, timeout=20, **options)


def error(answer: requests.Response) -> dict[str, Any]:
    """The error in an answer, which is JSON whatever went wrong."""
    assert answer.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = answer.json()["error"]
    return found


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/v1/customers", {}, 200),
        ("POST", "/v1/customers", {"data": {"email": "a@example.com"}}, 200),
        ("GET", "/v1/customers/cus_no", {}, 404),
        ("GET", "/v1/subscriptions", {"headers": {"Stripe-Version": facts.version()}}, 404),
        ("POST", "/v1/payment_intents", {"data": {"amont": "1"}}, 400),
        ("GET", "/v1/customers", {"headers": {"Authorization": None}}, 401),
        ("POST", "/v1/customers", {"headers": {"Authorization": "Bearer x"}}, 401),
        ("POST", "/v1/customers", {"data": b"a" * 70_000, "headers": {"Content-Type": FORM}}, 413),
        ("POST", "/v1/payment_intents", {"data": {"amount": "1"}}, 400),
    ],
)
def test_every_answer_has_the_id_of_its_request(
    shop: Shop, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    """Whatever became of it, the request can be named; so can the version that answered."""
    answer = ask(shop, method, path, **options)
    assert answer.status_code == status
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == facts.version()
    assert answer.headers["Content-Type"] == "application/json"
    again = ask(shop, method, path, **options)
    assert again.headers["Request-Id"] != answer.headers["Request-Id"]


@pytest.mark.parametrize("named", ["2020-08-27", "2024-09-30.acacia", "2026-10-28.endive"])
def test_a_request_may_name_another_version(shop: Shop, named: str) -> None:
    """It is answered in ours, and told so."""
    answer = ask(shop, "GET", "/v1/customers", headers={"Stripe-Version": named})
    assert answer.status_code == 200
    assert answer.headers["Stripe-Version"] == facts.version()


@pytest.mark.parametrize("named", ["2019-2-19", "2019-99-99", "latest", "2020-08-27, 2020-08-27"])
def test_what_is_no_version_is_refused(shop: Shop, named: str) -> None:
    """As Stripe does, in an error that repeats it."""
    answer = ask(shop, "GET", "/v1/customers", headers={"Stripe-Version": named})
    assert answer.status_code == 400
    assert error(answer) == {
        "type": "invalid_request_error",
        "message": f"Invalid Stripe API version: {named}",
    }


def test_the_key_as_the_user_of_basic_authentication(shop: Shop) -> None:
    """So `curl -u sk_test_…:` sends it."""
    basic = b64encode(f"{shop.key}:".encode()).decode()
    answer = ask(shop, "GET", "/v1/customers", headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (None, "You did not provide an API key."),
        ("Basic !", "You did not provide an API key."),
        ("Token sk_test_shop", "You did not provide an API key."),
        ("Bearer sk_test_", "Invalid API Key provided: sk_test_."),
        ("Bearer sk_live_0123456789abcdef", "This is a live key: sk_live_************cdef."),
        ("Bearer rk_test_0123456789abcdef", "Invalid API Key provided: rk_test_************cdef."),
        ("Bearer nonsense", "Invalid API Key provided: ********."),
        ("Bearer 4242424242424242", "Invalid API Key provided: ************4242."),
    ],
)
def test_without_a_key_that_works(shop: Shop, sent: str | None, message: str) -> None:
    """401, and no more of the key than its end."""
    path = "/v1/customers"
    answer = ask(shop, "GET", path, headers={"Authorization": sent, "Stripe-Version": "2020-08-27"})
    assert answer.status_code == 401
    assert error(answer)["type"] == "invalid_request_error"
    assert error(answer)["message"].startswith(message)


def test_a_publishable_key_opens_little(shop: Shop) -> None:
    """Elsewhere it is 403, with the code that says why; the SDK raises PermissionError."""
    public = f"pk_test_{shop.account}"
    client = stripe.StripeClient(
        public, base_addresses={"api": shop.gateway.primary}, http_client=shop.http
    )
    with pytest.raises(stripe.PermissionError) as caught:
        client.v1.customers.list()
    assert caught.value.json_body["error"]["code"] == "secret_key_required"
    basic = b64encode(f"{public}:".encode()).decode()
    answer = ask(shop, "GET", "/v1/customers", headers={"Authorization": f"Basic {basic}"})
    assert (answer.status_code, error(answer)["code"]) == (403, "secret_key_required")


def test_other_accounts_and_contexts_are_ignored(shop: Shop) -> None:
    """Nothing of Connect is here; what a platform sends along does no harm."""
    made = shop.client.v1.customers.create({"name": "A"}, {"stripe_account": "acct_other"})
    found = shop.client.v1.customers.retrieve(made.id, options={"stripe_context": "ctx_1"})
    assert found.id == made.id


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_bodies_that_are_no_form_are_refused(shop: Shop, kind: str) -> None:
    """The error says what to send, and what came."""
    headers = {"Content-Type": kind, "Stripe-Version": facts.version()}
    answer = ask(shop, "POST", "/v1/customers", data=b'{"name": "A"}', headers=headers)
    assert answer.status_code == 400
    assert error(answer)["type"] == "invalid_request_error"
    assert FORM in error(answer)["message"]
    assert kind in error(answer)["message"]


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("GET", "/v1/payment_intent/pi_1", "Did you mean /v1/payment_intents/{id}?"),
        ("GET", "/v1/subscriptions", "paydrill does not support this endpoint of Stripe's"),
        ("GET", "/v1/payouts", "Stripe's: GET: /v1/payouts. The reference"),
        ("POST", "/v1/invoices/in_1/pay", "paydrill does not support this endpoint of Stripe's"),
        ("GET", "/v1/radar/value_lists", "paydrill does not support this endpoint of Stripe's"),
        ("GET", "/v1/radar/values", "Unrecognized request URL (GET: /v1/radar/values)."),
        ("DELETE", "/v1/payment_intents/pi_1", "there it takes GET and POST"),
        ("GET", "/v1/customers/cus_1/tax_ids", "paydrill does not support this endpoint"),
        ("POST", "/v2/core/events", "version 1 of Stripe's API only"),
        ("GET", "/v1/customers/4242424242424242/x", "/v1/customers/****4242/x"),
    ],
)
def test_endpoints_that_are_not_there(shop: Shop, method: str, path: str, words: str) -> None:
    """404, and what was near: a name that was misspelt, or a part of Stripe that is not here."""
    answer = ask(shop, method, path, headers={"Stripe-Version": facts.version()})
    assert answer.status_code == 404
    assert words in error(answer)["message"]


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ("amont=1", "amont", "parameter_unknown"),
        ("amount=1&currency=usd&on_behalf_of=acct_1", "on_behalf_of", "parameter_unsupported"),
        ("amount=1&currency=usd&shipping[nmae]=A&shipping[address][city]=B", "shipping[nmae]",
         "parameter_unknown"),
        ("payment_method_data[type]=card&payment_method_data[radar_options][session]=x",
         "payment_method_data[radar_options]", "parameter_unsupported"),
        ("amount=x&currency=usd", "amount", "parameter_invalid_integer"),
        ("amount=1e3&currency=usd", "amount", "parameter_invalid_integer"),
        ("amount=1000.0&currency=usd", "amount", "parameter_invalid_integer"),
        ("amount=1&currency=usd&payment_method_data[type]=card&payment_method_data[card][exp_year]=2e3",
         "payment_method_data[card][exp_year]", "parameter_invalid_integer"),
        ("amount=1&currency=usd&metadata[]=c", "metadata", None),
        ("currency=usd", "amount", "parameter_missing"),
        ("amount=&currency=usd", "amount", "parameter_invalid_empty"),
        ("amount=1&currency=usd&metadata[a][b]=c", "metadata", None),
    ],
)  # fmt: skip
def test_parameters_that_cannot_be_taken(
    shop: Shop, body: str, param: str, code: str | None
) -> None:
    """The error names the parameter, and tells what is unknown from what is not supported."""
    answer = shop.post("/v1/payment_intents", body)
    assert answer.status_code == 400
    assert (error(answer).get("param"), error(answer).get("code")) == (param, code)
    has_page = code not in (None, "parameter_unsupported")
    assert ("doc_url" in error(answer)) == has_page


@pytest.mark.parametrize(
    "body",
    [
        b"=1",
        b"[a]=1",
        b"a[b=1",
        b"a[b]]=1",
        b"name=%FF",
        b"name=\xff",
        b"a[b][c][d][e][f][g][h][i]=1",
        b"name=A&name[b]=1",
        b"name[b]=1&name=A",
        b"&".join(b"a%d=1" % n for n in range(1100)),
    ],
)
def test_torn_forms_are_refused(shop: Shop, body: bytes) -> None:
    """Whatever is wrong with them, that is an error of the request."""
    answer = ask(shop, "POST", "/v1/customers", data=body, headers={"Content-Type": FORM})
    assert answer.status_code == 400
    assert error(answer)["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "line",
    [
        b"GET /v1/customers/cus_\xff\xfe",
        b"GET /v1/customers/%FF%FE",
        b"GET /v1/customers?email=\xff",
        b"GET /v1/customers?email=%FF",
        b"GET /v1/\xff",
        b"PATCH /v1/customers",
        b"DELETE /v1//customers/",
    ],
)
def test_bytes_that_are_no_text(shop: Shop, line: bytes) -> None:
    """They are refused as anything else that makes no sense: in JSON, with the request's id."""
    where = urlsplit(shop.gateway.primary)
    with socket.create_connection((where.hostname, where.port), timeout=10) as sock:
        head = f"Authorization: Bearer {shop.key}\r\nStripe-Version: 2020-08-27\r\n"
        head += "Host: a\r\nConnection: close\r\n\r\n"
        sock.sendall(line + b" HTTP/1.1\r\n" + head.encode())
        answer = b"".join(iter(lambda: sock.recv(65536), b""))
    assert answer.split()[1] in (b"400", b"404")
    if b"Server: paydrill" in answer:  # else it is not even HTTP, and nobody could read it
        assert b"Request-Id: req_" in answer
        assert b'"type":"invalid_request_error"' in answer


@pytest.mark.parametrize("sent", ["Bearer sk_test_\xff", "Basic \xff", "Bearer \xff\xfe" * 9])
def test_keys_that_are_no_text(shop: Shop, sent: str) -> None:
    """They open nothing, and break nothing."""
    headers = {"Authorization": sent.encode("latin-1"), "Stripe-Version": "2020-08-27"}
    answer = requests.get(f"{shop.gateway.primary}/v1/customers", headers=headers, timeout=20)
    assert answer.status_code == 401
    assert error(answer)["type"] == "invalid_request_error"


def test_of_a_parameter_that_is_sent_twice_the_last_counts(shop: Shop) -> None:
    """As in most servers of forms."""
    answer = shop.post("/v1/customers", "name=A&name=B")
    assert answer.json()["name"] == "B"


def test_429_says_when_to_come_back(shop: Shop) -> None:
    """In the header that HTTP has for it, and with Stripe's code."""
    shop.play("{when: {operation: query}, fault: {rate_limited: 7s}}")
    answer = ask(shop, "GET", "/v1/customers")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert error(answer)["code"] == "rate_limit"
    assert "Stripe-Should-Retry" not in answer.headers
