import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Stock and locations: reading for all clients, movements for the warehouse.
struct StockRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/stock/{sku}",
                id: "getStock",
                tag: "Stock",
                "Stock of a SKU, by location and in sum",
                access: .anyone,
                parameters: [.sku],
                responses: [ResponseKind(200, "Stock", "The stock.")],
                handler: get
            ),
            Endpoint(
                .post,
                "/v1/stock/{sku}/adjustments",
                id: "adjustStock",
                tag: "Stock",
                "Moves stock by hand, with a reason",
                access: .scope(.stockWrite),
                parameters: [.sku],
                body: BodyKind("StockAdjustment"),
                responses: [ResponseKind(201, "Movement", "The movement.")],
                problems: [409],
                handler: adjust
            ),
            Endpoint(
                .get,
                "/v1/stock/{sku}/movements",
                id: "listMovements",
                tag: "Stock",
                "Movements of a SKU, the newest first",
                access: .scope(.stockWrite),
                parameters: [.sku, .limit, .after(1600)] + [
                    Parameter("location", in: .query, Parameter.text(64), "Where; everywhere by default.")
                ],
                responses: [ResponseKind(200, "MovementPage", "A page of movements.")],
                handler: movements
            ),
            Endpoint(
                .get,
                "/v1/locations",
                id: "listLocations",
                tag: "Stock",
                "The shop's locations, the preferred first",
                access: .scope(.stockWrite),
                responses: [ResponseKind(200, "LocationPage", "All locations.")],
                handler: locations
            ),
            Endpoint(
                .get,
                "/v1/locations/{code}",
                id: "getLocation",
                tag: "Stock",
                "A location",
                access: .scope(.stockWrite),
                parameters: [.code],
                responses: [ResponseKind(200, "Location", "The location.")],
                handler: location
            ),
            Endpoint(
                .put,
                "/v1/locations/{code}",
                id: "putLocation",
                tag: "Stock",
                "Puts a location, new or over what is there",
                access: .scope(.stockWrite),
                parameters: [.code, .ifMatch],
                body: BodyKind("LocationInput"),
                responses: [
                    ResponseKind(200, "Location", "The location replaces what was there, or is the same."),
                    ResponseKind(201, "Location", "The location is new."),
                ],
                problems: [409, 412],
                handler: putLocation
            ),
            Endpoint(
                .patch,
                "/v1/locations/{code}",
                id: "patchLocation",
                tag: "Stock",
                "Changes what is named of a location, and nothing else",
                access: .scope(.stockWrite),
                parameters: [.code, .ifMatch],
                body: BodyKind("LocationPatch", mediaType: "application/merge-patch+json"),
                responses: [ResponseKind(200, "Location", "The location as it is now.")],
                problems: [412],
                handler: patchLocation
            ),
        ]
    }

    private func get(_ call: Call) async throws(Problem) -> Response {
        let sku = try call.sku()
        guard shop.storefront.isVisible(sku, to: call), let stock = shop.storefront.stock(sku) else {
            throw .notFound("product")
        }
        let onHand = stock.levels.reduce(0) { $0 + $1.level.onHand }
        let reserved = stock.levels.reduce(0) { $0 + $1.level.reserved }
        var response = Response.json { json in
            json.object { json in
                json.member("sku", sku.description)
                json.member("tracked", stock.tracked)
                json.member("onHand", onHand)
                json.member("reserved", reserved)
                json.member("available", stock.levels.reduce(0) { $0 + $1.available })
                json.key("locations")
                json.array { json in
                    for (location, level, available) in stock.levels {
                        json.object { json in
                            json.member("location", location)
                            json.member("onHand", level.onHand)
                            json.member("reserved", level.reserved)
                            json.member("available", available)
                        }
                    }
                }
            }
        }
        let age = shop.storefront.ageSeconds
        if age > 0 { response.headers[.age] = String(age) }
        return response
    }

    private func adjust(_ call: Call) async throws(Problem) -> Response {
        let sku = try call.sku()
        let (input, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try json.adjustment(of: sku) }
        let result = try await shop.commit(input, key: try call.idempotencyKey(bytes))
        return .document(result.outcome, status: .created).replayed(result.replayed)
    }

    private func movements(_ call: Call) async throws(Problem) -> Response {
        let sku = try call.sku()
        let query = try call.query(["limit", "after", "location"])
        let limit = try query.limit()
        let locations = try query.readings("location", maxLength: 64)
        let from = try query.after([Int64].self, shop.secrets)
        guard shop.storefront.isVisible(sku, to: call) else { throw .notFound("product") }
        let page = try await shop.read { (view) throws(LedgerFailure) -> MovementPage in
            var page = MovementPage(heads: [])
            if let from { page.heads = from } else { page.heads = try view.lastMovements(of: sku, at: locations) }
            try page.read(limit, from: view)
            return page
        }
        let heads = page.heads.sorted()
        return .page(page.rows.map(\.document), next: query.next(heads.isEmpty ? nil : heads, shop.secrets))
    }

    private func locations(_ call: Call) async throws(Problem) -> Response {
        .page(shop.storefront.locations.map(\.document), next: nil)
    }

    private func location(_ call: Call) async throws(Problem) -> Response {
        let code = try call.path("code")
        guard let location = shop.storefront.locations.first(where: { $0.code == code }) else {
            throw .notFound("location")
        }
        return .document(location, version: location.version)
    }

    private func putLocation(_ call: Call) async throws(Problem) -> Response {
        let code = try call.path("code")
        guard SKU(code) != nil else {
            throw .badParameter("path", "code", SKU.rule)
        }
        let (location, _) = try await call.requiredJSON { (json) throws(JSONError) in
            var name: String?
            var location = Location(code: code, name: "")
            try json.object { (json, member) throws(JSONError) in
                switch member {
                case "name": name = try json.text(Bounds.name)
                case "priority": location.priority = try json.int64(in: -1_000_000...1_000_000)
                case "active": location.active = try json.bool()
                default: throw json.unknown(member)
                }
            }
            location.name = try json.required(name, "name")
            return location
        }
        let command = PutLocation(location, expectedVersion: try call.expectedVersion())
        let put = try await shop.commit(command)
        return .document(put.value, status: put.change == .created ? .created : .ok, version: put.value.version)
    }

    private func patchLocation(_ call: Call) async throws(Problem) -> Response {
        let code = try call.path("code")
        let expected = try call.expectedVersion()
        let (command, _) = try await call.requiredJSON { (json) throws(JSONError) in
            var name: String?
            var priority: Int64?
            var active: Bool?
            try json.object { (json, member) throws(JSONError) in
                switch member {
                case "name": name = try json.text(Bounds.name)
                case "priority": priority = try json.int64(in: -1_000_000...1_000_000)
                case "active": active = try json.bool()
                default: throw json.unknown(member)
                }
            }
            return PatchLocation(code, name: name, priority: priority, active: active, expectedVersion: expected)
        }
        let location = try await shop.commit(command)
        return .document(location, version: location.version)
    }
}

