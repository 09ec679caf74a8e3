import Ledger
import Secrets
import Trading

/// A permission of a key.
public enum Scope: String, Hashable, Sendable, CaseIterable {
    /// Put products and groups, import catalogues.
    case catalogueWrite = "catalogue:write"
    /// Move stock, put locations, read movements.
    case stockWrite = "stock:write"
    /// Read orders, returns and credits.
    case ordersRead = "orders:read"
    /// Change orders, take returns, give credits, state prices.
    case ordersWrite = "orders:write"
    /// Read customers.
    case customersRead = "customers:read"
    /// Put, export and erase customers.
    case customersWrite = "customers:write"
    /// Follow the event feed.
    case eventsRead = "events:read"
    /// Read webhooks and how their deliveries went.
    case webhooksRead = "webhooks:read"
    /// Put, rotate, test, replay and remove webhooks.
    case webhooksWrite = "webhooks:write"
    /// Read shipments and shipping rates.
    case deliveriesRead = "deliveries:read"
    /// Pack, book, hand over and follow shipments; put shipping rates.
    case deliveriesWrite = "deliveries:write"
    /// Read the state and configuration of a process.
    case operatorRead = "operator:read"
    /// Record the results of probers, and mark requests as a prober's.
    case operatorWrite = "operator:write"
    /// Read payments, gift cards and store credit.
    case paymentsRead = "payments:read"
    /// Capture, void and refund payments, issue gift cards, grant store credit.
    case paymentsWrite = "payments:write"
    /// Read the books.
    case booksRead = "books:read"
    /// All of the above.
    case admin

    /// Whether a key with this scope may call what needs `other`: writing includes reading.
    public func covers(_ other: Scope) -> Bool {
        switch (self, other) {
        case (.admin, _), (.ordersWrite, .ordersRead), (.customersWrite, .customersRead),
            (.paymentsWrite, .paymentsRead), (.webhooksWrite, .webhooksRead), (.deliveriesWrite, .deliveriesRead),
            (.operatorWrite, .operatorRead):
            true
        default: self == other
        }
    }
}

/// The sender of a request.
public enum Principal: Sendable {
    /// A client without credentials: the storefront.
    case anonymous
    /// The holder of a key.
    case key(id: String, scopes: [Scope])
    /// A client with an order's secret, which was not checked yet.
    case orderSecret(Secret<String>)
    /// A customer on file, authenticated by a token.
    case customer(ID<Customer>)

    /// Whether the sender has a scope.
    public func may(_ scope: Scope) -> Bool {
        if case .key(_, let scopes) = self { scopes.contains { $0.covers(scope) } } else { false }
    }

    /// Whether the sender has a key.
    public var isKey: Bool {
        if case .key = self { true } else { false }
    }

    /// Whether the sender has an order's secret, which was not checked yet.
    public var isOrderSecret: Bool {
        if case .orderSecret = self { true } else { false }
    }

    /// The sender's authority over what belongs to customers on file.
    ///
    /// - Parameter scopes: a key with one of them acts for every customer.
    public func authority(_ scopes: Scope...) -> Authority {
        switch self {
        case .customer(let id): .customer(id)
        case .key where scopes.contains(where: may): .shop
        case .key, .anonymous, .orderSecret: .anyone
        }
    }

    /// The id of the sender's key; nil where there is none.
    public var keyID: String? { if case .key(let id, _) = self { id } else { nil } }

    /// The namespace of the sender's idempotency keys.
    var credential: String {
        switch self {
        case .anonymous: "-"
        case .key(let id, _): id
        case .orderSecret(let secret): secret.reveal()
        // The customer, not the token: a request may be repeated with a newer token.
        case .customer(let id): id.description
        }
    }
}
