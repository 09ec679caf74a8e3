import API
import Ledger
import Trading

extension Shop {
    /// Admits a key with the scope, the order's own secret, or the token of the order's customer.
    ///
    /// A sender without any of them gets the same answer whether or not the order exists.
    ///
    /// - Parameter others: names that the query may have besides the secret.
    /// - Throws: 401 or 403; 429 after too many wrong secrets.
    ///
    /// Cost: for a customer's token, one read of two rows.
    func admit(
        _ call: Call,
        to id: ID<Order>,
        _ scope: Scope,
        besides others: Set<String> = []
    ) async throws(Problem) {
        let inLink = try secret(in: call, scope, others)
        if call.principal.may(scope) { return }
        if inLink != nil || call.principal.isOrderSecret { try call.checkProof() }
        if let inLink, secrets.isValid(inLink, for: id) { return }
        switch call.principal {
        case .orderSecret(let text) where inLink == nil && secrets.isValid(text.reveal(), for: id): return
        case .customer(let customer):
            let isOwn = try await whole.read { (view) throws(LedgerFailure) in
                guard try view.row(CustomerRow.self, customer)?.customer.erasedAt == nil else { return false }
                return try view.row(OrderRow.self, id)?.order.customer?.id == customer
            }
            guard isOwn else { throw .customerProofNeeded }
        case .orderSecret: throw Self.unauthorized(scope, isWrong: true)
        default: throw Self.unauthorized(scope, isWrong: inLink != nil)
        }
    }

    /// Admits a key with the scope, or the token of the customer; the token of an erased customer is not valid any more.
    func admit(_ call: Call, to id: ID<Customer>, _ scope: Scope) async throws(Problem) {
        if call.principal.may(scope) { return }
        guard case .customer(id) = call.principal else { throw .customerProofNeeded }
        let row = try await read { (view) throws(LedgerFailure) in try view.row(CustomerRow.self, id) }
        guard let row, row.customer.erasedAt == nil else { throw .customerProofNeeded }
    }

    /// The secret in the query; a text that cannot be a secret counts as a wrong secret.
    private func secret(in call: Call, _ scope: Scope, _ others: Set<String>) throws(Problem) -> String? {
        let query = try call.query(others.union(["secret"]))
        let text: String?
        do throws(Problem) {
            text = try query.text("secret")
        } catch {
            throw Self.unauthorized(scope, isWrong: true)
        }
        if let text, !OrderSecret.isWellFormed(text) { throw Self.unauthorized(scope, isWrong: true) }
        return text
    }

    private static func unauthorized(_ scope: Scope, isWrong: Bool) -> Problem {
        var problem = Problem(
            .unauthorized,
            "unauthorized",
            "this needs a key with the scope \(scope.rawValue), the order's secret or its customer's token as bearer"
        )
        problem.isFailedProof = isWrong
        return problem
    }
}
