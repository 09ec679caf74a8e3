import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Changes of customers' records by merge patches.
struct CustomerPatchRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .patch,
                "/v1/customers/{id}",
                id: "patchCustomer",
                tag: "Customers",
                "Changes what is named of a customer's record, and nothing else",
                access: .scope(.customersWrite),
                parameters: [.id("cus"), .ifMatch],
                body: BodyKind("CustomerPatch", mediaType: "application/merge-patch+json"),
                responses: [ResponseKind(200, "Customer", "The customer as it is now.")],
                problems: [409, 412],
                handler: patch
            )
        ]
    }

    private func patch(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Customer.self, "customer")
        let expected = try call.expectedVersion()
        let (patch, _) = try await call.requiredJSON { (json) throws(JSONError) in
            var patch = PatchCustomer(id, members: Bounds.members, expectedVersion: expected)
            try json.object { (json, member) throws(JSONError) in try json.customerMember(member, of: &patch) }
            return patch
        }
        let customer = try await shop.commit(patch)
        return .document(customer, version: customer.version)
    }
}

extension JSONReader {
    fileprivate mutating func customerMember(_ member: String, of patch: inout PatchCustomer) throws(JSONError) {
        switch member {
        case "email": patch.email = try email()
        case "name": patch.customerName = try change { (json) throws(JSONError) in try json.text(Bounds.name) }
        case "phone": patch.phone = try change { (json) throws(JSONError) in try json.text(Bounds.name) }
        case "reference": patch.reference = try change { (json) throws(JSONError) in try json.key(Bounds.reference) }
        case "addresses":
            patch.addresses =
                try isNull() ? [] : try list(50) { (json) throws(JSONError) in try json.address() }
        case "metadata": patch.metadata = try memberChanges(maxCount: Bounds.members, maxLength: Bounds.memberText)
        default: throw unknown(member)
        }
    }
}

extension CustomerPatchRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .customer(let refusal): refusal.problem
        case .tooManyMembers(let limit): .invalid("/metadata", "too_many", "there would be more than \(limit)")
        }
    }
}
