"""What Schemathesis must know about a shop beyond the schemas.

A schema says which requests are well formed, not which products, customers and orders exist. So valid requests are led to
things that do exist, or hardly any would get past the look-up; and a valid request that the rules refuse is no failure, but
only where every code in the answer is one that the state of the shop can cause. Whatever else refuses a valid request is a
schema that promises too much.
"""

import itertools
import json

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

# The objects that contract.sh creates in the shop.
SKUS = ["CONTRACT-1", "CONTRACT-2", "CONTRACT-3"]
CURRENCY = "GBP"

# Problem codes that depend on the ledger's content, not on the form of the request.
STATE_CODES = {
    "not_found", "unknown_product", "inactive_product", "no_price", "unknown_line", "repeated_line", "unknown_location",
    "cannot_merge", "currency_mismatch", "idempotency_key_reused", "payment_not_offered",
}
# Sums that no schema can bound: of the units of one SKU in a cart or on hand, of the amounts of an order. A range of events that
# holds none.
STATE_PLACES = {("/lines", "out_of_range"), ("/lines/0/quantity", "out_of_range"), ("/from", "out_of_range"),
                ("/amount/amount", "out_of_range"), ("/customer", "required"), ("/carrier", "invalid_value"),
                # A window of time is bounded by its two ends together.
                ("query:from", "invalid_parameter"), ("query:to", "invalid_parameter")}

# The states from which a step of an order is allowed; see OrderState.swift.
STEPS = {
    "payOrder": ["pendingPayment"],
    "extendOrder": ["pendingPayment"],
    "cancelOrder": ["pendingPayment"],
    "fulfilOrder": ["confirmed", "partlyFulfilled"],
    "completeOrder": ["fulfilled"],
    "createReturn": ["partlyFulfilled", "fulfilled", "completed"],
}
# The last known state of each order, the created carts, and the customers that were not erased.
orders = {}
carts = []
customers = []
fresh = itertools.count()


def is_valid(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


def operation_of(case):
    return case.operation.definition.raw.get("operationId")


def pick(value):
    """A pseudo-random number derived from a value."""
    return sum(str(value).encode("utf-8", "surrogatepass"))


def pick_sku(value):
    return SKUS[pick(value) % len(SKUS)]


def lead_lines(body):
    for line in body.get("lines", []):
        line["sku"] = pick_sku(line["sku"])
        line["quantity"] = pick(line["quantity"]) % 5 + 1
        if "unitPrice" in line:
            line["unitPrice"] = {"amount": 250, "currency": CURRENCY}
    if "lines" in body:
        body["currency"] = CURRENCY


def lead_customer(thing, name):
    customer = thing.get(name)
    if isinstance(customer, dict):
        lead_customer(customer, "id")
    elif customer is not None and customers and pick(customer) % 4:
        thing[name] = customers[pick(customer) % len(customers)]


def lead_cart(thing, name):
    if carts and name in thing and pick(thing[name]) % 4:
        # Once is enough: a cart that was ordered or merged is closed.
        thing[name] = carts.pop(pick(thing) % len(carts))


def lead_body(operation, body, path):
    if operation in ("putProduct", "patchProduct"):
        # A SKU in the body must be that of the path, which may be percent-encoded here; a currency has one price.
        body.pop("sku", None)
        if "prices" in body:
            body["prices"] = list({price["currency"]: price for price in body["prices"]}.values())
    elif operation in ("placeOrder", "quoteOrder", "createCart"):
        lead_lines(body)
        lead_customer(body, "customer")
        lead_cart(body, "cart")
        if pick(body) % 8:
            body.pop("expectedTotal", None)
    elif operation in ("createCredit", "assignCart"):
        lead_customer(body, "customer")
        if "order" in body and orders and pick(body) % 4:
            body["order"] = list(orders)[pick(body) % len(orders)]
            body["amount"]["currency"] = CURRENCY
    elif operation == "mergeCart":
        lead_cart(body, "from")
    elif operation == "addCartLine":
        body["sku"] = pick_sku(body["sku"])
    elif operation == "adjustStock" and "location" in body and pick(body["location"]) % 4:
        body["location"] = "main"
    elif operation in ("fulfilOrder", "createReturn") and "lines" in body and pick(body) % 4:
        body["lines"] = [dict(body["lines"][0], line=1, quantity=1)]


def lead_path(operation, path):
    if operation in ("getStock", "adjustStock", "listMovements", "setCartLine", "patchProduct") and pick(path["sku"]) % 4:
        path["sku"] = pick_sku(path["sku"])
    if operation in STEPS and pick(path["id"]) % 8:
        fitting = [order for order, state in orders.items() if state in STEPS[operation]]
        if fitting:
            path["id"] = fitting[pick(path["id"]) % len(fitting)]


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_valid(case):
        return
    operation = operation_of(case)
    # Schemathesis removes the quotes that the pattern requires from a text that it parses as JSON.
    tag = case.headers.get("If-Match") if case.headers else None
    if tag and tag.isdigit():
        case.headers["If-Match"] = f'"{tag}"'
    # Generators prefer one key for many bodies, which would test only the same refusal.
    key = case.headers.get("Idempotency-Key") if case.headers else None
    if key and pick((key, case.body)) % 8:
        case.headers["Idempotency-Key"] = f"{key[:240]}-{next(fresh)}"
    if case.path_parameters:
        lead_path(operation, case.path_parameters)
    if isinstance(case.body, dict):
        lead_body(operation, case.body, case.path_parameters)


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code >= 300 or not response.content.startswith(b'{"id":"'):
        return
    answer = json.loads(response.content)
    if answer["id"].startswith("ord_"):
        orders[answer["id"]] = answer["state"]
    elif answer["id"].startswith("crt_") and answer["state"] == "open" and answer["lines"]:
        carts.append(answer["id"])
    elif answer["id"].startswith("cus_"):
        if answer["id"] in customers:
            customers.remove(answer["id"])
        if "erasedAt" not in answer:
            customers.append(answer["id"])


@schemathesis.hook
def filter_failure(context, failure, case, response):
    # An import reports errors line by line; as a whole it is accepted, unless it is empty.
    if isinstance(failure, AcceptedNegativeData) and operation_of(case) == "importProducts":
        return not response.request.body
    if not isinstance(failure, RejectedPositiveData):
        return True
    try:
        problem = json.loads(response.content)
    except ValueError:
        return True
    if problem["code"] in STATE_CODES:
        return False
    errors = problem.get("errors", [])
    for error in errors:
        is_cursor = error["pointer"] == "query:after"
        is_state = error["code"] in STATE_CODES or (error["pointer"], error["code"]) in STATE_PLACES
        if not is_cursor and not is_state:
            return True
    return not errors


# Lines are sent as generated.
@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
