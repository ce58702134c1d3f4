"""Why a payment is retrying, and what its payer can do: the four causes that wallets know.

All are the failure `customer_action_pending`: nobody knows yet how it ends, so nothing is charged a
second time. What helps differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.errors import UsageError, did_you_mean


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One cause: `meaning` and `advice` are for the merchant, the messages for the payer."""

    name: str
    meaning: str
    advice: str
    message: str
    message_zh: str

    def text(self, language: str = "en") -> str:
        """The text for the payer in `zh`, or in English."""
        return self.message_zh if language == "zh" else self.message


_WAIT: Final = "Please do not pay again; we will tell you how it ends."
_WAIT_ZH: Final = "请不要重复支付，有结果后我们会立即通知您。"  # noqa: RUF001 - Chinese punctuation

CAUSES: Final[Mapping[str, Cause]] = MappingProxyType(
    {
        cause.name: cause
        for cause in (
            Cause(
                name="network",
                meaning="The payer's network, or the way to the wallet, loses requests or answers.",
                advice="Ask for the payment until it has ended; cancel it before anything else.",
                message=f"Your payment has not got through yet and is being sent again. {_WAIT} "
                "A stable network helps: move to a better signal, or change from Wi-Fi to mobile.",
                message_zh=f"网络不稳定，正在重新发送本次支付。{_WAIT_ZH}"  # noqa: RUF001 - the same
                "请切换到稳定的网络或信号更好的位置。",
            ),
            Cause(
                name="account",
                meaning="The wallet account cannot pay as it is: too little money, frozen, not "
                "verified, or its bank card is no longer valid.",
                advice="Tell the payer to look at the wallet; the next try goes through if it can.",
                message=f"Your wallet cannot pay yet and is trying again. {_WAIT} "
                "Please check its balance, its bank card and its messages.",
                message_zh=f"您的钱包账户暂时无法付款，正在重试。{_WAIT_ZH}"  # noqa: RUF001 - the same
                "请检查余额、绑定的银行卡和账户状态。",
            ),
            Cause(
                name="merchant",
                meaning="The merchant's own system does not take the gateway's requests.",
                advice="Mend the webhook endpoint: the payment goes through once an event of it is "
                "acknowledged, and fails without a charge if none ever is.",
                message=f"We are receiving your payment slowly because of a problem on our side. "
                f"{_WAIT}",
                message_zh=f"由于我们的系统问题，正在重新接收您的支付。{_WAIT_ZH}",  # noqa: RUF001 - the same
            ),
            Cause(
                name="app",
                meaning="The payer's wallet app fails, most often because it is too old.",
                advice="Ask the payer to update the app; the next try goes through if that helps.",
                message=f"Your wallet app could not complete the payment and is trying again. "
                f"{_WAIT} Please update the app.",
                message_zh=f"您的钱包应用未能完成支付，正在重试。{_WAIT_ZH}"  # noqa: RUF001 - the same
                "请将应用更新到最新版本。",
            ),
        )
    }
)


def cause(name: str) -> Cause:
    """The cause of this name; an unknown name raises UsageError."""
    found = CAUSES.get(name)
    if found is None:
        raise UsageError(f"nothing is retrying for '{name}'{did_you_mean(name, CAUSES)}")
    return found
