"""Answers of a shop are looked at for card data."""

from __future__ import annotations

import pytest
from scenes import Reply
from watching import Watched

STAMP = {"source": "client", "wall": 1.0, "mono": 2.0, "account": "drill"}


class Shop:
    """Answers everything in the same way."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def send(self, request: str, body: bytes = b"", *, within: float, headers: str = "") -> Reply:
        """That answer."""
        return self._reply


@pytest.mark.parametrize(
    ("request_line", "body"),
    [
        ("POST /orders", b'{"order_id": "r1-7", "amount": 5}'),
        ("POST /orders/r1-7/pay", b'{"method": {}}'),
        ("GET /orders/r1-7", b""),
    ],
)
def test_a_number_in_an_answer_is_seen(request_line: str, body: bytes) -> None:
    """In any field of any answer, errors too; the answer itself passes unchanged."""
    reply = Reply(500, b'{"debug": "card 4242 4242 4242 4242"}')
    watched = Watched(Shop(reply))
    assert watched.send(request_line, body, within=1.0) is reply
    line = watched.line(STAMP)
    assert (line.looked, line.found, line.place) == (1, 1, "messages to shoppers")
    (seen,) = line.sightings
    assert (seen.what, seen.order) == ("card number ****4242", "r1-7")
    assert seen.where == f"answer to {request_line}"


def test_clean_answers_and_silence() -> None:
    """What is all right is counted; where nothing came back there was nothing to look at."""
    watched = Watched(Shop(Reply(200, b'{"status": "paid", "message": "card ****4242"}')))
    watched.send("GET /orders/r1-1", within=1.0)
    assert (watched.line(STAMP).looked, watched.line(STAMP).found) == (1, 0)
    silent = Watched(Shop(Reply(error="timeout")))
    silent.send("GET /orders/r1-1", within=1.0)
    assert silent.line(STAMP).looked == 0
