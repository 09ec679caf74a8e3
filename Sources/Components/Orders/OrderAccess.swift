import API
import Trading

extension Shop {
    /// Lets in a key with the scope, or the order's own secret.
    ///
    /// Whoever has neither is told 401 whether the order exists or not.
    func admit(_ call: Call, to id: ID<Order>, _ scope: Scope) throws(Problem) {
        let inLink = try secret(in: call, scope)
        if call.principal.may(scope) { return }
        var given = inLink
        if case .orderSecret(let text) = call.principal { given = text }
        guard let given, secrets.isValid(given, for: id) else { throw Self.unauthorized(scope) }
    }

    /// The secret in the query; one that cannot be a secret is as good as a wrong one.
    private func secret(in call: Call, _ scope: Scope) throws(Problem) -> String? {
        let query = try call.query(["secret"])
        let text: String?
        do throws(Problem) {
            text = try query.text("secret")
        } catch {
            throw Self.unauthorized(scope)
        }
        if let text, !OrderSecret.isWellFormed(text) { throw Self.unauthorized(scope) }
        return text
    }

    private static func unauthorized(_ scope: Scope) -> Problem {
        Problem(
            .unauthorized,
            "unauthorized",
            "this needs a key with the scope \(scope.rawValue), or the order's secret as bearer"
        )
    }
}
