import Trading

/// On whose behalf a command is given: what it may do with things that belong to a customer on file.
///
/// To know a customer's id, or that of a customer's cart, gives no right to it.
public enum Authority: Hashable, Sendable {
    /// The shop itself: it may act for every customer.
    case shop
    /// A customer on file, who has proved to be that one.
    case customer(ID<Customer>)
    /// Anyone: only what belongs to no customer.
    case anyone

    /// The customer who has proved to be that one.
    public var provedCustomer: ID<Customer>? {
        if case .customer(let id) = self { id } else { nil }
    }
}

extension WorkingSet {
    /// Whether a command may use what belongs to this customer; what belongs to none may be used by all.
    ///
    /// An erased customer's proof is none any more, whatever it is shown for.
    func permits(_ authority: Authority, on owner: ID<Customer>?) -> Bool {
        switch authority {
        case .shop: true
        case .customer(let id): (owner == nil || id == owner) && customers.get(id)?.customer.erasedAt == nil
        case .anyone: owner == nil
        }
    }
}
