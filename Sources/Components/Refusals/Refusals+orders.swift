// The problems for refusals of orders, carts, returns and credits.

import API
import Ledger
import Trading

extension PlaceOrderRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .cartNotFound:
            .invalid("/cart", "not_found", "there is no such cart")
        case .notYours:
            .customerProofNeeded
        case .cartClosed(let order):
            Problem(.conflict, "cart_closed", "the cart was ordered, merged or forgotten") { json in
                if let order { json.member("order", order.description) }
            }
        case .customerNotFound:
            .invalid("/customer", "not_found", "there is no such customer")
        case .referenceTaken(let order):
            Problem(
                .conflict,
                "reference_taken",
                "\(order.map { "the order \($0)" } ?? "another order") has this reference; give another one",
                errors: [Problem.Detail(pointer: "/reference", code: "reference_taken", detail: "another order has it")]
            ) { json in
                if let order { json.member("order", order.description) }
            }
        case .noLines:
            .invalid("/lines", "required", "an order has at least one line")
        case .tooManyLines(let limit):
            .invalid("/lines", "too_many", "an order has at most \(limit) lines")
        case .quantityOutOfRange(let index):
            .invalid("/lines/\(index)/quantity", "out_of_range", "a line has \(OrderLimits.quantity.text) units")
        case .unknownProduct(let index, let sku):
            .invalid("/lines/\(index)/sku", "unknown_product", "there is no product \(sku)")
        case .inactiveProduct(let index, let sku):
            .invalid("/lines/\(index)/sku", "inactive_product", "\(sku) is not for sale")
        case .priceCurrency(let index):
            .invalid("/lines/\(index)/unitPrice/currency", "currency_mismatch", "not the order's currency")
        case .noPrice(let index, let sku, let currency):
            .invalid("/lines/\(index)/sku", "no_price", "\(sku) has no price in \(currency.code)")
        case .amountTooLarge:
            .invalid("/lines", "out_of_range", "the amounts are larger than \(OrderLimits.maxAmount) minor units")
        case .totalTooLarge(let ceiling):
            .invalid("/lines", "out_of_range", "an order is worth at most \(ceiling)")
        case .totalChanged(let actual):
            Problem(.conflict, "order_total_changed", "the total is \(actual), not what was expected") { json in
                json.member("total", actual)
            }
        case .insufficientStock(let index, let sku, let requested, let available):
            Problem(
                .conflict,
                "insufficient_stock",
                "of \(sku) there are \(available) left, not \(requested)",
                errors: [
                    Problem.Detail(
                        pointer: "/lines/\(index)/quantity",
                        code: "insufficient_stock",
                        detail: "\(available) left"
                    )
                ]
            ) { json in
                json.member("sku", sku.description)
                json.member("requested", requested)
                json.member("available", available)
            }
        case .payment(let refusal):
            refusal.problem(at: "/payment")
        case .beyondUnpaidLimit(let limit):
            .invalid(
                "/lines",
                "out_of_range",
                "an order that is placed without a key with orders:write has at most \(limit) units; pay it from a gift card or order fewer"
            )
        case .beyondUnpaidShare(let index, let sku, let most):
            Problem(
                .conflict,
                "held_unpaid",
                "orders that wait for payment hold at most \(most) units of \(sku)",
                errors: [
                    Problem.Detail(
                        pointer: "/lines/\(index)/quantity",
                        code: "held_unpaid",
                        detail: "at most \(most); pay from a gift card or order fewer"
                    )
                ]
            ) { $0.member("sku", sku.description) }
        case .several(let refusals):
            .several(refusals.map(\.problem))
        case .heldUnpaid(let index, let sku):
            Problem(
                .conflict,
                "held_unpaid",
                "units of \(sku) are free, but orders that wait for payment hold as many as they may",
                errors: [
                    Problem.Detail(pointer: "/lines/\(index)/quantity", code: "held_unpaid", detail: "try again soon")
                ],
                retryAfter: 10
            ) { $0.member("sku", sku.description) }
        case .tooMuchUnpaid(let limit, let held):
            Problem(
                .tooManyRequests,
                "unpaid_limit",
                "unpaid orders of one client hold at most \(limit) units, and hold \(held); pay or cancel one",
                retryAfter: 60
            ) { $0.member("held", held) }
        }
    }
}

