"""What `paydrill explain` says, as plain lines; the command decides how they look.

A name, a code of the profile, a code of another network or gateway, and the words of a guide all
lead to failures. A code that stands for several is told with the safe way to treat it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from simulator.cli.chinese import beside
from simulator.errors import UsageError, did_you_mean
from simulator.failures import catalogue, help  # noqa: A004 - the module of that name
from simulator.failures.failure import MoneyIs, Retry
from simulator.profiles import Profile

#: Words of the command itself, by language.
WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "code": "code",
            "category": "category",
            "meaning": "meaning",
            "retry": "retry",
            "money": "money",
            "advice": "merchant",
            "payer": "tell the payer",
            "hidden": "The true reason must not be shown; this general text is.",
            "steps": "next steps",
            "ask": "Support asks:",
            "then": "Then tries, in this order:",
            "guides": "guides",
            "elsewhere": "elsewhere",
        },
        "zh": {
            "code": "返回码",
            "category": "类别",
            "meaning": "含义",
            "retry": "重试",
            "money": "资金",
            "advice": "商户应",
            "payer": "告知用户",
            "hidden": "不得透露真实原因，只显示这段通用提示。",  # noqa: RUF001 - Chinese punctuation
            "steps": "下一步",
            "ask": "客服先问：",  # noqa: RUF001 - the same
            "then": "然后依次尝试：",  # noqa: RUF001 - the same
            "guides": "指南",
            "elsewhere": "其他平台",
        },
    }
)
_RETRY: Final[Mapping[str, Mapping[Retry, str]]] = MappingProxyType(
    {
        "en": {
            Retry.HARD: "hard: the same request can never succeed",
            Retry.SOFT: "soft: the same request may succeed later",
            Retry.CHANGE: "change: only with another card, method, amount or authentication",
            Retry.QUERY: "query: the outcome is not known; ask first, never charge again blindly",
        },
        "zh": {
            Retry.HARD: "hard：相同请求不可能成功",  # noqa: RUF001 - Chinese punctuation
            Retry.SOFT: "soft：相同请求稍后可能成功",  # noqa: RUF001 - the same
            Retry.CHANGE: "change：更换银行卡、支付方式、金额或重新验证后才可能成功",  # noqa: RUF001 - the same
            Retry.QUERY: "query：结果未知，先查询，切勿盲目再次扣款",  # noqa: RUF001 - the same
        },
    }
)
_MONEY: Final[Mapping[str, Mapping[MoneyIs, str]]] = MappingProxyType(
    {
        "en": {
            MoneyIs.NOT_DEBITED: "not debited",
            MoneyIs.DEBITED: "debited",
            MoneyIs.UNKNOWN: "unknown",
        },
        "zh": {
            MoneyIs.NOT_DEBITED: "未扣款",
            MoneyIs.DEBITED: "已扣款",
            MoneyIs.UNKNOWN: "未知",
        },
    }
)


class Answer(NamedTuple):
    """The failures that were asked for, and what must be said before them."""

    failures: tuple[str, ...]
    preface: tuple[str, ...] = ()


class Part(NamedTuple):
    """A labelled part of an explanation; a part with lines has them below its label."""

    label: str
    text: str
    lines: tuple[str, ...] = ()


def find(asked: str, profile: Profile, language: str) -> Answer:
    """The failures behind a name, a code or a guide's words; UsageError with what was near."""
    if asked in catalogue.BY_NAME:
        return Answer((asked,))
    code = asked if profile.failures(asked) else asked.upper()
    foreign = dict.fromkeys(each.failure for each in help.meanings(asked))
    found = profile.failures(code) or tuple(foreign)
    if found:
        shown = code if profile.failures(code) else asked
        lines = _preface(shown, found, _elsewhere(asked), profile, language)
        return Answer(found, tuple(lines))
    named = tuple(name for name in catalogue.names() if _is_called(name, asked))
    if named:
        return Answer(named)
    known = [*catalogue.names(), *dict.fromkeys(profile.codes.values())]
    near = did_you_mean(asked, known) or "; `paydrill explain` lists all"
    raise UsageError(f"'{asked}' is neither a failure nor a code of {profile.name}{near}")


