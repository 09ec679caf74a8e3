// The problems that a route can answer are derived from its commands' refusals, which give an example of each case. A test
// compares the examples with the cases, so that a missing one is noticed.

import API
import Ledger
import Trading

/// A closed set of refusals with an example of each.
protocol SampledRefusal: ProblemRefusal {
    /// An example of each case.
    static var samples: [Self] { get }
}

extension SampledRefusal {
    /// The kinds of problems of its cases.
    static var kinds: [ProblemKind] { samples.map { ProblemKind($0.problem) } }
}

private let money = Money.zero(.gbp)
private let sku = SKU(stored: "A")
private let payment = ID<Payment>(high: 0, low: 1)

extension PlaceOrderRefusal: SampledRefusal {
    static var samples: [PlaceOrderRefusal] {
        [
            .cartNotFound, .notYours, .cartClosed(order: nil), .customerNotFound, .referenceTaken(order: nil), .noLines,
            .tooManyLines(limit: 1),
            .quantityOutOfRange(index: 0), .unknownProduct(index: 0, sku: sku), .inactiveProduct(index: 0, sku: sku),
            .priceCurrency(index: 0), .noPrice(index: 0, sku: sku, currency: .gbp), .amountTooLarge,
            .totalChanged(actual: money), .heldUnpaid(index: 0, sku: sku),
            .beyondUnpaidLimit(limit: 1), .beyondUnpaidShare(index: 0, sku: sku, most: 5),
            .several([.unknownProduct(index: 0, sku: sku), .quantityOutOfRange(index: 1)]),
            .tooMuchUnpaid(limit: 1, held: 1), .totalTooLarge(ceiling: money),
            .insufficientStock(index: 0, sku: sku, requested: 1, available: 0),
        ] + PaymentChoiceRefusal.samples.map { .payment($0) }
    }
}

extension PaymentChoiceRefusal {
    static var samples: [PaymentChoiceRefusal] {
        [
            .notOffered, .customerNeeded, .notYours, .giftCardNotFound, .currencyMismatch(.gbp),
            .insufficientFunds(available: money), .notRepresentable(money, step: money),
        ]
    }
}

extension OrderRefusal: SampledRefusal {
    static var samples: [OrderRefusal] {
        [
            .notFound, .wrongState(.confirmed), .notOrdered(index: 0, sku: sku), .unknownLocation(index: 0),
            .productGone(index: 0, sku: sku), .paymentNeeded(payment), .noLines, .nothingLeft,
            .unknownLine(index: 0, line: 1),
            .repeatedLine(index: 0, line: 1), .tooMany(index: 0, line: 1, left: 0), .paymentOpen, .searching,
            .nothingToCollect(.paid),
        ]
    }
}

extension PackRefusal: SampledRefusal {
    static var samples: [PackRefusal] {
        [
            .orderNotFound, .searching, .paymentNeeded(payment), .tooManyShipments(limit: 1), .unknownLocation,
            .wrongState(.confirmed), .noLines,
            .nothingLeft,
            .unknownLine(index: 0, line: 1), .repeatedLine(index: 0, line: 1), .tooMany(index: 0, line: 1, left: 0),
        ]
    }
}

extension ShipmentRefusal: SampledRefusal {
    static var samples: [ShipmentRefusal] {
        [.notFound, .wrongState(.delivered), .notBooked, .implausibleEstimate, .eventDiffers(id: "e")]
            + OrderRefusal.samples.map { .order($0) }
    }
}

extension ReturnRefusal: SampledRefusal {
    static var samples: [ReturnRefusal] {
        [
            .notFound, .wrongStage(.requested), .unknownLocation(index: 0), .noLines, .unknownLine(index: 0, line: 1),
            .productGone(index: 0, sku: sku), .repeatedLine(index: 0, line: 1),
            .tooMany(index: 0, line: 1, left: 0),
        ]
    }
}

extension ShippingQuoteRefusal: SampledRefusal {
    static var samples: [ShippingQuoteRefusal] { [.noRates, .currencyMismatch(.gbp), .tooHeavy(limit: 1), .notServed] }
}

extension CreditRefusal: SampledRefusal {
    static var samples: [CreditRefusal] {
        [.customerNotFound, .orderNotFound, .currencyMismatch(.gbp), .orderNeeded, .tooMuch(owed: Money(1, .gbp))]
    }
}

extension EditRefusal: SampledRefusal {
    static var samples: [EditRefusal] { [.notFound, .versionConflict(current: 1), .limitReached(1)] }
}

extension DeleteProductRefusal: SampledRefusal {
    static var samples: [DeleteProductRefusal] {
        [.notFound, .versionConflict(current: 1), .inUse(onHand: 1, reserved: 0)]
    }
}

extension DeleteGroupRefusal: SampledRefusal {
    static var samples: [DeleteGroupRefusal] { [.notFound, .versionConflict(current: 1), .inUse(by: sku)] }
}

extension AdjustStockRefusal: SampledRefusal {
    static var samples: [AdjustStockRefusal] {
        let stock: [StockRefusal] = [.wrongDirection, .insufficient(available: 0), .overflow]
        return [.productNotFound, .untracked, .unknownLocation] + stock.map { .stock($0) }
    }
}

extension CartRefusal: SampledRefusal {
    static var samples: [CartRefusal] {
        [
            .notFound, .notYours, .closed(.ordered), .versionConflict(current: 1), .cannotMerge, .customerNotFound,
            .unknownProduct(index: 0, sku: sku), .quantityOutOfRange(index: 0), .tooManyLines(limit: 1),
            .amountTooLarge, .several([.unknownProduct(index: 0, sku: sku), .quantityOutOfRange(index: 1)]),
        ]
    }
}

extension CustomerRefusal: SampledRefusal {
    static var samples: [CustomerRefusal] { [.notFound, .erased, .versionConflict(current: 1), .emailTaken] }
}

extension WebhookRefusal: SampledRefusal {
    static var samples: [WebhookRefusal] {
        [.notFound, .versionConflict(current: 1), .limitReached(1), .disabled, .replayUnderWay(end: 1), .emptyRange]
    }
}

extension StartPaymentRefusal: SampledRefusal {
    static var samples: [StartPaymentRefusal] {
        [.notFound, .wrongState(.confirmed), .open(ID(high: 0, low: 1)), .searching, .tooManyAttempts(limit: 1)]
            + PaymentChoiceRefusal.samples.map { .choice($0) }
    }
}

extension PaymentRefusal: SampledRefusal {
    static var samples: [PaymentRefusal] {
        [
            .notFound, .wrongStatus(.captured), .needed(.confirmed), .currencyMismatch(.gbp), .tooMuch(left: money),
            .notRepresentable(step: money), .capturesOnce,
        ]
    }
}

extension StoreCreditRefusal: SampledRefusal {
    static var samples: [StoreCreditRefusal] { [.customerNotFound, .tooMuch(room: money)] }
}
