#!/usr/bin/env python3
"""Places an order with the client that openapi-python-client generates from the shop's document.

Usage: place_order.py URL KEY-FILE; the client is the package `shopclient` on PYTHONPATH. What a generator cannot read of the document,
or types that the answers do not have, end this with a traceback.
"""
import sys
import uuid

from shopclient import AuthenticatedClient
from shopclient.api.orders import get_order, list_orders, place_order
from shopclient.models.address import Address
from shopclient.models.currency import Currency
from shopclient.models.order import Order
from shopclient.models.order_from_lines import OrderFromLines
from shopclient.models.order_line_input import OrderLineInput
from shopclient.models.placed_order import PlacedOrder
from shopclient.models.problem import Problem


def place(client, sku, key):
    body = OrderFromLines(
        lines=[OrderLineInput(sku=sku, quantity=2)],
        currency=Currency.GBP,
        reference=f"generated {key}",
        ship_to=Address.from_dict({"name": "Ann Lee", "city": "Leeds", "country": "GB"}),
    )
    return place_order.sync_detailed(client=client, body=body, idempotency_key=key)


def main():
    url, key_file = sys.argv[1:]
    with open(key_file, encoding="utf-8") as file:
        client = AuthenticatedClient(base_url=url, token=file.read().strip())
    key = uuid.uuid4().hex
    answer = place(client, "CONTRACT-1", key)
    placed = answer.parsed
    assert answer.status_code == 201 and isinstance(placed, PlacedOrder), answer
    assert placed.total.amount == 2 * placed.lines[0].unit_price.amount, placed.total
    again = place(client, "CONTRACT-1", key)
    assert again.parsed.id == placed.id and again.headers["Idempotent-Replayed"] == "true", again

    refused = place(client, "NO-SUCH-PRODUCT", uuid.uuid4().hex)
    assert refused.status_code == 422 and isinstance(refused.parsed, Problem), refused
    assert refused.parsed.errors[0].pointer == "/lines/0/sku", refused.parsed

    order = get_order.sync(placed.id, client=client)
    assert isinstance(order, Order) and order.id == placed.id and order.state == placed.state, order
    seen, after = set(), {}
    while True:
        page = list_orders.sync(client=client, limit=1, reference=f"generated {key}", **after)
        seen.update(item.id for item in page.items)
        if page.next_ is None:
            break
        after = {"after": page.next_}
    assert seen == {placed.id}, seen


if __name__ == "__main__":
    main()
