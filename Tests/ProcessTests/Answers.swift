/// What the tests read of an order.
struct OrderAnswer: Decodable, Sendable {
    struct Line: Decodable, Sendable {
        let sku: String
        let quantity: Int
    }

    let id: String
    let state: String
    let lines: [Line]
}

/// What the tests read of a payment.
struct PaymentAnswer: Decodable, Sendable {
    struct Amount: Decodable, Sendable {
        let amount: Int
    }

    struct Operation: Decodable, Sendable {
        let kind: String
        let state: String
    }

    let id: String
    let order: String
    let state: String
    let authorised: Amount
    let captured: Amount
    let refunded: Amount
    let operations: [Operation]

    /// Whether something is still to be done, or is perhaps done.
    var isOpen: Bool { operations.contains { $0.state == "open" || $0.state == "unknown" } }
}

/// What the tests read of a list of payments.
struct PaymentPage: Decodable, Sendable {
    let items: [PaymentAnswer]
    let next: String?
}

/// What the tests read of the payment sandbox's list.
struct ChargePage: Decodable, Sendable {
    struct Charge: Decodable, Sendable {
        let id: String
        let payment: String
        let state: String
        let held: Int
        let captured: Int
        let refunded: Int
    }

    let charges: [Charge]
    let next: String?
}

/// What the tests read of a list of orders.
struct OrderPage: Decodable, Sendable {
    let items: [OrderAnswer]
    let next: String?
}

/// What the tests read of a stock level.
struct StockAnswer: Decodable, Sendable, Equatable {
    let onHand: Int
    let reserved: Int
    let available: Int
}

/// What the tests read of the feed.
struct EventPage: Decodable, Sendable {
    struct Event: Decodable, Sendable {
        let seq: Int
        let type: String
        let subject: String
    }

    let items: [Event]
}

/// What a server says of its readiness.
struct Readiness: Decodable, Sendable {
    let status: String
    let writes: String
    let sequence: Int
}

/// A problem document (RFC 9457).
struct ProblemDocument: Decodable, Sendable {
    struct Field: Decodable, Sendable {
        let pointer: String
        let code: String
    }

    let status: Int
    let code: String
    let detail: String
    let requestId: String
    let errors: [Field]?
}
