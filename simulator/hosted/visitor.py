"""Who looks at a page: in which language, and with what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

#: The languages of the pages; the first is for whoever asks for another.
LANGUAGES: Final = ("en", "zh")
#: Words by which browsers that nobody mends any more name themselves.
_OUTDATED: Final = ("MSIE ", "Trident/")


class Visitor(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a request says of the one who sent it.

    `account` is that of the page, `chosen` the language that was asked for by name, `languages` the
    header Accept-Language, `agent` the header User-Agent.
    """

    account: str = ""
    accept: str = ""
    languages: str = ""
    chosen: str | None = None
    agent: str = ""

    @property
    def reads_html(self) -> bool:
        """Whether it is a browser; programs get JSON."""
        return "text/html" in self.accept

    @property
    def is_outdated(self) -> bool:
        """Whether it is a browser in which the pages do not work."""
        return any(word in self.agent for word in _OUTDATED)

    def language(self, locale: str | None = None) -> str:
        """The language to speak: as chosen, else as the merchant says, else as the browser does."""
        for wanted in (self.chosen, locale, *_preferred(self.languages)):
            spoken = (wanted or "").replace("_", "-").partition("-")[0].lower()
            if spoken in LANGUAGES:
                return spoken
        return LANGUAGES[0]


def _preferred(header: str) -> Iterator[str]:
    """The languages of a header Accept-Language, the best first."""
    weighed = []
    for place, part in enumerate(header.split(",")):
        name, _, parameter = part.strip().partition(";")
        weighed.append((-_weight(parameter), place, name))
    yield from (name for weight, _, name in sorted(weighed) if weight)


def _weight(parameter: str) -> float:
    """The quality value of RFC 9110, section 12.4.2; one that cannot be read counts for nothing."""
    name, _, value = parameter.strip().partition("=")
    if not parameter.strip():
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