/// Movements of a SKU, merged from several locations.
///
/// The movements of one location form a chain, so a page continues from the position in each chain: the heads.
private struct MovementPage: Sendable {
    /// The next movement of each location that has one left.
    var heads: [Int64]
    /// The movements read, newest first.
    var rows: [MovementRow] = []

    mutating func read(_ limit: Int, from view: any LedgerView) throws(LedgerFailure) {
        while rows.count < limit, let newest = heads.indices.max(by: { heads[$0] < heads[$1] }) {
            let number = heads.remove(at: newest)
            guard let row = try view.row(MovementRow.self, number) else { continue }
            rows.append(row)
            if row.previous > 0 { heads.append(row.previous) }
        }
    }
}

extension LedgerView {
    /// The last movement of a SKU at each of the given locations, or at all locations.
    fileprivate func lastMovements(of sku: SKU, at locations: [String]?) throws(LedgerFailure) -> [Int64] {
        var conditions = [Condition("sku", .equal, .text(sku.description))]
        if let locations { conditions.append(Condition("location", anyOf: locations.map { .text($0) })) }
        return try rows(RowQuery<StockRow>(conditions, limit: Location.maxCount)).map(\.lastMovement).filter { $0 > 0 }
    }
}

extension JSONReader {
    fileprivate mutating func adjustment(of sku: SKU) throws(JSONError) -> AdjustStock {
        var delta: Int64?
        var reason: String?
        var location = Location.mainCode
        var kind: MovementKind?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "delta":
                let value = try json.int64(in: -StockLevel.maxUnits...StockLevel.maxUnits)
                guard value != 0 else { throw json.failure(.outOfRange, "must not be 0") }
                delta = value
            case "reason": reason = try json.text(Bounds.reason)
            case "location": location = try json.code()
            case "kind":
                let name = try json.string(maxBytes: 64)
                let kinds: [MovementKind] = [.received, .adjusted, .writtenOff, .returned]
                guard let found = kinds.first(where: { $0.name == name }) else {
                    throw json.failure(.invalidValue, "one of \(kinds.map(\.name).joined(separator: ", "))")
                }
                kind = found
            default: throw json.unknown(member)
            }
        }
        return AdjustStock(
            sku: sku,
            location: location,
            kind: kind ?? .adjusted,
            delta: try required(delta, "delta"),
            reason: try required(reason, "reason")
        )
    }
}
