import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Stock and locations: what there is for everyone, moving it for the warehouse.
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
                outcomes: [Outcome(200, "Stock", "The stock.")],
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
                outcomes: [Outcome(201, "Movement", "The movement.")],
                problems: [409],
                handler: adjust
            ),
            Endpoint(
                .get,
                "/v1/stock/{sku}/movements",
                id: "listMovements",
                tag: "Stock",
                "Movements of a SKU at one location, the newest first",
                access: .scope(.stockWrite),
                parameters: [.sku] + .page + [
                    Parameter("location", in: .query, Parameter.text(64), "Where; main by default.")
                ],
                outcomes: [Outcome(200, "MovementPage", "A page of movements.")],
                handler: movements
            ),
            Endpoint(
                .get,
                "/v1/locations",
                id: "listLocations",
                tag: "Stock",
                "The shop's locations, the preferred first",
                access: .scope(.stockWrite),
                outcomes: [Outcome(200, "LocationPage", "All locations.")],
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
                outcomes: [Outcome(200, "Location", "The location.")],
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
                outcomes: [Outcome(200, "Location", "The location.")],
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
                outcomes: [Outcome(200, "Location", "The location as it is now.")],
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
        let location = try query.text("location", maxLength: 64) ?? Location.mainCode
        let from = try query.integer("after", in: 1...Int64.max, or: 0)
        guard shop.storefront.isVisible(sku, to: call) else { throw .notFound("product") }
        let (rows, next) = try await shop.read { (view) throws(LedgerFailure) -> ([MovementRow], Int64) in
            let key = StockRow.Key(sku, location)
            var next = from > 0 ? from : try view.row(StockRow.self, key)?.lastMovement ?? 0
            var rows: [MovementRow] = []
            while next > 0, rows.count < limit, let row = try view.row(MovementRow.self, next), row.stock == key {
                rows.append(row)
                next = row.previous
            }
            return (rows, next)
        }
        return .page(rows.map(\.document), next: next > 0 && rows.count == limit ? String(next) : nil)
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
            throw .badParameter("path", "code", "1 to 64 printable ASCII characters, neither first nor last a space")
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
        let put = try await shop.commit(command).outcome
        return .document(put, version: put.version)
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
        let location = try await shop.commit(command).outcome
        return .document(location, version: location.version)
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
