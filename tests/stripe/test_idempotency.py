"""Idempotency as Stripe has it: one key, one answer, whatever that was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import stripe

from simulator.assembly import Settings
from tests.stripe.kit import Shop, running

SALE = "amount=1999&currency=usd&payment_method=pm_card_visa&confirm=true"
DECLINE = SALE.replace("pm_card_visa", "pm_card_visa_chargeDeclined")
INTENTS = "/v1/payment_intents"


def post(shop: Shop, path: str, body: str, key: str = "k1") -> requests.Response:
    """A form with an idempotency key."""
    return shop.post(path, body, **{"Idempotency-Key": key})


def heads(answer: requests.Response) -> tuple[str | None, str | None, str | None]:
    """Whether it was replayed, of which request, and whether to try again."""
    found = answer.headers
    return (
        found.get("Idempotent-Replayed"),
        found.get("Original-Request"),
        found.get("Stripe-Should-Retry"),
    )


def charged(shop: Shop) -> list[int]:
    """What was taken, payment by payment."""
    return [each["amount_captured"] for each in shop.control("GET", "/payments")["data"]]


@pytest.mark.parametrize(("body", "status"), [(SALE, 200), (DECLINE, 402)])
def test_the_first_answer_is_given_again(shop: Shop, body: str, status: int) -> None:
    """Byte for byte, errors too; headers name the request that was answered first."""
    first, again = post(shop, INTENTS, body), post(shop, INTENTS, body)
    assert first.status_code == again.status_code == status
    assert first.content == again.content
    assert first.headers["Idempotency-Key"] == again.headers["Idempotency-Key"] == "k1"
    assert heads(first) == (None, None, "false")
    assert heads(again) == ("true", first.headers["Request-Id"], "false")
    assert again.headers["Request-Id"] != first.headers["Request-Id"]
    assert len(charged(shop)) == 1


def test_what_failed_once_it_was_under_way_is_kept(shop: Shop) -> None:
    """Nothing such is there: so the key answers, even when there is, for it was asked then."""
    path = f"{INTENTS}/pi_no/confirm"
    first, again = post(shop, path, ""), post(shop, path, "")
    assert (first.status_code, again.status_code) == (404, 404)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_what_was_wrong_from_the_start_is_not_kept(shop: Shop) -> None:
    """A request with wrong parameters was never carried out; its key is free."""
    assert post(shop, INTENTS, SALE + "&amont=1").status_code == 400
    made = post(shop, INTENTS, SALE)
    assert (made.status_code, heads(made)[0]) == (200, None)


@pytest.mark.parametrize(
    ("path", "body"), [(INTENTS, SALE + "&description=x"), ("/v1/customers", "name=A")]
)
def test_a_key_is_for_one_request(shop: Shop, path: str, body: str) -> None:
    """Other parameters or another endpoint are an error of their own; the first answer stays."""
    first = post(shop, INTENTS, SALE)
    other = post(shop, path, body)
    assert other.status_code == 400
    assert other.json()["error"]["type"] == "idempotency_error"
    assert post(shop, INTENTS, SALE).content == first.content


def test_the_order_and_spelling_of_parameters_do_not_count(shop: Shop) -> None:
    """The same request in other words is the same request."""
    first = post(shop, INTENTS, SALE + "&metadata[a]=1")
    again = post(shop, INTENTS, "metadata%5Ba%5D=1&" + SALE)
    assert (again.content, heads(again)[0]) == (first.content, "true")


def test_the_library_raises_an_error_of_its_own(shop: Shop) -> None:
    """IdempotencyError, for a key with other parameters."""
    customers = shop.client.v1.customers
    made = customers.create({"name": "A"}, {"idempotency_key": "k2"})
    assert customers.create({"name": "A"}, {"idempotency_key": "k2"}).id == made.id
    with pytest.raises(stripe.IdempotencyError):
        customers.create({"name": "B"}, {"idempotency_key": "k2"})


def test_channels_and_accounts_do_not_share_keys(shop: Shop) -> None:
    """The other channel is another account of Stripe's."""
    first = post(shop, "/v1/customers", "name=A").json()["id"]
    there = requests.post(
        f"{shop.gateway.backup}/v1/customers",
        data="name=B",
        headers={
            "Authorization": f"Bearer {shop.key}",
            "Idempotency-Key": "k1",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        timeout=20,
    )
    other = post(Shop(shop.gateway, f"{shop.account}b"), "/v1/customers", "name=C")
    assert there.status_code == other.status_code == 200
    assert len({first, there.json()["id"], other.json()["id"]}) == 3


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_keys_of_reads_and_deletions_are_ignored(shop: Shop, method: str) -> None:
    """They would change nothing."""
    first = shop.client.v1.customers.create({"name": "A"})
    for _ in range(2):
        answer = requests.request(
            method,
            f"{shop.gateway.primary}/v1/customers/{first.id}",
            headers={"Authorization": f"Bearer {shop.key}", "Idempotency-Key": "x" * 300},
            timeout=20,
        )
        assert "Idempotent-Replayed" not in answer.headers
    assert answer.status_code == (200 if method == "GET" else 404)


def test_a_key_that_is_too_long_is_refused(shop: Shop) -> None:
    """255 characters are the most."""
    assert post(shop, "/v1/customers", "name=A", "k" * 255).status_code == 200
    refused = post(shop, "/v1/customers", "name=A", "k" * 256)
    assert refused.status_code == 400
    assert "255" in refused.json()["error"]["message"]


@pytest.mark.parametrize("name", ["{}", "stripe-node-retry-{}"])
def test_digits_of_a_uuid_are_no_card_number(shop: Shop, name: str) -> None:
    """The keys of Stripe's own libraries are such; by chance one reads as a card."""
    key = name.format("00000000-4242-4242-4242-424200000000")
    assert post(shop, "/v1/customers", "name=A", key).status_code == 200
    refused = post(shop, "/v1/customers", "name=A", name.format("4242-4242-4242-4242"))
    assert refused.status_code == 400


def test_after_a_day_a_key_is_free(shop: Shop) -> None:
    """By the account's clock, which may be ahead of the machine's."""
    first = post(shop, "/v1/customers", "name=A").json()["id"]
    shop.advance("23h")
    assert post(shop, "/v1/customers", "name=A").json()["id"] == first
    shop.advance("61m")
    second = post(shop, "/v1/customers", "name=A").json()["id"]
    assert second != first
    shop.advance("23h")
    assert post(shop, "/v1/customers", "name=A").json()["id"] == second


def test_a_second_request_while_the_first_is_under_way(shop: Shop) -> None:
    """409, with Stripe's code; when the first is through, the same key brings its answer."""
    shop.play("{when: {operation: authorize}, fault: {slow: {fixed: 400ms}}}")
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(post, shop, INTENTS, SALE) for _ in range(2)]
        first, second = sorted((each.result() for each in both), key=lambda each: each.status_code)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["error"]["code"] == "idempotency_key_in_use"
    assert second.json()["error"]["type"] == "idempotency_error"
    assert heads(second) == (None, None, "true")
    assert post(shop, INTENTS, SALE).content == first.content
    assert charged(shop) == [1999]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_trouble_in_front_of_the_api_is_not_kept(shop: Shop, status: int) -> None:
    """The API has carried it out: whoever asks again with the same key hears what came of it."""
    shop.play(f"{{when: {{operation: authorize}}, first: 1, "
              f"fault: {{error: {{status: {status}, charged: yes}}}}}}")  # fmt: skip
    first = post(shop, INTENTS, SALE)
    again = post(shop, INTENTS, SALE)
    assert (first.status_code, again.status_code) == (status, 200)
    assert heads(again)[:2] == ("true", first.headers["Request-Id"])
    assert charged(shop) == [1999]


