"""One row of the catalogue."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from simulator.errors import UsageError, did_you_mean


class Category(StrEnum):
    """Where a failure arises. Each category is a file of the catalogue, and comes in this order."""

    FUNDS = "funds"
    CARD_DATA = "card_data"
    ISSUER = "issuer"
    RISK = "risk"
    AUTHENTICATION = "authentication"
    METHOD = "method"
    WALLET = "wallet"
    GATEWAY = "gateway"
    MERCHANT = "merchant"
    NETWORK = "network"
    CLIENT = "client"
    POST_PAYMENT = "post_payment"


class Retry(StrEnum):
    """What may be tried after a failure, in the words of the API."""

    HARD = "hard"  # the same request can never succeed
    SOFT = "soft"  # the same request may succeed later
    CHANGE = "change"  # only after a change: card data, method, amount, authentication
    QUERY = "query"  # the outcome is not known: ask first, never charge again blindly


class MoneyIs(StrEnum):
    """Where the money of the payment is, as the gateway would claim."""

    NOT_DEBITED = "not_debited"
    DEBITED = "debited"
    UNKNOWN = "unknown"


class NextStep(StrEnum):
    """What a payer is advised to do next; a notice names one of those that fit the failure."""

    TOP_UP = "top_up"
    OTHER_CARD = "other_card"
    OTHER_METHOD = "other_method"
    SMALLER_AMOUNT = "smaller_amount"
    CONTACT_BANK = "contact_bank"
    ENABLE_ONLINE_PAYMENTS = "enable_online_payments"
    CORRECT_DETAILS = "correct_details"
    VERIFY_IDENTITY = "verify_identity"
    RESEND_CODE = "resend_code"
    RETRY_VERIFICATION = "retry_verification"
    WAIT_AND_CHECK = "wait_and_check"
    DO_NOT_PAY_AGAIN = "do_not_pay_again"
    PAY_AGAIN = "pay_again"
    TRY_LATER = "try_later"
    CONTACT_SUPPORT = "contact_support"
    CONTACT_WALLET = "contact_wallet"
    UPDATE_APP = "update_app"
    OTHER_BROWSER = "other_browser"
    FOLLOW_REFUND = "follow_refund"
    NONE_NEEDED = "none_needed"


#: What the payer is told when the reason is not known, or is none of the payer's business.
GENERAL_EN: Final = (
    "This payment was not approved and you have not been charged. Please use another card or "
    "payment method, or ask your bank for details."
)
GENERAL_ZH: Final = (
    "本次支付未获批准，您没有被扣款。"  # noqa: RUF001 - Chinese punctuation is meant
    "请更换银行卡或支付方式，或联系您的银行了解详情。"  # noqa: RUF001 - the same
)

#: No gateway decides on these: they happen on the way to it, or when the payment is over.
_NOT_DECIDED = frozenset({Category.NETWORK, Category.CLIENT, Category.POST_PAYMENT})
_SOFT_TROUBLE = frozenset({Category.ISSUER, Category.GATEWAY})


class Failure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way in which a payment goes wrong.

    `meaning` and `advice` are for the merchant; `message` and `message_zh` are for the payer, and
    are the general texts unless the row gives its own. `confidential` marks a true
    reason that must not be shown (a thief would learn it too); such a row gives none. `next_steps`
    are all that the payer may be advised to do, the best one first.
    """

    name: str
    category: Category
    meaning: str
    retry: Retry
    money: MoneyIs
    advice: str
    next_steps: tuple[NextStep, ...]
    message: str = GENERAL_EN
    message_zh: str = GENERAL_ZH
    confidential: bool = False

    def text(self, language: str = "en") -> str:
        """The text for the payer in `en` or `zh`; any other language raises UsageError."""
        texts = {"en": self.message, "zh": self.message_zh}
        if language not in texts:
            near = did_you_mean(language, texts)
            raise UsageError(f"there is no text in '{language}'; write en or zh{near}")
        return texts[language]

    @property
    def declines(self) -> bool:
        """Whether a gateway can answer a charge with it, having decided to take no money."""
        return self.category not in _NOT_DECIDED and self.money is not MoneyIs.DEBITED

    @property
    def passes(self) -> bool:
        """Whether a new attempt with the same card may well succeed.

        True of soft trouble at issuer and gateway. All else sticks to the card: a blind retry for
        lack of funds, or with a wrong code, is declined again.
        """
        return self.retry is Retry.SOFT and self.category in _SOFT_TROUBLE
