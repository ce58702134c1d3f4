"""Documents in the native dialect: what a payer submits when risk has stopped a payment."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from simulator.dialects.dialect import Request
from simulator.dialects.native.reading import read
from simulator.dialects.native.views import stamp
from simulator.gateway.commands import SubmitDocument
from simulator.gateway.things import Document

Kind = Literal["identity", "address", "card", "purpose"]


class DocumentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/payments/{id}/documents. Tells of a document; the document itself stays with you."""

    kind: Kind


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was accepted; it speaks for the payer and the card until then."""

    id: str
    object: Literal["document"] = "document"
    payment: str
    order_id: str
    kind: str
    status: Literal["accepted"] = "accepted"
    until: str
    created: str


_BODY: Final = msgspec.json.Decoder(DocumentBody)


def parse(request: Request, payment: str) -> SubmitDocument:
    """The command in a POST of a document for a payment; raises Misread."""
    return SubmitDocument(payment, read(_BODY, request).kind)


def document_view(document: Document) -> DocumentView:
    """A document as its merchant sees it."""
    return DocumentView(
        id=document.id,
        payment=document.payment,
        order_id=document.order,
        kind=document.kind,
        until=stamp(document.until),
        created=stamp(document.created),
    )
