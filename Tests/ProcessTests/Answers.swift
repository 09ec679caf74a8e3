/// The members of an order that the tests read.
struct OrderAnswer: Decodable, Sendable {
    struct Line: Decodable, Sendable {
        let sku: String
        let quantity: Int
    }

    let id: String
    let state: String
    let lines: [Line]
}

/// The members of a payment that the tests read.
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

    /// Whether an operation is not done yet, or its outcome is unknown.
    var isOpen: Bool { operations.contains { $0.state == "open" || $0.state == "unknown" } }
}

/// The members of a list of payments that the tests read.
struct PaymentPage: Decodable, Sendable {
    let items: [PaymentAnswer]
    let next: String?
}

/// The members of the payment sandbox's list that the tests read.
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

/// The members of a list of orders that the tests read.
struct OrderPage: Decodable, Sendable {
    let items: [OrderAnswer]
    let next: String?
}

/// The members of a stock level that the tests read.
struct StockAnswer: Decodable, Sendable, Equatable {
    let onHand: Int
    let reserved: Int
    let available: Int
}

/// The members of the event feed that the tests read.
struct EventPage: Decodable, Sendable {
    struct Event: Decodable, Sendable {
        let seq: Int
        let type: String
        let subject: String
    }

    let items: [Event]
}

/// A server's readiness.
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
