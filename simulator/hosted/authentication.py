"""The page of an authentication: requests of browsers and programs to commands."""

from __future__ import annotations

from simulator.dialects.dialect import Request
from simulator.dialects.native import authentication
from simulator.dialects.native.authentication import reply, view
from simulator.dialects.native.reading import Unrouted
from simulator.gateway.commands import Command
from simulator.hosted import forms

__all__ = ["parse", "reply", "view"]


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request of the page `rest[0]`; raises Misread or Unrouted."""
    if request.method != "POST" or not forms.is_form(request):
        return authentication.parse(request, rest)
    if len(rest) != 1:
        raise Unrouted
    sent = forms.fields(request)
    return authentication.command(
        rest[0], sent.get("action", ""), sent.get("code"), sent.get("via") or None
    )
