import Trading

extension OrderSecret {
    /// Who places an order, as digests that only this shop can make.
    ///
    /// - Parameters:
    ///   - address: from where.
    ///   - customer: the customer on file; counts before the e-mail.
    ///   - email: a guest's, whatever its case.
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
