"""The merchant under test: a reference merchant, a URL, or a file that says how to start one.

merchant:
  start: python shop.py            # optional
  url: http://127.0.0.1:8000       # optional with start: then the drill picks a port
  dialect: native                  # or stripe: what it speaks to the gateway
  order: metadata.basket           # with stripe: where its order stands, if not metadata.order_id
  repeatable: true                 # false if it names its orders at the gateway by itself
  instances: 2                     # how many processes of it are started behind the one address
  api: {…}, read: {…}              # where its API is not the standard one: see `mapping`
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from simulator import documents
from simulator.drills.mapping import STANDARD, ShopMapping
from simulator.drills.processes import python, words
from simulator.drills.reading import Where
from simulator.errors import UsageError, did_you_mean
from simulator.scenario.incidents import Instances


class Reference(msgspec.Struct, frozen=True):
    """A reference merchant: the module that runs it, and the library that its dialect needs."""

    module: str
    dialect: str = "native"
    needs: str | None = None


#: The reference merchants. What one needs is an extra of that name.
REFERENCE: Final[Mapping[str, Reference]] = {
    "careful": Reference("simulator.merchants.careful"),
    "naive": Reference("simulator.merchants.naive"),
    "careful-stripe": Reference("simulator.merchants.careful_stripe", "stripe", "stripe"),
    "naive-stripe": Reference("simulator.merchants.naive_stripe", "stripe", "stripe"),
}


class MerchantSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How to bring the merchant on. `name` is what `--merchant` was given.

    Without `start` it runs already, at `url`; without `url` the drill picks a port. `ours` marks a
    reference merchant, which keeps its files in the drill's own folder; any other is started in
    the current directory. `order` is the rule by which the judge finds the order of what it made.
    """

    name: str
    start: tuple[str, ...] | None = None
    url: str | None = None
    dialect: str = "native"
    order: str | None = None
    repeatable: bool = True
    instances: int | None = None
    ours: bool = False
    mapping: ShopMapping = STANDARD

    @property
    def has_own_names(self) -> bool:
        """Whether it may call payments otherwise, and not tell the gateway their orders."""
        return self.dialect != "native" and not self.ours


def _command(value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        raise ValueError("'start' is one line, as in a terminal: python shop.py")  # noqa: TRY004 - pydantic reports ValueError
    try:
        argv = shlex.split(value)
    except ValueError as error:
        raise ValueError(f"'{value}' cannot be split into words: {error}") from None
    if not argv:
        raise ValueError("'start' is empty; write a command, such as python shop.py")
    return words(argv)


def _url(value: object) -> str:
    text = str(value).rstrip("/")
    parts = urlsplit(text)
    try:
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise ValueError(f"'{value}' is not a base URL; write http://127.0.0.1:8000")
    return text


class _Merchant(ShopMapping):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    start: Annotated[tuple[str, ...] | None, BeforeValidator(_command)] = None
    url: Annotated[str | None, BeforeValidator(_url)] = None
    dialect: Literal["native", "stripe"] = "native"
    order: Where | None = None
    repeatable: bool = Field(default=True, strict=True)
    instances: Instances | None = None

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.start is None and self.url is None:
            raise ValueError("say how to start the merchant (start:) or where it runs (url:)")
        if self.start is None and (self.instances or 1) > 1:
            raise ValueError("several instances have to be started by the drill: say how (start:)")
        if self.order is not None and self.dialect == "native":
            raise ValueError(
                "'order' is for a dialect that has no orders of its own: say dialect: stripe; "
                "natively every payment has an order_id"
            )
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    merchant: _Merchant


def merchant(text: str) -> MerchantSpec:
    """The merchant that `--merchant` names.

    Raises:
        DocumentError: the file has mistakes; all of them, each at its place.
        UsageError: it is no reference merchant, no URL and no file.
    """
    if text in REFERENCE:
        return _reference(text, REFERENCE[text])
    if "://" in text:
        return MerchantSpec(name=text, url=_given_url(text))
    if text.endswith((".yaml", ".yml", ".json")):
        return _from_file(Path(text))
    raise UsageError(
        f"--merchant takes {', '.join(REFERENCE)}, a URL, or a .yaml file, not "
        f"'{text}'{did_you_mean(text, REFERENCE)}"
    )


def needed(name: str, reference: Reference) -> None:
    """UsageError if this Python lacks what a reference merchant needs."""
    if reference.needs is not None and find_spec(reference.needs) is None:
        raise UsageError(
            f"the merchant {name} needs the package '{reference.needs}', and this Python has none; "
            f"install the extra: pip install 'paydrill[{reference.needs}]'"
        )


def _reference(name: str, reference: Reference) -> MerchantSpec:
    needed(name, reference)
    start = python(reference.module)
    return MerchantSpec(name=name, start=start, dialect=reference.dialect, ours=True)


def _given_url(text: str) -> str:
    try:
        return _url(text)
    except ValueError as error:
        raise UsageError(f"--merchant: {error}") from None


def _from_file(path: Path) -> MerchantSpec:
    read = documents.load(path, _File).merchant
    return MerchantSpec(
        name=str(path),
        start=read.start,
        url=read.url,
        dialect=read.dialect,
        order=read.order.text if read.order else None,
        repeatable=read.repeatable,
        instances=read.instances,
        mapping=ShopMapping(api=read.api, read=read.read),
    )
