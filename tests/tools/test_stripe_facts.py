"""What Stripe publishes is read as it is written, and the facts of the dialect are what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stripe.packages import needs
from tools.stripe_facts import declarations, facts
from tools.stripe_facts.declarations import Import
from tools.stripe_facts.document import Document
from tools.stripe_facts.expansion import expandable
from tools.stripe_facts.library import Library

CHARGES = """
import { StripeResource } from '../StripeResource.js';
import { Customer as Payer } from './Customers.js';
import * as Issuing from './Issuing/index.js';
export declare class ChargeResource extends StripeResource {
    /** Lists them; all of { them }. */
    list(params?: ChargeListParams, options?: RequestOptions): ApiListPromise<Charge>;
}
export interface Charge {
    id: string;
    object: 'charge';
    // Who paid.
    customer: string | Payer | null;
    outcome?: Charge.Outcome;
    refunds?: ApiList<Charge>;
    status: Charge.Status;
    deleted?: void;
}
export declare namespace Charge {
    type Status = 'failed' | 'succeeded' | OtherString;
    interface Outcome { risk: Outcome.Risk | null; rule: string | Payer; }
    namespace Outcome { type Risk = 'high' | 'low'; }
}
export interface Paged { limit?: number; }
export interface ChargeListParams extends Paged {
    customer?: string;
    ranges?: Array<ChargeListParams.Range>;
}
export declare namespace ChargeListParams {
    interface Range { gt?: number; unit?: 'day' | 'hour'; }
}
"""
CUSTOMERS = """
export interface Customer { id: string; object: 'customer'; [key: string]: string; }
"""
SCRIPT = """
class ChargeResource extends StripeResource_js_1.StripeResource {
    list(params, options) {
        return this._makeRequest('GET', '/v1/charges', params, options, {
            methodType: 'list',
        });
    }
}
"""


@pytest.fixture(name="library")
def _library(tmp_path: Path) -> Library:
    folder = tmp_path / "resources"
    folder.mkdir()
    folder.joinpath("Charges.d.ts").write_text(CHARGES, encoding="utf-8")
    folder.joinpath("Charges.js").write_text(SCRIPT, encoding="utf-8")
    folder.joinpath("Customers.d.ts").write_text(CUSTOMERS, encoding="utf-8")
    return Library(tmp_path)


def test_a_file_of_declarations() -> None:
    """Names come with their namespaces; comments and fields of classes say nothing."""
    read = declarations.read(CHARGES)
    assert read.imports["Payer"] == Import("./Customers.js", "Customer")
    assert read.imports["Issuing"] == Import("./Issuing/index.js", "")
    assert set(read.types) == {
        "Charge", "Charge.Status", "Charge.Outcome", "Charge.Outcome.Risk",
        "Paged", "ChargeListParams", "ChargeListParams.Range",
    }  # fmt: skip
    assert read.types["Charge.Status"] == {"enum": ["failed", "succeeded"]}
    assert read.types["Charge"]["required"] == ["id", "object", "customer", "status"]
    assert read.types["Charge"]["additionalProperties"] is False


@pytest.mark.parametrize(
    "text",
    [
        "export interface A { b: Unheard<string>; }",
        "export enum A { B }",
        "export type A = ;",
        "export interface A { b: string;",
    ],
)
def test_what_is_not_understood_is_an_error(text: str) -> None:
    """Rather than a schema that lets everything through."""
    with pytest.raises(ValueError, match=r"was expected|is not"):
        declarations.read(text)


def test_an_endpoint_with_all_that_it_leads_to(library: Library) -> None:
    """Parameters with inherited ones; types of other files; no reference leads nowhere."""
    taken, within, answer = library.endpoint(("GET", "/v1/charges"))
    assert taken == {"limit", "customer", "ranges"}
    assert within == {"gt", "unit"}
    charge = answer["properties"]["data"]["items"]
    assert library.follow(charge)["properties"]["outcome"] == {
        "$ref": "#/$defs/resources.Charges:Charge.Outcome"
    }
    assert set(library.definitions) == {
        "resources.Charges:Charge",
        "resources.Charges:Charge.Status",
        "resources.Charges:Charge.Outcome",
        "resources.Charges:Charge.Outcome.Risk",
        "resources.Customers:Customer",
    }


def test_fields_that_can_be_expanded(library: Library) -> None:
    """Ids or things, lists that need not be there, and those in parts."""
    answer = library.endpoint(("GET", "/v1/charges")).answer
    assert expandable([answer], library.follow) == {
        "charge": {"customer", "refunds", "outcome.rule"}
    }


def test_the_document_becomes_json_schema() -> None:
    """`nullable` and references; a property may be called like a keyword."""
    thing = {
        "type": "object",
        "x-resourceId": "thing",
        "description": "A thing.",
        "required": ["object"],
        "properties": {
            "object": {"type": "string", "enum": ["thing"]},
            "nullable": {"type": "string", "nullable": True, "enum": ["a"]},
            "part": {"anyOf": [{"$ref": "#/components/schemas/thing"}], "nullable": True},
        },
    }
    document = Document({"paths": {}, "components": {"schemas": {"thing": thing}}})
    null = {"type": "null"}
    assert document.objects == {"thing": {"$ref": "#/$defs/thing"}}
    assert document.definitions["thing"] == {
        "type": "object",
        "required": ["object"],
        "properties": {
            "object": {"type": "string", "enum": ["thing"]},
            "nullable": {"anyOf": [{"type": "string", "enum": ["a"]}, null]},
            "part": {"anyOf": [{"anyOf": [{"$ref": "#/$defs/thing"}]}, null]},
        },
    }


@needs()
def test_the_facts_are_fresh() -> None:
    """`python -m tools.stripe_facts` writes them."""
    written = facts.FILE.read_text(encoding="utf-8")
    assert written == facts.text(), "run: python -m tools.stripe_facts"
