import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Changes of products and groups by merge patches: only the named members change.
struct CataloguePatchRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .patch,
                "/v1/products/{sku}",
                id: "patchProduct",
                tag: "Catalogue",
                "Changes what is named of a product, and nothing else",
                access: .scope(.catalogueWrite),
                parameters: [.sku, .ifMatch],
                body: BodyKind("ProductPatch", mediaType: "application/merge-patch+json"),
                responses: [ResponseKind(200, "Product", "The product as it is now.")],
                problems: [412],
                handler: patchProduct
            ),
            Endpoint(
                .patch,
                "/v1/groups/{code}",
                id: "patchGroup",
                tag: "Catalogue",
                "Changes what is named of a group, and nothing else",
                access: .scope(.catalogueWrite),
                parameters: [.code, .ifMatch],
                body: BodyKind("ProductGroupPatch", mediaType: "application/merge-patch+json"),
                responses: [ResponseKind(200, "ProductGroup", "The group as it is now.")],
                problems: [412],
                handler: patchGroup
            ),
        ]
    }

    private func patchProduct(_ call: Call) async throws(Problem) -> Response {
        let sku = try call.sku()
        let (patch, _) = try await call.requiredJSON { (json) throws(JSONError) in try json.productPatch(sku: sku) }
        let command = PatchProducts([patch], creates: false, within: .api, expectedVersion: try call.expectedVersion())
        switch try await shop.commit(command).first {
        case .put(let put): return .json(put.row.document, version: put.row.product.version)
        case .refused(let refusal): throw refusal.problem
        case nil: throw .notFound("product")
        }
    }

    private func patchGroup(_ call: Call) async throws(Problem) -> Response {
        let code = try call.path("code")
        let (patch, _) = try await call.requiredJSON { (json) throws(JSONError) in try json.groupPatch() }
        let command = PatchGroup(code, patch, members: Bounds.members, expectedVersion: try call.expectedVersion())
        return shop.answer(try await shop.commit(command))
    }
}

extension GroupPatchRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .edit(let refusal): refusal.problem
        case .patch(let refusal): refusal.problem
        }
    }
}
