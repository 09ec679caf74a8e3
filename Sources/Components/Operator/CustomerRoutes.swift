import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Customers on file.
struct CustomerRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/customers",
                id: "createCustomer",
                tag: "Customers",
                "Puts a customer on file",
                access: .scope(.customersWrite),
                body: BodyKind("CustomerInput"),
                responses: [ResponseKind(201, "Customer", "The customer.")],
                problems: [409],
                handler: create
            ),
            Endpoint(
                .get,
                "/v1/customers/{id}",
                id: "getCustomer",
                tag: "Customers",
                "A customer",
                access: .scopeOrCustomer(.customersRead),
                parameters: [.id("cus")],
                responses: [ResponseKind(200, "Customer", "The customer.")],
                handler: get
            ),
            Endpoint(
                .put,
                "/v1/customers/{id}",
                id: "putCustomer",
                tag: "Customers",
                "Replaces a customer's record",
                access: .scope(.customersWrite),
                parameters: [.id("cus"), .ifMatch],
                body: BodyKind("CustomerInput"),
                responses: [ResponseKind(200, "Customer", "The customer.")],
                problems: [409, 412],
                handler: put
            ),
            Endpoint(
                .get,
                "/v1/customers",
                id: "listCustomers",
                tag: "Customers",
                "Customers in order of their ids",
                access: .scope(.customersRead),
                parameters: .page + [
                    Parameter("email", in: .query, Parameter.text(254), "Whose address."),
                    Parameter(
                        "reference",
                        in: .query,
                        Parameter.text(100),
                        "The merchant's reference."
                    ),
                ],
                responses: [ResponseKind(200, "CustomerPage", "A page of customers.")],
                handler: list
            ),
            Endpoint(
                .get,
                "/v1/customers/{id}/export",
                id: "exportCustomer",
                tag: "Customers",
                "Everything that is held about a customer",
                access: .scopeOrCustomer(.customersRead),
                parameters: [.id("cus")],
                responses: [ResponseKind(200, "CustomerExport", "The record, and all that is held with it.")],
                handler: export
            ),
            Endpoint(
                .post,
                "/v1/customers/{id}/erase",
                id: "eraseCustomer",
                tag: "Customers",
                "Erases a customer's personal data, in the record at once and elsewhere soon after; in orders that are not done with, then",
                access: .scope(.customersWrite),
                parameters: [.id("cus")],
                body: BodyKind("CompleteInput", isOptional: true),
                responses: [ResponseKind(200, "Customer", "The emptied record.")],
                handler: erase
            ),
            Endpoint(
                .post,
                "/v1/customers/{id}/tokens",
                id: "issueCustomerToken",
                tag: "Customers",
                "Makes a token by which the customer proves to be that one, for a time",
                access: .scope(.customersWrite),
                parameters: [.id("cus")],
                body: BodyKind("CustomerTokenInput", isOptional: true),
                responses: [
                    ResponseKind(
                        201,
                        "IssuedCustomerToken",
                        "The token; it is kept nowhere, and ends early when the customer is erased."
                    )
                ],
                problems: [409],
                handler: issueToken
            ),
        ]
    }

    private func create(_ call: Call) async throws(Problem) -> Response {
        let (details, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try json.customerDetails() }
        let result = try await shop.commit(PutCustomer(details), key: try call.idempotencyKey(bytes))
        return .document(result.outcome, status: .created, version: result.outcome.version).replayed(result.replayed)
    }

    private func get(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Customer.self, "customer")
        try await shop.admit(call, to: id, .customersRead)
        let row = try await shop.row(CustomerRow.self, id, "customer")
        return .document(row.customer, version: row.customer.version)
    }

    private func put(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Customer.self, "customer")
        let (details, _) = try await call.requiredJSON { (json) throws(JSONError) in try json.customerDetails() }
        let command = PutCustomer(id: id, details, expectedVersion: try call.expectedVersion())
        let customer = try await shop.commit(command)
        return .document(customer, version: customer.version)
    }

    private func list(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "email", "reference"])
        var conditions: [Condition] = []
        if let email = try query.text("email", maxLength: Bounds.email) {
            conditions.append(Condition("email", .equal, .text(EmailKey(email).text)))
        }
        if let references = try query.readings("reference", maxLength: Bounds.reference) {
            conditions.append(Condition("reference", anyOf: references.map { .text($0) }))
        }
        let page = try await shop.page(query, CustomerRow.self, conditions)
        return .page(page.rows.map(\.customer.document), next: page.next)
    }

    /// All data about a customer in one answer, read from one snapshot.
    private func export(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Customer.self, "customer")
        try await shop.admit(call, to: id, .customersRead)
        let bytes = try await shop.whole.read { (view) throws(LedgerFailure) -> [UInt8]? in
            guard let customer = try view.row(CustomerRow.self, id)?.customer else { return nil }
            return try CustomerExport(customer, view).bytes
        }
        guard let bytes else { throw .notFound("customer") }
        return .json(bytes)
    }

    private func issueToken(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Customer.self, "customer")
        let (said, _) = try await call.json { (json) throws(JSONError) -> Int64? in
            var seconds: Int64?
            try json.object { (json, member) throws(JSONError) in
                guard member == "seconds" else { throw json.unknown(member) }
                seconds = try json.int64(in: Bounds.tokenSeconds)
            }
            return seconds
        }
        let customer = try await shop.row(CustomerRow.self, id, "customer").customer
        guard customer.erasedAt == nil else { throw CustomerRefusal.erased.problem }
        let now = Timestamp.now
        // Rounded to seconds, as in the token itself.
        let end = Timestamp(
            milliseconds: (now.milliseconds / 1000 + ((said ?? nil) ?? Bounds.usualTokenSeconds)) * 1000
        )
        var json = JSONWriter()
        json.object { json in
            json.member("customer", id)
            json.member("token", CustomerToken(shop.secrets).text(for: id, until: end))
            json.member("expiresAt", end)
        }
        var response = Response.json(json.bytes, status: .created)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func erase(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Customer.self, "customer")
        let (_, bytes) = try await call.json { (json) throws(JSONError) in
            try json.object { (json, member) throws(JSONError) in throw json.unknown(member) }
        }
        let result = try await shop.commit(EraseCustomer(id), key: try call.idempotencyKey(bytes))
        return .document(result.outcome, version: result.outcome.version).replayed(result.replayed)
    }
}

extension JSONReader {
    fileprivate mutating func customerDetails() throws(JSONError) -> CustomerDetails {
        var email: String?
        var details = CustomerDetails(email: "")
        try object { (json, member) throws(JSONError) in
            switch member {
            case "email": email = try json.email()
            case "name": details.name = try json.optionalText(Bounds.name)
            case "phone": details.phone = try json.optionalText(Bounds.name)
            case "reference": details.reference = try json.optionalKey(Bounds.reference)
            case "addresses": details.addresses = try json.list(50) { (json) throws(JSONError) in try json.address() }
            case "metadata": details.metadata = try json.members()
            default: throw json.unknown(member)
            }
        }
        details.email = try required(email, "email")
        return details
    }
}
