import Trading

/// The authority of a command's sender over what belongs to customers on file.
///
/// Knowing a customer's id, or that of a customer's cart, grants no access.
public enum Authority: Hashable, Sendable {
    /// The shop itself: it may act for every customer.
    case shop
    /// A customer on file, whose identity is proved.
    case customer(ID<Customer>)
    /// Anyone: only what belongs to no customer.
    case anyone

    /// The customer whose identity is proved.
    public var provedCustomer: ID<Customer>? {
        if case .customer(let id) = self { id } else { nil }
    }
}

extension WorkingSet {
    /// Whether a command may use what belongs to this customer; what belongs to none may be used by all.
    ///
    /// An erased customer's proof is not valid any more.
    func permits(_ authority: Authority, on owner: ID<Customer>?) -> Bool {
        switch authority {
        case .shop: true
        case .customer(let id): (owner == nil || id == owner) && customers.get(id)?.customer.erasedAt == nil
        case .anyone: owner == nil
        }
    }
}
