"""docs/reference/stripe-api.md: what of Stripe's API is here, endpoint by endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from simulator.dialects.stripe import facts
from simulator.dialects.stripe.catalogue import ENDPOINTS
from simulator.dialects.stripe.endpoint import Endpoint
from tools.reference import markdown
from tools.reference.markdown import code

_ABOUT: Final = """\
An integration that uses one of Stripe's own libraries runs against paydrill when it is told another
address: `stripe.api_base = "http://127.0.0.1:4242"`. [How to rehearse a Stripe integration](\
../how-to/rehearse-a-stripe-integration.md) goes through it.

This page lists every endpoint that is here, with the parameters on which it acts. A parameter that
Stripe has and that changes nothing here is **refused** (`parameter_unsupported`), and so is an
endpoint that is not listed (404): better an error than an answer that only looks right. A name that
Stripe does not know either is `parameter_unknown`. `expand` is taken everywhere.

Two keys of metadata mean something here. `metadata.order_id` is the order of the shop to which
money belongs; without it a payment belongs to an order of its own. `metadata.product` is what is
sold, for scenarios and profiles that ask for it."""

_RULES: Final = """\
## For all endpoints

- **Keys**: `sk_test_<account>`, as Bearer or as the user of Basic; `pk_test_<account>` where Stripe
  takes one, elsewhere 403 `secret_key_required`. Live keys are refused. `Stripe-Account` and
  `Stripe-Context` are ignored. A publishable key sees of an intent only what Stripe shows to a
  browser: no metadata, no customer, no charges.
- **Version**: answers have the shapes of one version, which stands in their header
  `Stripe-Version`. A request may name another: it is answered all the same, in ours. What is no
  version is refused.
- **Forms**: parameters come form-encoded; JSON bodies are refused, and so is all of `/v2`.
- **Idempotency**: a key counts for a day, by the account's clock, for all endpoints of a channel.
  It brings the first answer again, byte for byte, errors included (`Idempotent-Replayed`,
  `Original-Request`), after a restart too. Not kept: wrong parameters, 409, 429, and what came from
  in front of the API (502, 503, 504, pages of HTML), behind which the answer is kept. An error 500
  that a scenario gives after the charge *is* kept, as at Stripe: only a query tells more. Other
  parameters or another endpoint: 400 `idempotency_error`. Still under way: 409
  `idempotency_key_in_use`.
- **Headers**: `Request-Id` on every answer, `Retry-After` with 429, and `Stripe-Should-Retry`:
  `true` with 409, `false` where the answer would be the same, none where only a retry can tell.
- **Search** knows at once what was made; a lagging index is the fault `stale_read`. It compares
  metadata letter by letter, and everything else whatever the case of its letters.
- **Holds** that nobody captures (`capture_method: manual`) end by themselves after seven days, by
  the account's clock, as online payments by card do at Stripe: the intent is canceled with the
  reason `automatic`, and `charge.expired` and `payment_intent.canceled` are sent. `capture_before`
  of the charge says when. Other methods than cards are held as long.
- **`return_url`** is demanded where the gateway's profile has a method that sends its payers to
  another page. The default profile has none: an intent is confirmed there without one that Stripe
  would refuse, if your Dashboard offers such methods. Send one always, or
  `automatic_payment_methods[allow_redirects]=never`.
- **Statement descriptors** of payments by card are a suffix: `statement_descriptor` is refused for
  intents that name `card` among their types, or are paid by card.
- **Test clocks** move the account's one clock, forward only; time does not stand still
  meanwhile."""

_HEAD: Final = ("endpoint", "acts on", "refuses")


def page() -> str:
    """The page."""
    return markdown.page("Stripe API", _ABOUT, _RULES, *_sections())


def _sections() -> Iterator[str]:
    groups: dict[str, list[Endpoint]] = {}
    for each in ENDPOINTS:
        groups.setdefault(_group(each), []).append(each)
    for name in sorted(groups):
        rows = [_row(each) for each in groups[name]]
        notes = "\n".join(f"- {_named(each)}: {each.note}" for each in groups[name] if each.note)
        yield f"## {name}\n\n" + markdown.table(_HEAD, rows) + (f"\n\n{notes}" if notes else "")


def _group(each: Endpoint) -> str:
    steps = each.path.split("/")[2:]
    return "/".join(steps[:2]) if steps[0] in ("checkout", "test_helpers") else steps[0]


def _row(each: Endpoint) -> tuple[str, str, str]:
    taken = {field.encode_name for field in msgspec.structs.fields(each.params)}
    known = facts.parameters(each.method, each.path) - {"expand"}
    return (
        _named(each),
        ", ".join(code(name) for name in sorted(taken)) or "-",
        ", ".join(code(name) for name in sorted(known - taken)) or "-",
    )


def _named(each: Endpoint) -> str:
    return code(each.name.replace("{}", "{id}"))
