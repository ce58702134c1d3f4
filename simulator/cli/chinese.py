"""Words of the catalogue in Chinese, beside the names that programs use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.failures.failure import Category, NextStep

CATEGORIES: Final[Mapping[Category, str]] = MappingProxyType(
    {
        Category.FUNDS: "资金与限额",
        Category.CARD_DATA: "银行卡信息",
        Category.ISSUER: "发卡行",
        Category.RISK: "风控",
        Category.AUTHENTICATION: "身份验证",
        Category.METHOD: "支付方式",
        Category.WALLET: "钱包",
        Category.GATEWAY: "支付平台",
        Category.MERCHANT: "商户",
        Category.NETWORK: "网络",
        Category.CLIENT: "用户端",
        Category.POST_PAYMENT: "支付之后",
    }
)
NEXT_STEPS: Final[Mapping[NextStep, str]] = MappingProxyType(
    {
        NextStep.TOP_UP: "充值",
        NextStep.OTHER_CARD: "更换银行卡",
        NextStep.OTHER_METHOD: "更换支付方式",
        NextStep.SMALLER_AMOUNT: "减少金额",
        NextStep.CONTACT_BANK: "联系银行",
        NextStep.ENABLE_ONLINE_PAYMENTS: "开通网上或境外支付",
        NextStep.CORRECT_DETAILS: "更正支付信息",
        NextStep.VERIFY_IDENTITY: "完成身份认证",
        NextStep.RESEND_CODE: "重新获取验证码",
        NextStep.RETRY_VERIFICATION: "重新验证",
        NextStep.WAIT_AND_CHECK: "等待结果",
        NextStep.DO_NOT_PAY_AGAIN: "请勿重复支付",
        NextStep.PAY_AGAIN: "重新支付",
        NextStep.TRY_LATER: "稍后再试",
        NextStep.CONTACT_SUPPORT: "联系客服",
        NextStep.CONTACT_WALLET: "联系钱包客服",
        NextStep.UPDATE_APP: "更新应用",
        NextStep.OTHER_BROWSER: "更换浏览器",
        NextStep.FOLLOW_REFUND: "关注退款进度",
        NextStep.NONE_NEEDED: "无需操作",
    }
)


def beside(name: Category | NextStep, language: str) -> str:
    """The name, in Chinese with its word before it: `充值 (top_up)`."""
    if language != "zh":
        return str(name)
    word = CATEGORIES[name] if isinstance(name, Category) else NEXT_STEPS[name]
    return f"{word} ({name})"
