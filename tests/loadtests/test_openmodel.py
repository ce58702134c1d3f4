"""What the common part of the Locust files makes of a guest of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "loadtests"
OWN = """
from openmodel import OpenModel

class Clumsy(OpenModel):
    def guest(self, scene, n, intended):
        return Visitor(n)

class Visitor:
    def __init__(self, n):
        self.n = n

    def run(self):
        if self.n == 3:
            raise ZeroDivisionError(self.n)
"""


async def test_a_fault_of_our_own_is_not_hidden(locusts: Any, tmp_path: Path) -> None:
    """A guest that raises does not stop the others, and the run does not end as if all was well."""
    file = tmp_path / "own.py"
    file.write_text(OWN)
    locust = await locusts.start(
        "--host", "http://127.0.0.1:9", "--rate", "50", "--lasts", "100ms", file=file,
        environ={"PYTHONPATH": str(FOLDER)},
    )  # fmt: skip
    assert await locust.code() == 1
    assert "5 arrivals, 0 dropped" in locust.said()
    assert "1 arrivals ended in an internal error" in locust.said()
    assert "ZeroDivisionError: 3" in locust.said()


async def test_a_fault_of_the_scheduler_ends_the_run(locusts: Any, tmp_path: Path) -> None:
    """A run that breaks is not begun again, as Locust would begin a task again."""
    file = tmp_path / "own.py"
    file.write_text(
        "from openmodel import OpenModel\n"
        "class Broken(OpenModel):\n"
        "    def _serve(self, scene, pace):\n"
        "        raise ZeroDivisionError('only once')\n"
    )
    locust = await locusts.start(
        "--host", "http://127.0.0.1:9", file=file, environ={"PYTHONPATH": str(FOLDER)}
    )
    assert await locust.code() == 1
    assert locust.said().count("ZeroDivisionError: only once") == 1
