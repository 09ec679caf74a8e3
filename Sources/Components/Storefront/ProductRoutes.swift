import API
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Ledger
import NIOCore
import PlainText
import Trading

/// Products and groups: browsing for all clients, changes for editors of the catalogue.
struct ProductRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/products/{sku}",
                id: "getProduct",
                tag: "Catalogue",
                "A product",
                access: .anyone,
                parameters: [.sku, .ifNoneMatch],
                responses: [
                    ResponseKind(200, "Product", "The product."),
                    ResponseKind(304, nil, "It is as the client has it."),
                ],
                problems: [404],
                handler: get
            ),
            Endpoint(
                .get,
                "/v1/products",
                id: "listProducts",
                tag: "Catalogue",
                "Products in order of their SKUs, or by rank where they are searched for",
                access: .anyone,
                parameters: .page + [
                    Parameter(
                        "q",
                        in: .query,
                        Parameter.text(200),
                        "Words, or beginnings of words, of SKU, name, description and categories, whatever their case and accents; the best match first. `+` is a blank."
                    ),
                    Parameter(
                        "category",
                        in: .query,
                        Parameter.text(200),
                        "A category with all beneath it: `kitchen` holds `kitchen/mugs`. What probers buy is listed only under its own."
                    ),
                    Parameter("group", in: .query, Parameter.text(64), "A group."),
                    Parameter(
                        "active",
                        in: .query,
                        #"{"type":"string","enum":["true","false"]}"#,
                        "Whether it is sold."
                    ),
                ],
                responses: [ResponseKind(200, "ProductPage", "A page of products.")],
                handler: list
            ),
            Endpoint(
                .put,
                "/v1/products/{sku}",
                id: "putProduct",
                tag: "Catalogue",
                "Puts a product, new or over what is there",
                access: .scope(.catalogueWrite),
                parameters: [.sku, .ifMatch],
                body: BodyKind("ProductInput"),
                responses: [
                    ResponseKind(200, "Product", "The product replaces what was there, or is the same."),
                    ResponseKind(201, "Product", "The product is new."),
                ],
                problems: [412],
                handler: put
            ),
            Endpoint(
                .delete,
                "/v1/products/{sku}",
                id: "deleteProduct",
                tag: "Catalogue",
                "Takes a product of which no unit is left out of the catalogue; what was ordered stays as it is",
                access: .scope(.catalogueWrite),
                parameters: [.sku, .ifMatch],
                responses: [ResponseKind(204, nil, "It is gone.")],
                problems: [409, 412],
                handler: delete
            ),
            Endpoint(
                .delete,
                "/v1/groups/{code}",
                id: "deleteGroup",
                tag: "Catalogue",
                "Takes a group that no product names out of the catalogue",
                access: .scope(.catalogueWrite),
                parameters: [.code, .ifMatch],
                responses: [ResponseKind(204, nil, "It is gone.")],
                problems: [409, 412],
                handler: deleteGroup
            ),
            Endpoint(
                .post,
                "/v1/products/import",
                id: "importProducts",
                tag: "Catalogue",
                "Makes or changes many products, one merge patch a line; good lines land whatever the others are",
                access: .scope(.catalogueWrite),
                body: BodyKind("ProductLines", mediaType: "application/x-ndjson", maxBytes: 8 << 20),
                responses: [ResponseKind(200, "ImportReport", "What became of each line.")],
                handler: importLines
            ),
            Endpoint(
                .get,
                "/v1/groups/{code}",
                id: "getGroup",
                tag: "Catalogue",
                "A group with its variants",
                access: .anyone,
                parameters: [
                    .code,
                    Parameter(
                        "limit",
                        in: .query,
                        #"{"type":"integer","minimum":1,"maximum":1000,"default":\#(Shop.variantsShown)}"#,
                        "Variants on a page."
                    ),
                    .after(200),
                ],
                responses: [ResponseKind(200, "ProductGroup", "The group, with a page of its variants.")],
                handler: getGroup
            ),
            Endpoint(
                .get,
                "/v1/groups",
                id: "listGroups",
                tag: "Catalogue",
                "Groups in order of their codes",
                access: .anyone,
                parameters: .page,
                responses: [ResponseKind(200, "ProductGroupPage", "A page of groups.")],
                handler: listGroups
            ),
            Endpoint(
                .put,
                "/v1/groups/{code}",
                id: "putGroup",
                tag: "Catalogue",
                "Puts a group, new or over what is there",
                access: .scope(.catalogueWrite),
                parameters: [.code, .ifMatch],
                body: BodyKind("ProductGroupInput"),
                responses: [
                    ResponseKind(200, "ProductGroup", "The group replaces what was there, or is the same."),
                    ResponseKind(201, "ProductGroup", "The group is new."),
                ],
                problems: [412],
                handler: putGroup
            ),
        ]
    }

    // MARK: Products

    private func get(_ call: Call) async throws(Problem) -> Response {
        let sku = try call.sku()
        guard shop.storefront.isVisible(sku, to: call), let product = shop.storefront.product(sku) else {
            throw .notFound("product")
        }
        var headers: HTTPFields = [.eTag: product.tag]
        let age = shop.storefront.ageSeconds
        if age > 0 { headers[.age] = String(age) }
        if let known = call.request.headers[.ifNoneMatch], ETag.matches(known, product.tag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: product.bytes))
    }

    private func list(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "q", "category", "group", "active"])
        let limit = try query.limit()
        let categories = try query.readings("category")
        let groups = try query.readings("group", maxLength: 64)
        let active = try query.flag("active")
        let seesProbes = call.principal.may(.operatorWrite)
        let matches = { @Sendable (product: ListedFields) in
            (seesProbes || product.isListed)
                && (categories.map { $0.contains { product.isWithin($0) } } ?? product.isListed)
                && (groups.map { groups in product.group.map { groups.contains($0) } ?? false } ?? true)
                && (active.map { product.active == $0 } ?? true)
        }
        if let words = try query.words("q") { return try await search(words, query, limit: limit, where: matches) }
        let after = try query.after(SKU.self, shop.secrets)
        let (items, next) = shop.storefront.list(after: after, limit: limit, where: matches)
        return .page(items.map { Array($0.bytes.readableBytesView) }, next: query.next(next, shop.secrets))
    }

    private func search(
        _ words: String,
        _ query: Query,
        limit: Int,
        where matches: (ListedFields) -> Bool
    ) async throws(Problem) -> Response {
        let after = try query.after(SearchHit.self, shop.secrets)
        let search = SearchQuery(words)
        let hits = try await shop.read { (view) throws(LedgerFailure) in
            try view.searchProducts(search, after: after)
        }
        var items: [[UInt8]] = []
        var last: SearchHit?
        for hit in hits {
            guard let listed = shop.storefront.product(hit.sku), matches(listed.product) else { continue }
            guard items.count < limit else { return .page(items, next: query.next(last, shop.secrets)) }
            items.append(Array(listed.bytes.readableBytesView))
            last = hit
        }
        return .page(items, next: nil)
    }

    private func put(_ call: Call) async throws(Problem) -> Response {
        let sku = try call.sku(toPut: true)
        let (product, _) = try await call.requiredJSON { (json) throws(JSONError) in try json.product(sku: sku) }
        let command = PutProducts([product], expectedVersion: try call.expectedVersion())
        let result = try await shop.commit(command)
        guard let put = result.first else { throw .notFound("product") }
        return .json(
            put.row.document,
            status: put.change == .created ? .created : .ok,
            version: put.row.product.version
        )
    }

    private func delete(_ call: Call) async throws(Problem) -> Response {
        let command = DeleteProduct(try call.sku(), expectedVersion: try call.expectedVersion())
        _ = try await shop.commit(command)
        return Response(status: .noContent)
    }

    private func deleteGroup(_ call: Call) async throws(Problem) -> Response {
        let command = DeleteGroup(try call.path("code"), expectedVersion: try call.expectedVersion())
        _ = try await shop.commit(command)
        return Response(status: .noContent)
    }

    private func importLines(_ call: Call) async throws(Problem) -> Response {
        let bytes = try await call.bytes()
        guard !bytes.isEmpty else { throw .invalid("", "required", "one product a line") }
        let key = try call.idempotencyKey(bytes)
        var report = ImportReport()
        var patches: [ProductPatch] = []
        var numbers: [Int] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let text = line.last == 0x0D ? line.dropLast() : line
            guard text.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
            report.lines += 1
            do throws(Problem) {
                patches.append(
                    try Call.parse(Array(text)) { (json) throws(JSONError) in try json.productPatch(sku: nil) }
                )
                numbers.append(index + 1)
            } catch {
                report.rejected.append((index + 1, error))
            }
        }
        // A line that repeats a SKU changes it again, in the order of the lines.
        let result = try await shop.commit(PatchProducts(patches, creates: true, within: .api), key: key)
        for (line, patched) in zip(numbers, result.outcome) {
            switch patched {
            case .put(let put): report.count(put.change)
            case .refused(let refusal): report.rejected.append((line, refusal.problem))
            }
        }
        report.rejected.sort { $0.line < $1.line }
        return report.response.replayed(result.replayed)
    }

    // MARK: Groups

    private func getGroup(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after"])
        let limit = Int(try query.integer("limit", in: 1...1000, or: Int64(Shop.variantsShown)))
        let after = try query.after(SKU.self, shop.secrets)
        let group = try await shop.row(GroupRow.self, try call.path("code"), "group").group
        return shop.answer(group, after: after, limit: limit)
    }

    private func listGroups(_ call: Call) async throws(Problem) -> Response {
        let page = try await shop.page(try call.query(["limit", "after"]), GroupRow.self)
        let variants = shop.storefront.variants(of: Set(page.rows.map(\.key)))
        return .page(
            page.rows.map { shop.document(of: $0.group, variants[$0.key] ?? [], limit: Shop.variantsShown) },
            next: page.next
        )
    }

    private func putGroup(_ call: Call) async throws(Problem) -> Response {
        let code = try call.path("code")
        guard SKU(code) != nil else {
            throw .badParameter("path", "code", SKU.rule)
        }
        let (group, _) = try await call.requiredJSON { (json) throws(JSONError) in
            var name: String?
            var group = ProductGroup(code: code, name: "")
            try json.object { (json, member) throws(JSONError) in
                switch member {
                case "name": name = try json.text(Bounds.name)
                case "description": group.description = try json.string(maxLength: Bounds.text, rule: .lines)
                case "options":
                    group.options = try json.list(Bounds.options) { (json) throws(JSONError) in
                        try json.text(Bounds.name)
                    }
                case "metadata": group.metadata = try json.members()
                default: throw json.unknown(member)
                }
            }
            group.name = try json.required(name, "name")
            return group
        }
        let command = PutGroup(group, expectedVersion: try call.expectedVersion())
        let put = try await shop.commit(command)
        return shop.answer(put.value, status: put.change == .created ? .created : .ok)
    }
}

/// The results of an import's lines.
private struct ImportReport {
    var lines = 0
    var created = 0
    var updated = 0
    var unchanged = 0
    var rejected: [(line: Int, problem: Problem)] = []

    mutating func count(_ change: PutChange) {
        switch change {
        case .created: created += 1
        case .updated: updated += 1
        case .unchanged: unchanged += 1
        }
    }

    var response: Response {
        .json { json in
            json.object { json in
                json.member("lines", lines)
                json.member("created", created)
                json.member("updated", updated)
                json.member("unchanged", unchanged)
                json.key("rejected")
                json.array { json in
                    for (line, problem) in rejected {
                        json.object { json in
                            json.member("line", line)
                            json.member("code", problem.code)
                            json.member("detail", problem.detail)
                            json.member("pointer", problem.errors.first?.pointer ?? "")
                        }
                    }
                }
            }
        }
    }
}

extension StorefrontSnapshot {
    /// Whether a client may see a SKU: probers' products are visible with `operator:write` only.
    func isVisible(_ sku: SKU, to call: Call) -> Bool {
        guard let listed = product(sku)?.product else { return false }
        return listed.isListed || call.principal.may(.operatorWrite)
    }
}
