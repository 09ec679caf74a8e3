import Testing
import Trading

@testable import Ledger

@Suite("What a document holds of a person")
struct PersonalDataTests {
    private static let now = Timestamp(milliseconds: 1_795_411_261_123)

    @Test("an erased customer keeps the id, the dates and the count of changes, and nothing else")
    func customer() {
        let customer = Customer(
            id: ID(high: 1, low: 1),
            email: "a@example.com",
            name: "A",
            phone: "1",
            reference: "r",
            addresses: [["city": "Bath"]],
            metadata: ["k": "v"],
            createdAt: Self.now,
            updatedAt: Self.now
        )
        let empty = Customer(id: customer.id, email: nil, createdAt: Self.now, updatedAt: Self.now)
        #expect(customer.erased == empty)
        #expect(empty.erased == empty)
    }

    @Test("an erased order keeps what was agreed, the country and a prober's mark")
    func order() {
        var order = Order(
            id: ID(high: 1, low: 2),
            currency: .gbp,
            lines: [],
            total: Money(0, .gbp),
            paymentMethod: .manual,
            customer: OrderCustomer(id: ID(high: 3, low: 4), email: "a@example.com", name: "A", phone: "1"),
            shipTo: ["country": "GB", "line1": "1 High Street", "city": "Leeds"],
            reference: "r",
            metadata: [Order.probeMark: "1", "note": "left-handed"],
            cart: nil,
            reservedUntil: nil,
            createdAt: Self.now,
            updatedAt: Self.now,
            history: [OrderHistoryEntry(state: .pendingPayment, at: Self.now, reason: "moved away")]
        )
        #expect(order.erased.customer == OrderCustomer(id: ID(high: 3, low: 4)))
        #expect(order.erased.shipTo == ["country": "GB"])
        #expect(order.erased.reference == nil && order.erased.isProbe)
        #expect(order.erased.metadata == [Order.probeMark: "1"])
        #expect(order.erased.history == [OrderHistoryEntry(state: .pendingPayment, at: Self.now)])
        order.shipTo = ["country": "1 High Street"]
        order.customer = OrderCustomer(email: "b@example.com")
        #expect(order.erased.shipTo == [:] && order.erased.customer == nil)
    }

    @Test("every kind of document can be read without its personal data, and has no more to lose then")
    func readable() {
        func check<D: Document & Equatable>(_ documents: [D], sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(!documents.isEmpty, sourceLocation: sourceLocation)
            for document in documents {
                #expect(document.erased == document.erased.erased, sourceLocation: sourceLocation)
            }
        }
        check(DocumentExamples.customers)
        check(DocumentExamples.orders)
        check(DocumentExamples.returns)
        check(DocumentExamples.credits)
        check(DocumentExamples.shipments)
        check(DocumentExamples.carts)
        check(DocumentExamples.payments.map(\.payment))
    }
}
