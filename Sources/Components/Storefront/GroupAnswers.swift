import API
import HTTPTypes
import Hummingbird
import JSON
import Ledger
import Trading

extension Shop {
    /// The default number of a group's SKUs in an answer.
    static let variantsShown = 200

    /// A group with a page of the SKUs of its variants.
    func answer(
        _ group: ProductGroup,
        status: HTTPResponse.Status = .ok,
        after: SKU? = nil,
        limit: Int = variantsShown
    ) -> Response {
        let variants = storefront.variants(of: [group.code])[group.code] ?? []
        return .json(document(of: group, variants, after: after, limit: limit), status: status, version: group.version)
    }

    /// A group's document, with those of its variants that come after a SKU, and the cursor of the next page.
    func document(of group: ProductGroup, _ variants: [SKU], after: SKU? = nil, limit: Int) -> [UInt8] {
        let left = after.map { after in variants.drop { $0 <= after } } ?? variants[...]
        let shown = left.prefix(limit)
        let list = Query.list("getGroup", "/v1/groups/\(group.code)")
        var json = JSONWriter()
        json.object { json in
            group.writeMembers(to: &json)
            json.member("variantCount", variants.count)
            json.member("variants", shown.map(\.description))
            json.key("next")
            if left.count > limit, let last = shown.last {
                json.string(secrets.cursor(last, of: list))
            } else {
                json.null()
            }
        }
        return json.bytes
    }
}
