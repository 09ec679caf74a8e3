import Ledger
import Secrets
import Trading

/// What a key may do.
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
    /// See what a process runs and how it gets on.
    case operatorRead = "operator:read"
    /// Tell what probers saw, and have requests counted as a prober's.
    case operatorWrite = "operator:write"
    /// Read payments, gift cards and store credit.
    case paymentsRead = "payments:read"
    /// Capture, void and refund payments, issue gift cards, grant store credit.
    case paymentsWrite = "payments:write"
    /// Read the books.
    case booksRead = "books:read"
    /// Everything.
    case admin

    /// Whether a key with this scope may do what needs `other`: writing includes reading.
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

/// Who sent a request.
public enum Principal: Sendable {
    /// Nobody in particular: the storefront.
    case anonymous
    /// The holder of a key.
    case key(id: String, scopes: [Scope])
    /// Somebody who knows an order's secret.
    case orderSecret(Secret<String>)
    /// A customer on file, who has proved to be that one by a token.
    case customer(ID<Customer>)

    /// Whether it may do what needs the scope.
    public func may(_ scope: Scope) -> Bool {
        if case .key(_, let scopes) = self { scopes.contains { $0.covers(scope) } } else { false }
    }

    /// Whether it is a key.
    public var isKey: Bool {
        if case .key = self { true } else { false }
    }

    /// Whether it is a secret that its order has not been asked about.
    public var isOrderSecret: Bool {
        if case .orderSecret = self { true } else { false }
    }

    /// What it may do with things that belong to a customer on file.
    ///
    /// - Parameter scopes: a key with one of them acts for every customer.
    public func authority(_ scopes: Scope...) -> Authority {
        switch self {
        case .customer(let id): .customer(id)
        case .key where scopes.contains(where: may): .shop
        case .key, .anonymous, .orderSecret: .anyone
        }
    }

    /// The id of its key; nil where it showed none.
    public var keyID: String? { if case .key(let id, _) = self { id } else { nil } }

    /// What tells its idempotency keys from those of others.
    var credential: String {
        switch self {
        case .anonymous: "-"
        case .key(let id, _): id
        case .orderSecret(let secret): secret.reveal()
        // The customer, not the token: a request may be sent again with the next one.
        case .customer(let id): id.description
        }
    }
}