def parts(name: str, profile: Profile, language: str) -> Iterator[Part]:
    """Everything there is to say about a failure."""
    row, word = catalogue.failure(name), WORDS[language]
    course = help.course(name, language)
    yield Part(word["code"], f"{profile.code(name)} ({profile.name})")
    yield Part(word["category"], beside(row.category, language))
    yield Part(word["meaning"], help.meaning(name, language))
    yield Part(word["retry"], _RETRY[language][row.retry])
    yield Part(word["money"], _MONEY[language][row.money])
    yield Part(word["advice"], help.advice(name, language))
    hidden = (word["hidden"],) if row.confidential else ()
    yield Part(word["payer"], row.text(language), hidden)
    yield Part(word["steps"], ", ".join(beside(step, language) for step in row.next_steps))
    yield Part(word["ask"], "", course.ask)
    yield Part(word["then"], f"({', '.join(course.guides)})", course.steps)
    called = [
        f"{help.GUIDES[guide][language == 'zh']}: {', '.join(words)}"
        for guide, words in help.named(name).items()
    ]
    if called:
        yield Part(word["guides"], "; ".join(called))
    codes = [f"{help.NETWORKS[key]} {', '.join(each)}" for key, each in help.codes(name).items()]
    if codes:
        yield Part(word["elsewhere"], "; ".join(codes))


def plain(name: str, profile: Profile, language: str) -> dict[str, Any]:
    """The same as data, for programs."""
    row, course = catalogue.failure(name), help.course(name, language)
    return {
        "failure": name,
        "code": profile.code(name),
        "profile": profile.name,
        "category": row.category,
        "meaning": help.meaning(name, language),
        "retry": row.retry,
        "money": row.money,
        "advice": help.advice(name, language),
        "message": row.text(language),
        "confidential": row.confidential,
        "next_steps": row.next_steps,
        "support": {"ask": course.ask, "try": course.steps, "guides": course.guides},
        "guides": help.named(name),
        "elsewhere": help.codes(name),
    }


def rows(profile: Profile, language: str) -> Iterator[tuple[str, ...]]:
    """The table: code, name, retry, money and meaning of every failure."""
    for name in catalogue.names():
        row = catalogue.failure(name)
        meaning = help.meaning(name, language)
        yield profile.code(name), name, str(row.retry), _MONEY[language][row.money], meaning


def _preface(
    code: str, found: tuple[str, ...], elsewhere: str, profile: Profile, language: str
) -> Iterator[str]:
    """What a code cannot tell, how to be on the safe side, and what it means to others."""
    own, zh = code in profile.codes.values(), language == "zh"
    if not own:
        yield (
            f"{code} 不是 {profile.name} 的返回码；在其他平台：{elsewhere}。"  # noqa: RUF001 - Chinese punctuation
            if zh
            else f"{code} is not a code of {profile.name}; elsewhere: {elsewhere}."
        )
    if len(found) > 1:
        safest, names = catalogue.safest(found), ", ".join(found)
        advice = help.advice(safest.name, language)
        if zh:
            yield f"{code} 可能是：{names}，它不说明是哪一种。"  # noqa: RUF001 - the same
            yield f"请按 {safest.name} 处理：{advice}"  # noqa: RUF001 - the same
        else:
            yield f"{code} stands for {names}. It does not say which."
            yield f"The safe way is to treat it as {safest.name}: {advice}"
    if own and elsewhere:
        yield (
            f"在其他平台，{code} 表示：{elsewhere}。"  # noqa: RUF001 - the same
            if zh
            else f"Elsewhere {code} means: {elsewhere}."
        )


def _elsewhere(code: str) -> str:
    """What networks and gateways mean by a code, each with its failures."""
    found: dict[str, list[str]] = {}
    for each in help.meanings(code):
        found.setdefault(f"{help.NETWORKS[each.network]} {each.code}", []).append(each.failure)
    return "; ".join(f"{whose}: {' or '.join(names)}" for whose, names in found.items())


def _is_called(name: str, asked: str) -> bool:
    return any(asked in words for words in help.named(name).values())
