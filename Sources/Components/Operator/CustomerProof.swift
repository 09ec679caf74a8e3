import API
import Ledger
import Trading

extension Call {
    /// Refuses who names a customer, or a thing of that customer's, and may not act for that customer.
    ///
    /// To know a customer's id is no right to it. What is decided in the ledger is checked there (``Authority``); this is for answers
    /// that decide nothing.
    func check(_ customer: ID<Customer>, reading scopes: Scope...) throws(Problem) {
        if scopes.contains(where: principal.may) { return }
        switch principal.authority(.ordersWrite, .customersWrite) {
        case .shop: return
        case .customer(customer): return
        case .customer, .anyone: throw .customerProofNeeded
        }
    }
}
