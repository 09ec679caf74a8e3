#!/usr/bin/env python3
"""Places an order with the client that openapi-generator generates from the shop's document.

Usage: place_order_pydantic.py URL KEY-FILE; the client is the package `shop_models` on PYTHONPATH. Its models check what they are
given: an answer that does not fit, and a member that the document does not name, end this with a traceback.
"""
import datetime
import inspect
import sys
import uuid

import pydantic
import shop_models
from shop_models import models
from shop_models.exceptions import ConflictException, NotFoundException, UnauthorizedException, UnprocessableEntityException

SKU = "CONTRACT-1"


def known(value):
    """The value, after a check of all models in it: models accept undocumented members, so these are looked for here."""
    if isinstance(value, list):
        for item in value:
            known(item)
    elif isinstance(value, pydantic.BaseModel):
        extra = getattr(value, "additional_properties", {})
        assert not extra or isinstance(value, models.Address), f"{type(value).__name__} has {sorted(extra)}, which it does not name"
        for name in type(value).model_fields:
            if name != "additional_properties":
                known(getattr(value, name))
    return value


def order_of(**members):
    address = models.Address.from_dict({"name": "Ann Lee", "line1": "1 High Street", "city": "Leeds", "country": "GB"})
    return models.OrderFromLines(
        lines=[models.OrderLineInput(sku=SKU, quantity=2)], currency=models.Currency.GBP, ship_to=address, **members)


def buy(client):
    orders, key = shop_models.OrdersApi(client), uuid.uuid4().hex
    product = known(shop_models.CatalogueApi(client).get_product(SKU))
    assert [(price.amount, price.currency) for price in product.prices] == [(250, models.Currency.GBP)], product
    before = known(shop_models.StockApi(client).get_stock(SKU)).available

    quote = known(orders.quote_order(models.OrderInput(order_of())))
    assert quote.available and quote.total.amount == 2 * product.prices[0].amount, quote
    wanted = models.OrderInput(order_of(
        reference=f"generated {key}",
        customer=models.CustomerChoice(models.CustomerDetails(email="ann@example.com", name="Ann Lee")),
        expected_total=models.OrderFromLinesExpectedTotal(quote.total),
        payment=models.PaymentChoice(models.ManualPayment(method="manual"))))
    answer = orders.place_order_with_http_info(wanted, idempotency_key=key)
    placed = known(answer.data)
    assert answer.status_code == 201 and isinstance(placed, models.PlacedOrder), answer
    assert placed.total == quote.total and placed.lines[0].unit_price == product.prices[0], placed
    assert placed.state == "pendingPayment" and placed.payment.method == "manual", placed
    assert placed.created_at.tzinfo is not None and placed.reserved_until > datetime.datetime.now(datetime.timezone.utc), placed
    again = orders.place_order_with_http_info(wanted, idempotency_key=key)
    assert again.data.id == placed.id and again.headers["Idempotent-Replayed"] == "true", again

    read = known(orders.get_order(placed.id))
    assert read.total == placed.total and read.state == placed.state and read.ship_to["country"] == "GB", read
    assert known(shop_models.StockApi(client).get_stock(SKU)).available == before - 2
    page = known(orders.list_orders(reference=f"generated {key}"))
    assert [item.id for item in page.items] == [placed.id] and page.next is None, page
    paid = known(orders.pay_order(placed.id, pay_input=models.PayInput(reference="bank transfer 7731"), idempotency_key=uuid.uuid4().hex))
    assert paid.state == "confirmed" and paid.payment.captured == placed.total, paid
    return placed


def buy_by_cart(client):
    carts, sku = shop_models.CartsApi(client), "CONTRACT-2"
    cart = known(carts.create_cart(cart_input=models.CartInput(currency=models.Currency.GBP)))
    cart = known(carts.add_cart_line(cart.id, models.CartLineInput(sku=sku, quantity=3)))
    assert cart.total.amount == 750 and cart.state == "open", cart
    order = models.OrderFromCart(cart=cart.id, expected_total=cart.total)
    placed = known(shop_models.OrdersApi(client).place_order(models.OrderInput(order), idempotency_key=uuid.uuid4().hex))
    assert placed.cart == cart.id and placed.total == cart.total and placed.lines[0].quantity == 3, placed


def be_refused(client, placed):
    orders = shop_models.OrdersApi(client)
    lines = [models.OrderLineInput(sku="NO-SUCH-PRODUCT", quantity=1)]
    order = models.OrderInput(models.OrderFromLines(lines=lines, currency=models.Currency.GBP))
    for call, kind, code in (
            (lambda: orders.place_order(order), UnprocessableEntityException, "validation_failed"),
            (lambda: orders.pay_order(placed.id), ConflictException, "wrong_state"),
            (lambda: shop_models.OrdersApi(shop_models.ApiClient(shop_models.Configuration(client.configuration.host)))
             .list_orders(), UnauthorizedException, "unauthorized")):
        try:
            answer = call()
        except kind as refusal:
            assert isinstance(known(refusal.data), models.Problem) and refusal.data.code == code, refusal
        else:
            raise AssertionError(f"{code} was expected, not {answer}")


def read_all(client):
    """Reads every list and every other route without parameters: their models must fit, too."""
    count = 0
    for name in (name for name in dir(shop_models) if name.endswith("Api")):
        area = getattr(shop_models, name)(client)
        for call in (call for call in dir(area) if call.startswith(("list_", "get_")) and not call.endswith(("_info", "_content"))):
            takes = list(inspect.signature(getattr(area, call)).parameters.values())
            if all(parameter.default is not parameter.empty for parameter in takes):
                try:
                    known(getattr(area, call)())
                except NotFoundException as refusal:
                    # A table that does not exist yet.
                    known(refusal.data)
                count += 1
    assert count > 15, count


def main():
    url, key_file = sys.argv[1:]
    with open(key_file, encoding="utf-8") as file:
        settings = shop_models.Configuration(host=url, access_token=file.read().strip())
    with shop_models.ApiClient(settings) as client:
        placed = buy(client)
        buy_by_cart(client)
        be_refused(client, placed)
        read_all(client)


if __name__ == "__main__":
    main()
