import Trading

extension OrderSecret {
    /// The digests that identify the buyer of an order; only this shop can compute them.
    ///
    /// - Parameters:
    ///   - address: the client's address.
    ///   - customer: the customer on file; takes precedence over the e-mail address.
    ///   - email: a guest's e-mail address, in any case.
    public func unpaidClient(address: ClientAddress?, customer: ID<Customer>?, email: String?) -> UnpaidClient {
        let buyer = customer?.description ?? email?.lowercased()
        return UnpaidClient(
            address: address.map { number("unpaid address", "\($0.client)") },
            buyer: buyer.map { number("unpaid buyer", $0) }
        )
    }

    private func number(_ purpose: String, _ text: String) -> Int64 {
        digest(purpose, Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }
}
