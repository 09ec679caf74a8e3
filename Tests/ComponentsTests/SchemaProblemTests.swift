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
        .cartNotFound, .notYours, .cartClosed(order: nil), .customerNotFound,
        .referenceTaken(order: ID(high: 1, low: 1)), .noLines, .tooManyLines(limit: 1),
        .quantityOutOfRange(index: 0), .unknownProduct(index: 0, sku: sku), .inactiveProduct(index: 0, sku: sku),
        .priceCurrency(index: 0), .noPrice(index: 0, sku: sku, currency: .gbp), .amountTooLarge,
        .totalChanged(actual: .zero(.gbp)), .insufficientStock(index: 0, sku: sku, requested: 2, available: 1),
        .beyondUnpaidLimit(limit: 1), .beyondUnpaidShare(index: 0, sku: sku, most: 5),
    ]
    private static let choices: [PaymentChoiceRefusal] = [
        .notOffered, .notRepresentable(Money(5, .kwd), step: Money(10, .kwd)), .customerNeeded, .notYours,
        .giftCardNotFound, .currencyMismatch(.gbp),
        .insufficientFunds(available: .zero(.gbp)),
    ]
    private static let starts: [StartPaymentRefusal] = [
        .notFound, .wrongState(.expired), .open(ID(high: 1, low: 1)), .tooManyAttempts(limit: 1),
    ]
    private static let payments: [PaymentRefusal] = [
        .notFound, .wrongStatus(.voided), .needed(.confirmed), .currencyMismatch(.gbp), .tooMuch(left: .zero(.gbp)),
        .notRepresentable(step: Money(10, .kwd)), .capturesOnce,
    ]
    private static let storeCredit: [StoreCreditRefusal] = [.customerNotFound, .tooMuch(room: .zero(.gbp))]
    private static let orders: [OrderRefusal] = [
        .notFound, .wrongState(.expired), .noLines, .unknownLine(index: 0, line: 1), .repeatedLine(index: 0, line: 1),
        .tooMany(index: 0, line: 1, left: 0), .paymentOpen, .searching, .nothingToCollect(.paid),
        .paymentNeeded(ID(high: 1, low: 1)), .productGone(index: 0, sku: sku),
    ]
    private static let credits: [CreditRefusal] = [
        .customerNotFound, .orderNotFound, .currencyMismatch(.gbp), .orderNeeded, .tooMuch(owed: Money(1, .gbp)),
    ]
    private static let edits: [EditRefusal] = [.notFound, .versionConflict(current: 1), .limitReached(1)]
    private static let stock: [AdjustStockRefusal] = [
        .productNotFound, .untracked, .unknownLocation, .stock(.wrongDirection), .stock(.overflow),
        .stock(.insufficient(available: 0)),
    ]
    private static let carts: [CartRefusal] = [
        .notFound, .notYours, .closed(.merged), .cannotMerge, .customerNotFound, .unknownProduct(index: 0, sku: sku),
        .quantityOutOfRange(index: 0), .tooManyLines(limit: 1), .versionConflict(current: 1),
        .amountTooLarge,
    ]
    private static let customers: [CustomerRefusal] = [
        .notFound, .erased, .versionConflict(current: 1), .emailTaken,
    ]

    private static let packing: [PackRefusal] = [
        .orderNotFound, .searching, .tooManyShipments(limit: 1), .paymentNeeded(ID(high: 1, low: 1)), .unknownLocation,
        .wrongState(.expired), .noLines, .nothingLeft,
        .unknownLine(index: 0, line: 1), .repeatedLine(index: 0, line: 1), .tooMany(index: 0, line: 1, left: 0),
    ]
    private static let shipments: [ShipmentRefusal] = [
        .notFound, .wrongState(.lost), .notBooked, .implausibleEstimate, .eventDiffers(id: "e"), .order(.notFound),
    ]
    private static let stages: [ReturnRefusal] = [
        .notFound, .wrongStage(.received), .noLines, .unknownLine(index: 0, line: 1),
        .repeatedLine(index: 0, line: 1), .tooMany(index: 0, line: 1, left: 0), .productGone(index: 0, sku: sku),
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

    @Test("the pages have a place for every code, every schema and every route, and ask nothing of other hosts")
    func pages() {
        let endpoint = Endpoint(
            .post,
            "/v1/orders",
            id: "placeOrder",
            tag: "Orders",
            "Places an order <for \"one\">",
            access: .scope(.ordersWrite),
            body: BodyKind("OrderInput"),
            responses: [ResponseKind(201, "PlacedOrder", "The order.")]
        ) { (_) throws(Problem) in
            throw .notFound("page")
        }
        let pages = DocumentationPage([endpoint], schemas: Schemas.all).pages(version: "1<2")
            .mapValues { String(decoding: $0, as: UTF8.self) }
        #expect(Set(pages.keys) == ["", "orders", "shapes"])
        for code in ProblemCode.all + ProblemCode.details {
            #expect(pages[""]?.contains("id=\"problem-\(code.name)\"") == true)
        }
        for name in Schemas.all.keys { #expect(pages["shapes"]?.contains("id=\"shape-\(name)\"") == true) }
        let orders = pages["orders"] ?? ""
        #expect(orders.contains("id=\"placeOrder\""))
        #expect(orders.contains("Places an order &lt;for &quot;one&quot;&gt;"))
        #expect(
            orders.contains(
                "curl -s -H &quot;Authorization: Bearer $KEY&quot; -H &quot;Idempotency-Key: $(uuidgen)&quot; --json '{"
            )
        )
        #expect(orders.contains("&quot;$URL/v1/orders&quot;"))
        for page in pages.values {
            #expect(page.contains("1&lt;2"))
            // The page's filter finds a route by a member of its body.
            #expect(page.contains("expectedtotal") && page.contains("href=\"/docs/orders#placeOrder\""))
            for outside in ["src=", "http://", "https://", "@import", "url("] { #expect(!page.contains(outside)) }
        }
    }

    @Test("links between the pages lead somewhere")
    func links() throws {
        let endpoint = Endpoint(
            .get,
            "/v1/products",
            id: "listProducts",
            tag: "Catalogue",
            "Products",
            access: .anyone,
            responses: []
        ) {
            (_) throws(Problem) in throw .notFound("page")
        }
        let pages = DocumentationPage([endpoint], schemas: Schemas.all).pages(version: "1")
            .mapValues { String(decoding: $0, as: UTF8.self) }
        // The conventions page always links to this route, even if it is not among the routes given.
        let elsewhere = ["/docs/events#listEvents"]
        for page in pages.values {
            for link in page.matches(of: /href="(\/docs[^"]*)"/).map({ String($0.1) }) where !elsewhere.contains(link) {
                let parts = link.split(separator: "#", maxSplits: 1)
                let target = try #require(pages[String(parts[0].dropFirst(5).drop { $0 == "/" })], "\(link)")
                if parts.count == 2 { #expect(target.contains("id=\"\(parts[1])\""), "\(link)") }
            }
        }
    }
}