extension OrderRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound:
            .notFound("order")
        case .wrongState(let state):
            Problem(.conflict, "wrong_state", "the order is \(state.name)") { $0.member("state", state.name) }
        case .noLines:
            .invalid("/lines", "required", "name at least one line")
        case .nothingLeft:
            Problem(.conflict, "nothing_left", "every unit has left or is packed")
        case .unknownLine(let index, let line):
            .invalid("/lines/\(index)/line", "unknown_line", "the order has no line \(line)")
        case .repeatedLine(let index, let line):
            .invalid("/lines/\(index)/line", "repeated_line", "line \(line) is named twice")
        case .tooMany(let index, let line, let left):
            Problem(
                .conflict,
                "too_many_units",
                "line \(line) has \(left) units left for that",
                errors: [
                    Problem.Detail(
                        pointer: "/lines/\(index)/quantity",
                        code: "too_many_units",
                        detail: "\(left) left"
                    )
                ]
            ) { $0.member("left", left) }
        case .paymentOpen:
            .paymentOpen
        case .searching:
            Problem(
                .serviceUnavailable,
                "restore_search",
                "the shop was restored from a backup, and looks whether this was sent before; try again soon",
                retryAfter: 15
            )
        case .nothingToCollect(let state):
            Problem(.conflict, "nothing_to_collect", "the order's payment is \(state.rawValue)")
        case .paymentNeeded(let payment):
            Problem(
                .conflict,
                "payment_needed",
                "what is to leave is not paid: what was taken and is held is not enough, the last payment was \(payment); "
                    + "have what is due paid (POST /v1/orders/{id}/payments, or pay), call units off, or credit what is let off"
            ) {
                $0.member("payment", payment.description)
            }
        case .notOrdered(let index, let sku):
            .invalid("/lines/\(index)/sku", "unknown_line", "the order has no line of \(sku)")
        case .unknownLocation(let index):
            .invalid("/lines/\(index)/location", "unknown_location", "there is no such location")
        case .productGone(let index, let sku): .productGone(index, sku)
        }
    }
}

extension CartRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("cart")
        case .notYours: .customerProofNeeded
        case .closed(let state):
            Problem(.conflict, "cart_closed", "the cart is \(state.name)") { $0.member("state", state.name) }
        case .cannotMerge:
            .invalid("/from", "cannot_merge", "not another open cart in the same currency")
        case .customerNotFound:
            .invalid("/customer", "not_found", "there is no such customer")
        case .unknownProduct(let index, let sku):
            .invalid("/lines/\(index)/sku", "unknown_product", "\(sku) is not for sale")
        case .quantityOutOfRange(let index):
            .invalid("/lines/\(index)/quantity", "out_of_range", "a line has \(OrderLimits.quantity.text) units")
        case .tooManyLines(let limit):
            .invalid(
                "/lines",
                "too_many",
                "a cart\(limit < OrderLimits.maxCartLines ? " without a key" : "") has at most \(limit) lines"
            )
        case .amountTooLarge:
            .invalid("/lines", "out_of_range", "the amounts are larger than \(OrderLimits.maxAmount) minor units")
        case .several(let refusals):
            .several(refusals.map(\.problem))
        case .versionConflict(let current):
            .versionConflict(current)
        }
    }
}

extension ReturnRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("return")
        case .wrongStage(let stage):
            Problem(.conflict, "wrong_state", "the return is \(stage.rawValue)") { json in
                json.member("state", stage.rawValue)
            }
        case .noLines: .invalid("/lines", "required", "name at least one line; a return of nothing is cancelled")
        case .unknownLine(let index, let line):
            .invalid("/lines/\(index)/line", "unknown_line", "the return has no line \(line)")
        case .repeatedLine(let index, let line):
            .invalid(
                "/lines/\(index)/line",
                "repeated_line",
                "line \(line) is named twice with one disposition and place"
            )
        case .unknownLocation(let index): OrderRefusal.unknownLocation(index: index).problem
        case .productGone(let index, let sku): .productGone(index, sku)
        case .tooMany(let index, let line, let left):
            OrderRefusal.tooMany(index: index, line: line, left: left).problem
        }
    }
}

extension Problem {
    /// Units of a product that is not in the catalogue any more can only be written off.
    fileprivate static func productGone(_ index: Int, _ sku: SKU) -> Problem {
        .invalid(
            "/lines/\(index)/disposition",
            "unknown_product",
            "\(sku) was taken out of the catalogue, so its units cannot be sold again: say writeOff, or put the product back first"
        )
    }
}

extension CreditRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .customerNotFound: .invalid("/customer", "not_found", "there is no such customer")
        case .orderNotFound: .invalid("/order", "not_found", "there is no such order")
        case .currencyMismatch(let currency):
            .invalid("/amount/currency", "currency_mismatch", "the order is in \(currency.code)")
        case .orderNeeded:
            .invalid("/order", "required", "a payout is of what is owed for an order: name it")
        case .tooMuch(let owed):
            Problem(.conflict, "amount_exceeded", "the customer is owed \(owed) for that order") {
                $0.member("remaining", owed)
            }
        }
    }
}
