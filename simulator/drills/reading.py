"""How to understand a shop's answers: where in them things stand, and what its words mean.

The defaults are the standard API.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, Literal, NamedTuple

import jmespath
from jmespath.exceptions import (
    ArityError,
    IncompleteExpressionError,
    JMESPathError,
    LexerError,
    ParseError,
    UnknownFunctionError,
)
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from simulator.money import minor_digits

#: What a shop can say of an order.
WORDS: Final = ("paid", "pending", "failed", "refunded")


class Expression:
    """A JMESPath expression (jmespath.org): where in an answer something stands.

    Raises:
        ValueError: the text is no such expression.
    """

    __slots__ = ("_parsed", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._parsed = jmespath.compile(text)
            self._parsed.search({})
        except (ParseError, ArityError, UnknownFunctionError) as error:
            raise ValueError(f"'{text}' is no JMESPath expression: {_reason(error)}") from None
        except JMESPathError as error:
            if not text.strip():
                raise ValueError("an empty text is no JMESPath expression") from error
            # It met nothing here, which is of another type than what it will meet.

    def find(self, answer: object) -> Any:
        """What stands there, None if nothing does; ValueError if it cannot be applied."""
        return self._parsed.search(answer)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def _reason(error: JMESPathError) -> str:
    match error:
        case IncompleteExpressionError():
            return "it breaks off"
        case LexerError():
            return f"{error.message} at column {error.lexer_position + 1}"
        case ArityError() | UnknownFunctionError():
            return str(error)
        case ParseError():
            return f"'{error.token_value}' is not expected at column {error.lex_position + 1}"
    return str(error).partition("\n")[0]


def _expression(value: object) -> Expression:
    if isinstance(value, Expression):
        return value
    if not isinstance(value, str):
        raise ValueError(f"'{value}' is not text; write a JMESPath expression")  # noqa: TRY004 - pydantic reports ValueError
    return Expression(value)


#: A JMESPath expression, from text.
Where = Annotated[
    Expression,
    BeforeValidator(_expression),
    PlainSerializer(lambda each: each.text, return_type=str),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class BookReading(_Part):
    """Where things stand in the order book: `orders` and `next` in a page, the rest in an order.

    `unit` is that of both amounts.
    """

    orders: Where = Expression("orders")
    next: Where = Expression("next")
    order_id: Where = Expression("order_id")
    status: Where = Expression("status")
    amount: Where = Expression("amount")
    currency: Where = Expression("currency")
    fulfilled: Where = Expression("fulfilled")
    amount_refunded: Where = Expression("amount_refunded")
    payment_ids: Where = Expression("payment_ids")
    unit: Literal["minor", "major"] = "minor"

    def page(self, answer: object) -> tuple[list[Any], str | None]:
        """The orders of a page, and the cursor of the next page; ValueError if there are none."""
        orders = self.orders.find(answer)
        if not isinstance(orders, list):
            raise ValueError(f"there is no list at '{self.orders.text}'")  # noqa: TRY004 - an answer, not an argument
        cursor = self.next.find(answer)
        return orders, None if cursor in (None, "", False) else str(cursor)

    def reference(self, order: object) -> str:
        """The reference that the shopper gave this order; ValueError if it has none."""
        found = self.order_id.find(order)
        if isinstance(found, bool) or not isinstance(found, str | int):
            raise ValueError(f"an order has no reference at '{self.order_id.text}'")  # noqa: TRY004 - the same
        return str(found)

    def fields(self, order: object) -> dict[str, Any]:
        """What a row has beside reference and status; ValueError if something cannot be."""
        fulfilled = self.fulfilled.find(order)
        currency = self.currency.find(order)
        currency = currency.upper() if isinstance(currency, str) else currency
        amounts = {"amount": self.amount, "amount_refunded": self.amount_refunded}
        return {
            "currency": currency,
            "fulfilled": int(fulfilled) if isinstance(fulfilled, bool) else fulfilled,
            "payment_ids": self.payment_ids.find(order),
            **{name: self._minor(where.find(order), currency) for name, where in amounts.items()},
        }

    def _minor(self, amount: Any, currency: object) -> Any:
        if self.unit == "minor" or amount is None or not isinstance(currency, str):
            return amount
        try:
            exact = Decimal(str(amount)).scaleb(minor_digits(currency))
        except InvalidOperation:
            raise ValueError(f"'{amount}' is not an amount") from None
        if not exact.is_finite() or exact != exact.to_integral_value():
            raise ValueError(f"'{amount}' is not an amount of {currency}")
        return int(exact)


class Said(NamedTuple):
    """What an answer to a shopper says; `id` is the shop's own name for the order.

    `page` is the address at which the shopper has to do something.
    """

    status: str | None
    message: str | None
    id: str | None
    page: str | None = None


class Reading(_Part):
    """Where things stand in an answer to a shopper, and what the shop's words mean.

    A word that is not in `words` stands for itself. `next_action` is the address of the page at
    which the shopper has to do something. `id` is the shop's own name for an order.
    """

    status: Where = Expression("status")
    message: Where = Expression("message")
    next_action: Where = Expression("next_action.url")
    id: Where | None = None
    words: dict[str, Literal["paid", "pending", "failed", "refunded"]] = {}
    book: BookReading = BookReading()

    def word(self, found: object) -> str | None:
        """What a word of the shop means; a number or a truth value can be one, too."""
        if isinstance(found, bool):
            found = str(found).lower()
        elif isinstance(found, int):
            found = str(found)
        return self.words.get(found, found) if isinstance(found, str) else None

    def row(self, order: object) -> dict[str, Any]:
        """What an order of the book is, but for its reference; ValueError if it cannot be."""
        found = self.book.status.find(order)
        status = self.word(found)
        if status not in WORDS:
            raise ValueError(f"its status {found!r} is none of {', '.join(WORDS)}")
        return {"status": status, **self.book.fields(order)}

    def said(self, answer: object) -> Said:
        """What an answer says; None for what it does not say, or not in a way that was meant."""
        message, name = _found(self.message, answer), _found(self.id, answer)
        page = _found(self.next_action, answer)
        return Said(
            status=self.word(_found(self.status, answer)),
            message=message if isinstance(message, str) else None,
            id=str(name) if isinstance(name, str | int) else None,
            page=page if isinstance(page, str) and page else None,
        )


def _found(where: Expression | None, answer: object) -> Any:
    try:
        return where.find(answer) if where is not None else None
    except JMESPathError:
        return None
