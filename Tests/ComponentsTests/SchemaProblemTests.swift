import API
import Hummingbird
import Ledger
import Providers
import Testing
import Trading

@testable import Components

@Suite("Problem codes and the page for people")
struct SchemaProblemTests {
    private static let sku = SKU(stored: "A")

    private static let placing: [PlaceOrderRefusal] = [
        .cartNotFound, .notYours, .cartClosed(order: nil), .customerNotFound, .noLines, .tooManyLines(limit: 1),
        .quantityOutOfRange(index: 0), .unknownProduct(index: 0, sku: sku), .inactiveProduct(index: 0, sku: sku),
        .priceCurrency(index: 0), .noPrice(index: 0, sku: sku, currency: .gbp), .amountTooLarge,
        .totalChanged(actual: .zero(.gbp)), .insufficientStock(index: 0, sku: sku, requested: 2, available: 1),
    ]
    private static let choices: [PaymentChoiceRefusal] = [
        .notOffered, .customerNeeded, .notYours, .giftCardNotFound, .currencyMismatch(.gbp),
        .insufficientFunds(available: .zero(.gbp)),
    ]
    private static let starts: [StartPaymentRefusal] = [
        .notFound, .wrongState(.expired), .open(ID(high: 1, low: 1)), .tooManyAttempts(limit: 1),
    ]
    private static let payments: [PaymentRefusal] = [
        .notFound, .wrongStatus(.voided), .needed(.confirmed), .currencyMismatch(.gbp), .tooMuch(left: .zero(.gbp)),
    ]
    private static let storeCredit: [StoreCreditRefusal] = [.customerNotFound, .tooMuch]
    private static let orders: [OrderRefusal] = [
        .notFound, .wrongState(.expired), .noLines, .unknownLine(index: 0, line: 1), .repeatedLine(index: 0, line: 1),
        .tooMany(index: 0, line: 1, left: 0), .paymentOpen, .nothingToCollect(.paid),
    ]
    private static let credits: [CreditRefusal] = [.customerNotFound, .orderNotFound, .currencyMismatch(.gbp)]
    private static let edits: [EditRefusal] = [.notFound, .versionConflict(current: 1), .limitReached(1)]
    private static let stock: [AdjustStockRefusal] = [
        .productNotFound, .untracked, .unknownLocation, .stock(.wrongDirection), .stock(.overflow),
        .stock(.insufficient(available: 0)),
    ]
    private static let carts: [CartRefusal] = [
        .notFound, .notYours, .closed(.merged), .cannotMerge, .customerNotFound, .unknownProduct(index: 0, sku: sku),
        .quantityOutOfRange(index: 0), .tooManyLines(limit: 1), .versionConflict(current: 1),
    ]
    private static let customers: [CustomerRefusal] = [
        .notFound, .erased, .versionConflict(current: 1), .emailTaken,
    ]

    private static let packing: [PackRefusal] = [
        .orderNotFound, .tooManyShipments(limit: 1), .unknownLocation, .wrongState(.expired), .noLines, .nothingLeft,
        .unknownLine(index: 0, line: 1), .repeatedLine(index: 0, line: 1), .tooMany(index: 0, line: 1, left: 0),
    ]
    private static let shipments: [ShipmentRefusal] = [
        .notFound, .wrongState(.lost), .notBooked, .implausibleEstimate, .order(.notFound),
    ]
    private static let stages: [ReturnRefusal] = [
        .notFound, .wrongStage(.received), .noLines, .unknownLine(index: 0, line: 1),
        .repeatedLine(index: 0, line: 1), .tooMany(index: 0, line: 1, left: 0),
    ]
    private static let rates: [ShippingQuoteRefusal] = [
        .noRates, .currencyMismatch(.gbp), .tooHeavy(limit: 1), .notServed,
    ]
    private static let notices: [NoticeRefusal] = [.unsigned, .stale, .forged, .malformed]

    private static var problems: [Problem] {
        var all: [any ProblemRefusal] = placing
        all += orders as [any ProblemRefusal]
        all += credits as [any ProblemRefusal]
        all += edits as [any ProblemRefusal]
        all += stock as [any ProblemRefusal]
        all += carts as [any ProblemRefusal]
        all += customers as [any ProblemRefusal]
        all += packing as [any ProblemRefusal]
        all += shipments as [any ProblemRefusal]
        all += stages as [any ProblemRefusal]
        all += rates as [any ProblemRefusal]
        all += choices.map { PlaceOrderRefusal.payment($0) } as [any ProblemRefusal]
        all += choices.map { StartPaymentRefusal.choice($0) } as [any ProblemRefusal]
        all += starts as [any ProblemRefusal]
        all += payments as [any ProblemRefusal]
        all += storeCredit as [any ProblemRefusal]
        all += notices as [any ProblemRefusal]
        return all.map(\.problem)
    }

    @Test("every refusal has a code that is documented with its status")
    func refusals() {
        for problem in Self.problems {
            let code = ProblemCode.all.first { $0.name == problem.code }
            #expect(code?.statuses.contains(problem.status.code) == true, "\(problem.code) \(problem.status.code)")
            for error in problem.errors {
                #expect(ProblemCode.details.contains { $0.name == error.code }, "\(error.code)")
            }
        }
    }

    @Test("the page has a place for every code, every schema and every route, and asks nothing of other hosts")
    func page() {
        let endpoint = Endpoint(
            .post,
            "/v1/orders",
            id: "placeOrder",
            tag: "Orders",
            "Places an order <for \"one\">",
            access: .anyone,
            body: BodyKind("OrderInput"),
            outcomes: [Outcome(201, "PlacedOrder", "The order.")]
        ) { (_) throws(Problem) in
            throw .notFound("page")
        }
        let html = String(
            decoding: DocumentationPage([endpoint], schemas: Schemas.all).html(version: "1<2"),
            as: UTF8.self
        )
        for code in ProblemCode.all { #expect(html.contains("id=\"problem-\(code.name)\"")) }
        for name in Schemas.all.keys { #expect(html.contains("id=\"shape-\(name)\"")) }
        #expect(html.contains("id=\"placeOrder\""))
        #expect(html.contains("Places an order &lt;for &quot;one&quot;&gt;"))
        #expect(html.contains("1&lt;2"))
        for outside in ["src=", "http://", "https://", "@import", "url("] { #expect(!html.contains(outside)) }
    }
}
