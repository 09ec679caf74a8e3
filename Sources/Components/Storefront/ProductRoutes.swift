import API
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Ledger
import NIOCore
import PlainText
import Trading

/// Products and groups: browsing for everyone, putting for the catalogue's editors.
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
                outcomes: [
                    Outcome(200, "Product", "The product."),
                    Outcome(304, nil, "It is as the client has it."),
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
                        "Words, or beginnings of words, of SKU, name, description and categories; the best match first."
                    ),
                    Parameter(
                        "category",
                        in: .query,
                        Parameter.text(200),
                        "A category. What probers buy is listed only under its own."
                    ),
                    Parameter("group", in: .query, Parameter.text(64), "A group."),
                    Parameter(
                        "active",
                        in: .query,
                        #"{"type":"string","enum":["true","false"]}"#,
                        "Whether it is sold."
                    ),
                ],
                outcomes: [Outcome(200, "ProductPage", "A page of products.")],
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
                outcomes: [
                    Outcome(200, "Product", "The product replaces what was there, or is the same."),
                    Outcome(201, "Product", "The product is new."),
                ],
                problems: [412],
                handler: put
            ),
            Endpoint(
                .post,
                "/v1/products/import",
                id: "importProducts",
                tag: "Catalogue",
                "Makes or changes many products, one merge patch a line; good lines land whatever the others are",
                access: .scope(.catalogueWrite),
                body: BodyKind("ProductLines", mediaType: "application/x-ndjson", maxBytes: 8 << 20),
                outcomes: [Outcome(200, "ImportReport", "What became of each line.")],
                handler: importLines
            ),
            Endpoint(
                .get,
                "/v1/groups/{code}",
                id: "getGroup",
                tag: "Catalogue",
                "A group with its variants",
                access: .anyone,
                parameters: [.code],
                outcomes: [Outcome(200, "ProductGroup", "The group.")],
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
                outcomes: [Outcome(200, "ProductGroupPage", "A page of groups.")],
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
                outcomes: [Outcome(200, "ProductGroup", "The group.")],
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
        let category = try query.text("category")
        let group = try query.text("group", maxLength: 64)
        let active = try query.flag("active")
        let after = try query.text("after")
        let seesProbes = call.principal.may(.operatorWrite)
        let matches = { @Sendable (product: ListedFields) in
            (seesProbes || product.isListed) && (category.map { product.categories.contains($0) } ?? product.isListed)
                && (group.map { product.group == $0 } ?? true)
                && (active.map { product.active == $0 } ?? true)
        }
        if let words = try query.text("q") {
            return try await search(words, after: after, limit: limit, where: matches)
        }
        let cursor = after.flatMap(SKU.init)
        guard after == nil || cursor != nil else { throw .badParameter("query", "after", "not a cursor of this list") }
        let (items, next) = shop.storefront.list(after: cursor, limit: limit, where: matches)
        return .page(items.map { Array($0.bytes.readableBytesView) }, next: next?.description)
    }

    private func search(
        _ words: String,
        after: String?,
        limit: Int,
        where matches: (ListedFields) -> Bool
    ) async throws(Problem) -> Response {
        var offset = 0
        if let after {
            guard let given = Int(after), (0...10_000).contains(given) else {
                throw .badParameter("query", "after", "not a cursor of this list")
            }
            offset = given
        }
        var items: [[UInt8]] = []
        while true {
            let from = offset
            let found = try await shop.read { (view) throws(LedgerFailure) in
                try view.searchProducts(words, offset: from, limit: 200)
            }
            for sku in found {
                guard items.count < limit else { return .page(items, next: String(offset)) }
                offset += 1
                guard let listed = shop.storefront.product(sku), matches(listed.product) else { continue }
                items.append(Array(listed.bytes.readableBytesView))
            }
            guard found.count == 200, offset <= 10_000 else { return .page(items, next: nil) }
        }
    }

    private func put(_ call: Call) async throws(Problem) -> Response {
        let sku = try call.sku(toPut: true)
        let (product, _) = try await call.requiredJSON { (json) throws(JSONError) in try json.product(sku: sku) }
        let command = PutProducts([product], expectedVersion: try call.expectedVersion())
        let result = try await shop.commit(command).outcome
        guard let put = result.first else { throw .notFound("product") }
        return .json(
            put.row.document,
            status: put.change == .created ? .created : .ok,
            version: put.row.product.version
        )
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
        // A line that names a SKU for the second time changes it again: in order, as lines of a file are read.
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
        let group = try await shop.row(GroupRow.self, try call.path("code"), "group").group
        return shop.storefront.answer(group)
    }

    private func listGroups(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after"])
        let page = try await shop.page(RowQuery<GroupRow>(after: try query.text("after"), limit: try query.limit()))
        return .page(
            page.rows.map { shop.storefront.document(of: $0.group) },
            next: page.hasMore ? page.rows.last?.key : nil
        )
    }

    private func putGroup(_ call: Call) async throws(Problem) -> Response {
        let code = try call.path("code")
        guard SKU(code) != nil else {
            throw .badParameter("path", "code", "1 to 64 printable ASCII characters, neither first nor last a space")
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
        return shop.storefront.answer(try await shop.commit(command).outcome)
    }
}

/// What became of the lines of an import.
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

extension Parameter {
    static let sku = Parameter(
        "sku",
        in: .path,
        #"{"type":"string","minLength":1,"maxLength":64,"pattern":"^[!-~]([ -~]*[!-~])?$"}"#,
        "The SKU."
    )
    static let code = Parameter(
        "code",
        in: .path,
        #"{"type":"string","minLength":1,"maxLength":64,"pattern":"^[!-~]([ -~]*[!-~])?$"}"#,
        "The code."
    )
    static let ifMatch = Parameter(
        "If-Match",
        in: .header,
        #"{"type":"string","pattern":"^(\\*|\"[0-9]{1,18}\")$"}"#,
        "The ETag that the thing must still have."
    )
    static let ifNoneMatch = Parameter(
        "If-None-Match",
        in: .header,
        #"{"type":"string"}"#,
        "The ETag that the client has."
    )

    /// The schema of a text, as `Query.text` reads it.
    static func text(_ maxLength: Int) -> String {
        #"{"type":"string","minLength":1,"maxLength":\#(maxLength),"pattern":"\#(TextRule.line.pattern)"}"#
    }

    static func id(_ prefix: String) -> Parameter {
        Parameter("id", in: .path, #"{"type":"string","pattern":"^\#(prefix)_[0-9a-f]{32}$"}"#, "The id.")
    }
}

extension [Parameter] {
    static let page = [
        Parameter("limit", in: .query, #"{"type":"integer","minimum":1,"maximum":200,"default":50}"#, "Page size."),
        Parameter("after", in: .query, Parameter.text(200), "`next` of the page before."),
    ]
}

extension StorefrontSnapshot {
    /// Whether a SKU is in the catalogue as a client sees it: what is there for probers is seen by operators alone.
    func isVisible(_ sku: SKU, to call: Call) -> Bool {
        guard let listed = product(sku)?.product else { return false }
        return listed.isListed || call.principal.may(.operatorWrite)
    }
}
