"""The merchant under test: a reference merchant, a URL, or a file that says how to start one.

merchant:
  start: python shop.py            # optional
  url: http://127.0.0.1:8000       # optional with start: then the drill picks a port
  dialect: native
  repeatable: true                 # false if it names its orders at the gateway by itself
  instances: 2                     # how many processes of it are started behind the one address
  api: {…}, read: {…}              # where its API is not the standard one: see `mapping`
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from simulator import documents
from simulator.drills.mapping import STANDARD, ShopMapping
from simulator.drills.processes import python, words
from simulator.errors import UsageError, did_you_mean
from simulator.scenario.incidents import Instances

#: The reference merchants and the module that runs each.
REFERENCE: Final[Mapping[str, str]] = {
    "careful": "simulator.merchants.careful",
    "naive": "simulator.merchants.naive",
}


class MerchantSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How to bring the merchant on. `name` is what `--merchant` was given.

    Without `start` it runs already, at `url`; without `url` the drill picks a port. `ours` marks a
    reference merchant, which keeps its files in the drill's own folder; any other is started in
    the current directory.
    """

    name: str
    start: tuple[str, ...] | None = None
    url: str | None = None
    dialect: str = "native"
    repeatable: bool = True
    instances: int | None = None
    ours: bool = False
    mapping: ShopMapping = STANDARD


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
    start: Annotated[tuple[str, ...] | None, BeforeValidator(_command)] = None
    url: Annotated[str | None, BeforeValidator(_url)] = None
    dialect: Literal["native"] = "native"
    repeatable: bool = Field(default=True, strict=True)
    instances: Instances | None = None

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.start is None and self.url is None:
            raise ValueError("say how to start the merchant (start:) or where it runs (url:)")
        if self.start is None and (self.instances or 1) > 1:
            raise ValueError("several instances have to be started by the drill: say how (start:)")
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
        return MerchantSpec(name=text, start=python(REFERENCE[text]), ours=True)
    if "://" in text:
        return MerchantSpec(name=text, url=_given_url(text))
    if text.endswith((".yaml", ".yml", ".json")):
        return _from_file(Path(text))
    raise UsageError(
        f"--merchant takes {', '.join(REFERENCE)}, a URL, or a .yaml file, not "
        f"'{text}'{did_you_mean(text, REFERENCE)}"
    )


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
        repeatable=read.repeatable,
        instances=read.instances,
        mapping=ShopMapping(api=read.api, read=read.read),
    )
