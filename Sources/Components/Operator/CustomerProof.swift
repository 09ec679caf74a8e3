import API
import Ledger
import Trading

extension Call {
    /// Refuses a sender who names a customer, or an object of that customer, and may not act for the customer.
    ///
    /// Knowing a customer's id grants no access. Commands check the authority in the ledger (``Authority``); this check is for
    /// answers without a command.
    ///
    /// - Throws: 401 or 403.
    func check(_ customer: ID<Customer>, reading scopes: Scope...) throws(Problem) {
        if scopes.contains(where: principal.may) { return }
        switch principal.authority(.ordersWrite, .customersWrite) {
        case .shop: return
        case .customer(customer): return
        case .customer, .anyone: throw .customerProofNeeded
        }
    }
}
