"""What happens in the scenarios of drills/: the faults; the drills themselves are run as drills."""

from __future__ import annotations

from typing import Final

from tests.scenarios import wallet
from tests.scenarios.declines import card, declined
from tests.scenarios.incidents import BACKUP, later, refused, slow, turned_away, twice
from tests.scenarios.network import lost, undone
from tests.scenarios.script import Step
from tests.scenarios.stage import Row
from tests.scenarios.webhooks import news

ROWS: Final[dict[str, Row]] = {
    "drills/gateway-brownout": (
        slow("slow", "transaction_timeout"),
        declined("bank-says-no", "insufficient_funds", "again: 402", pay=card("DE")),
        lost("answers-lost/lost_reply", "closed"),
        undone("answers-lost/hang", "closed"),
        later("answers-lost/late_success", "transaction_timeout", "504"),
        refused("down", BACKUP),
    ),
    "drills/herd-after-outage": (
        refused("down", BACKUP),
        Step(
            hit="backup-full",
            failure="rate_limited",
            sees="429",
            channel="backup",
            then=("same key: 201",),
            money="once",
        ),
        turned_away("overloaded"),
        slow("slow", "transaction_timeout"),
    ),
    "drills/impatient-shoppers": (
        slow("slow", "transaction_timeout"),
        lost("answers-lost/lost_reply", "closed"),
        undone("answers-lost/hang", "closed"),
        declined("bank-says-no", "insufficient_funds", "again: 402"),
    ),
    "drills/merchant-crashes": (slow("slow", "transaction_timeout"),),
    "drills/two-instances": (
        slow("slow", "transaction_timeout"),
        lost("answers-lost/lost_reply", "closed"),
        undone("answers-lost/hang", "closed"),
        twice("answers-lost/duplicate_charge"),
        declined("bank-says-no", "insufficient_funds", "again: 402"),
        news("told-twice", "webhook_duplicate"),
    ),
    "drills/wallet-retrying": (*wallet.DRILL, news("messages-lost", "webhook_late")),
}
