"""Tests of how the merchant under test is named and described."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from simulator.drills.merchantfile import merchant
from simulator.errors import DocumentError, UsageError


def _file(folder: Path, text: str) -> str:
    path = folder / "shop.yaml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("name", ["careful", "naive", "careful-stripe", "naive-stripe"])
def test_reference_merchants_are_ours(name: str) -> None:
    """A reference merchant is started by this interpreter, in the drill's folder."""
    spec = merchant(name)
    assert spec.ours
    assert spec.start == (sys.executable, "-m", f"simulator.merchants.{name.replace('-', '_')}")
    assert spec.dialect == ("stripe" if "stripe" in name else "native")


def test_url_is_a_merchant_that_runs() -> None:
    """A URL is a merchant that the drill neither starts nor stops."""
    spec = merchant("http://127.0.0.1:8000/")
    assert (spec.start, spec.url, spec.ours) == (None, "http://127.0.0.1:8000", False)


def test_file_describes_a_merchant(tmp_path: Path) -> None:
    """Every key of a file arrives, words are split as a shell would, and python is this one."""
    spec = merchant(
        _file(
            tmp_path,
            "merchant:\n"
            "  start: python shop.py --name 'our shop'\n"
            "  url: http://127.0.0.1:8000/base/\n"
            "  dialect: native\n"
            "  repeatable: false\n",
        )
    )
    assert spec.start == (sys.executable, "shop.py", "--name", "our shop")
    assert spec.url == "http://127.0.0.1:8000/base"
    assert spec.name.endswith("shop.yaml")
    assert (spec.repeatable, spec.ours) == (False, False)


def test_a_shop_that_speaks_stripe_says_where_its_order_stands(tmp_path: Path) -> None:
    """Without a rule it stands in metadata.order_id; such a shop may have names of its own."""
    spec = merchant(_file(tmp_path, "merchant: {start: ./shop, dialect: stripe}\n"))
    assert (spec.dialect, spec.order, spec.has_own_names) == ("stripe", None, True)
    spec = merchant(
        _file(tmp_path, "merchant: {start: ./s, dialect: stripe, order: metadata.basket}\n")
    )
    assert spec.order == "metadata.basket"
    assert not merchant("careful-stripe").has_own_names
    assert not merchant("careful").has_own_names


def test_command_that_is_not_python_is_left_alone(tmp_path: Path) -> None:
    """Only a leading `python` is replaced."""
    spec = merchant(_file(tmp_path, "merchant: {start: ./run.sh python}\n"))
    assert spec.start == ("./run.sh", "python")


def test_all_mistakes_of_a_file_are_located(tmp_path: Path) -> None:
    """Four mistakes give four messages, each with file, line and column."""
    path = _file(
        tmp_path,
        "merchant:\n  strat: python shop.py\n  url: localhost\n  dialect: stripy\n"
        "  repeatable: perhaps\n",
    )
    with pytest.raises(DocumentError) as caught:
        merchant(path)
    problems = caught.value.problems
    assert [problem.line for problem in problems] == [2, 3, 4, 5]
    assert all(problem.file == path for problem in problems)
    assert "did you mean 'start'" in problems[0].message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("merchant: {}\n", "say how to start the merchant"),
        ("merchant: {start: 'python \"shop.py'}\n", "cannot be split"),
        ("merchant: {start: ''}\n", "'start' is empty"),
        ("merchant: {start: ./shop, instances: 0}\n", "'0' is no number of instances"),
        ("merchant: {start: ./shop, instances: true}\n", "'True' is no number of instances"),
        ("merchant: {url: 'http://127.0.0.1:1', instances: 2}\n", "started by the drill"),
        ("merchant: {start: [python, shop.py]}\n", "one line"),
        ("merchant: {start: ./shop, order: metadata.basket}\n", "say dialect: stripe"),
        ("merchant: {start: ./shop, dialect: stripe, order: 'metadata.'}\n", "JMESPath"),
        ("merchant: {url: 'http://127.0.0.1:99999'}\n", "not a base URL"),
        ("merchant: {url: 'http://127.0.0.1?x=1'}\n", "not a base URL"),
    ],
)
def test_unusable_files_say_why(tmp_path: Path, text: str, message: str) -> None:
    """A file that cannot be used is refused with what was meant."""
    with pytest.raises(DocumentError, match=message):
        merchant(_file(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("carefull", "did you mean '?careful"),
        ("ftp://shop", "not a base URL"),
        ("missing.yaml", "cannot read missing.yaml"),
    ],
)
def test_unknown_merchants_are_usage_errors(text: str, message: str) -> None:
    """What is neither a name, a URL nor a readable file is the caller's mistake."""
    with pytest.raises(UsageError, match=message):
        merchant(text)
