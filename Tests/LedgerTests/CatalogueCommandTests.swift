import Testing
import Trading

@testable import Ledger

@Suite("Refused edits change nothing")
struct CatalogueCommandTests {
    @Test(
        "an edit of another version than is there is refused, with the version that is there",
        arguments: EngineKind.allCases
    )
    func versions(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let product = TestShop.product("MUG")
            let group = ProductGroup(code: "G", name: "g")
            let location = Location(code: "b", name: "B")
            try await shop.expect(.versionConflict(current: 0), of: PutProducts([product], expectedVersion: 1))
            try await shop.expect(.versionConflict(current: 0), of: PutGroup(group, expectedVersion: 1))
            try await shop.expect(.versionConflict(current: 0), of: PutLocation(location, expectedVersion: 1))
            #expect(try await shop.run(PutProducts([product], expectedVersion: 0)).map(\.change) == [.created])
            #expect(try await shop.run(PutGroup(group, expectedVersion: 0)).value.version == 1)
            #expect(try await shop.run(PutLocation(location, expectedVersion: 0)).value.version == 1)
            try await shop.expect(.versionConflict(current: 1), of: PutProducts([product], expectedVersion: 0))
            try await shop.expect(.versionConflict(current: 1), of: PutGroup(group, expectedVersion: 2))
            try await shop.expect(.versionConflict(current: 1), of: PutLocation(location, expectedVersion: 0))
            // The same content again is no change, whatever version the client sent.
            #expect(try await shop.run(PutGroup(group)).value.version == 1)
            #expect(try await shop.run(PutLocation(location, expectedVersion: 1)).value.version == 1)
            #expect(try await shop.rows(EventRow.self).count == 3)
        }
    }

    @Test("every shop starts with one location, and has at most a hundred", arguments: EngineKind.allCases)
    func locationLimit(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            #expect(
                try await shop.run(PutLocation(Location(code: "main", name: "M"), expectedVersion: 1)).value.version
                    == 2
            )
            for number in 2...Location.maxCount {
                try await shop.run(PutLocation(Location(code: "L\(number)", name: "n")))
            }
            let more = PutLocation(Location(code: "more", name: "n"))
            try await shop.expect(.limitReached(Location.maxCount), of: more)
            try await shop.expect(
                .versionConflict(current: 0),
                of: PutLocation(Location(code: "more", name: "n"), expectedVersion: 3)
            )
            #expect(try await shop.run(PutLocation(Location(code: "L7", name: "other"))).value.version == 2)
        }
    }

    @Test("stock is changed by hand in the order of precedence", arguments: EngineKind.allCases)
    func adjusting(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3])
            try await shop.run(PutProducts([TestShop.product("POST", tracked: false)]))
            _ = try await shop.place([("MUG", 1)])
            func adjust(_ sku: String, _ location: String, _ kind: MovementKind, _ delta: Int64) -> AdjustStock {
                AdjustStock(sku: SKU(stored: sku), location: location, kind: kind, delta: delta, reason: "count")
            }
            try await shop.expect(.productNotFound, of: adjust("NONE", "nowhere", .received, 0))
            try await shop.expect(.untracked, of: adjust("POST", "nowhere", .received, 0))
            try await shop.expect(.unknownLocation, of: adjust("MUG", "nowhere", .received, 0))
            try await shop.expect(.stock(.wrongDirection), of: adjust("MUG", "main", .received, -.max))
            try await shop.expect(.stock(.overflow), of: adjust("MUG", "main", .received, .max))
            try await shop.expect(.stock(.insufficient(available: 2)), of: adjust("MUG", "main", .adjusted, -3))
            let movement = try await shop.run(adjust("MUG", "main", .writtenOff, -2))
            #expect(movement.level == StockLevel(onHand: 1, reserved: 1))
            #expect(movement.key == 3 && movement.previous == 2)
            try await shop.expectSound()
        }
    }

    @Test("a return onto a shelf that was filled up meanwhile is taken all the same", arguments: EngineKind.allCases)
    func fullShelf(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": StockLevel.maxUnits])
            let order = try await shop.place([("MUG", 1)]).id
            try await shop.run(ChangeOrder(order, .pay(reason: nil)))
            try await shop.run(ChangeOrder(order, .fulfil(nil)))
            try await shop.stock(["MUG": 1])
            let back = [ReturnRequestLine(line: 1, quantity: 1, disposition: .restock)]
            try await shop.run(TakeBack(order: order, lines: back, reason: "r"))
            #expect(try await shop.level("MUG")?.onHand == StockLevel.maxUnits + 1)
            _ = try await shop.place([("MUG", 2)])
            try await shop.expectSound()
        }
    }

    @Test("a key is kept by its digest, revoked once, and never again", arguments: EngineKind.allCases)
    func keys(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = ID<APIKey>(high: 1, low: 1)
            try await shop.expect(.notFound, of: RevokeKey(id))
            let row = try await shop.run(CreateKey(id: id, digest: [1, 2], name: "k", scopes: ["a:b", "c:d"]))
            #expect(row.revokedAt == nil)
            let first = try await shop.run(RevokeKey(id))
            #expect(first.revokedAt == shop.clock.now)
            let before = try await shop.dump()
            shop.clock.advance(seconds: 5)
            #expect(try await shop.run(RevokeKey(id)).revokedAt == first.revokedAt)
            #expect(try await shop.dump() == before)
            #expect(try await shop.row(APIKeyRow.self, id)?.digest == [1, 2])
        }
    }

    @Test("a shop's secret is made once", arguments: EngineKind.allCases)
    func secret(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let secret = try await shop.run(OpenShop())
            #expect(secret.count == 32)
            let before = try await shop.dump()
            #expect(try await shop.run(OpenShop()) == secret)
            #expect(try await shop.dump() == before)
        }
    }
}