def test_an_error_500_after_the_charge_is_kept(shop: Shop) -> None:
    """It is the API's own answer: the same key brings it for a day; only a query tells more."""
    shop.play("{when: {operation: authorize}, fault: {error: {status: 500, charged: yes}}}")
    body = SALE + "&metadata[order_id]=o1"
    first, again = post(shop, INTENTS, body), post(shop, INTENTS, body)
    assert (first.status_code, again.status_code) == (500, 500)
    assert first.content == again.content
    assert (heads(first)[2], heads(again)[2]) == (None, "false")
    assert charged(shop) == [1999]
    found = shop.client.v1.payment_intents.search({"query": 'metadata["order_id"]:"o1"'})
    assert [each.status for each in found.data] == ["succeeded"]


def test_an_error_500_before_the_charge_is_not_kept(shop: Shop) -> None:
    """Nothing was carried out, and so the key is free."""
    shop.play("{when: {operation: authorize}, first: 1, fault: {error: {status: 500}}}")
    assert post(shop, INTENTS, SALE).status_code == 500
    again = post(shop, INTENTS, SALE)
    assert (again.status_code, heads(again)[0]) == (200, None)


def test_what_nobody_knows_yet_is_heard_with_the_same_key(shop: Shop) -> None:
    """504 at first; then the answer that was on its way."""
    shop.play("{when: {operation: authorize}, first: 1, fault: {late_success: 1h}}")
    first, again = post(shop, INTENTS, SALE), post(shop, INTENTS, SALE)
    assert (first.status_code, again.status_code) == (504, 200)
    assert again.json()["status"] == "processing"
    assert charged(shop) == [0]
    shop.advance("61m")
    assert charged(shop) == [1999]


def test_after_a_restart_the_same_answers_come(tmp_path: Path) -> None:
    """Byte for byte, with the id of the request that was answered first."""
    settings = Settings(port=0, backup_port=0, control_port=0, journal=tmp_path / "j.jsonl")
    sent = {"paid": SALE, "declined": DECLINE}
    with running(settings) as gateway:
        shop = Shop(gateway, "shop")
        shop.advance("30h")
        before = {key: post(shop, INTENTS, body, key) for key, body in sent.items()}
    with running(settings) as gateway:
        shop = Shop(gateway, "shop")
        after = {key: post(shop, INTENTS, body, key) for key, body in sent.items()}
        assert len(charged(shop)) == 2
    for key, answer in after.items():
        assert answer.content == before[key].content
        assert heads(answer) == ("true", before[key].headers["Request-Id"], "false")


def test_a_bug_of_ours_keeps_no_key(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was decided: it is an API error, and the same key may be tried anew."""

    def stumble(*_: object) -> None:
        raise KeyError("no such key")

    with monkeypatch.context() as broken:
        broken.setattr("simulator.dialects.stripe.desk.Desk.decision", stumble)
        answer = post(shop, INTENTS, SALE)
    assert (answer.status_code, answer.json()["error"]["type"]) == (500, "api_error")
    assert "no such key" not in answer.text
    assert charged(shop) == []
    again = post(shop, INTENTS, SALE)
    assert (again.status_code, heads(again)) == (200, (None, None, "false"))
    assert charged(shop) == [1999]
