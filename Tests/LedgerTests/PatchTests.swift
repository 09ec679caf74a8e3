import Testing
import Trading

@testable import Ledger

@Suite("Merge patches")
struct PatchTests {
    private static let bounds = ProductBounds(options: 3, prices: 2, metadata: 2)
    private static let full = Product(
        sku: SKU(stored: "MUG"),
        name: "Mug",
        description: "A mug",
        group: "MUGS",
        options: ["size": "L"],
        categories: ["kitchen"],
        prices: [Money(255, .gbp), Money(300, .eur)],
        active: false,
        tracked: false,
        grams: 340,
        metadata: ["origin": "UK"]
    )

    private static func patch(_ change: (inout ProductPatch) -> Void) -> ProductPatch {
        var patch = ProductPatch(sku: full.sku)
        change(&patch)
        return patch
    }

    private static func applied(_ change: (inout ProductPatch) -> Void) throws -> Product {
        try patch(change).applied(to: full, within: bounds)
    }

    @Test("a patch that names nothing changes nothing")
    func nothing() throws {
        #expect(try Self.applied { _ in } == Self.full)
    }

    @Test("what is named changes, and nothing else")
    func members() throws {
        var wanted = Self.full
        wanted.name = "Mug no. 2"
        wanted.prices = [Money(199, .gbp), Money(300, .eur)]
        wanted.options = ["size": "L", "colour": "red"]
        #expect(
            try Self.applied {
                $0.name = "Mug no. 2"
                $0.priceChanges = [.gbp: Money(199, .gbp)]
                $0.options = MemberChanges(members: ["colour": "red"])
            } == wanted
        )
        let emptied = try Self.applied {
            $0.description = ""
            $0.group = .clear
            $0.grams = .clear
            $0.options = MemberChanges(clearsAll: true)
            $0.metadata = MemberChanges(members: ["origin": nil])
            $0.categories = []
            $0.priceChanges = [.eur: nil]
        }
        #expect(
            emptied
                == Product(sku: Self.full.sku, name: "Mug", prices: [Money(255, .gbp)], active: false, tracked: false)
        )
        #expect(try Self.applied { $0.prices = [Money(1, .usd)] }.prices == [Money(1, .usd)])
        #expect(
            try Self.applied {
                $0.prices = []
                $0.priceChanges = [.usd: Money(1, .usd)]
            }.prices == [Money(1, .usd)]
        )
    }

    @Test("a new product needs a name and prices, and none may hold more than the bounds")
    func refusals() throws {
        func new(_ change: (inout ProductPatch) -> Void) throws -> Product {
            try Self.patch(change).applied(to: nil, within: Self.bounds)
        }
        #expect(throws: ProductPatchRefusal.lacks("name")) { try new { $0.prices = [] } }
        #expect(throws: ProductPatchRefusal.lacks("prices")) { try new { $0.name = "x" } }
        let made = try new {
            $0.name = "x"
            $0.priceChanges = [.gbp: Money(1, .gbp)]
        }
        #expect(made == Product(sku: Self.full.sku, name: "x", prices: [Money(1, .gbp)]))
        #expect(throws: ProductPatchRefusal.tooMany("prices", limit: 2)) {
            try Self.applied { $0.priceChanges = [.usd: Money(1, .usd)] }
        }
        #expect(throws: ProductPatchRefusal.tooMany("metadata", limit: 2)) {
            try Self.applied { $0.metadata = MemberChanges(members: ["a": "b", "c": "d"]) }
        }
        #expect(throws: ProductPatchRefusal.tooMany("options", limit: 3)) {
            try Self.applied { $0.options = MemberChanges(members: ["a": "b", "c": "d", "e": "f"]) }
        }
    }

    @Test("a product has a price always: a new one needs one, and the last is not taken away")
    func lastPrice() throws {
        func patch(_ prices: [Money]? = nil, _ changes: [Currency: Money?] = [:]) -> ProductPatch {
            var patch = ProductPatch(sku: SKU(stored: "P"))
            patch.name = "Mug"
            patch.prices = prices
            patch.priceChanges = changes
            return patch
        }
        let bounds = ProductBounds(options: 9, prices: 9, metadata: 9)
        for lacking in [patch(), patch([]), patch(nil, [.eur: nil])] {
            #expect(throws: ProductPatchRefusal.lacks("prices")) { try lacking.applied(to: nil, within: bounds) }
        }
        let product = try patch([Money(5, .gbp)]).applied(to: nil, within: bounds)
        for taking in [patch([]), patch(nil, [.gbp: nil])] {
            #expect(throws: ProductPatchRefusal.noPrice) { try taking.applied(to: product, within: bounds) }
        }
        #expect(
            try patch(nil, [.gbp: nil, .eur: Money(6, .eur)]).applied(to: product, within: bounds).prices == [
                Money(6, .eur)
            ]
        )
        // A product that violated the rule before the patch may still be changed.
        var old = product
        old.prices = []
        #expect(try patch().applied(to: old, within: bounds).prices.isEmpty)
    }

    @Test("patches are decided one by one, and told again by what they did", arguments: EngineKind.allCases)
    func commands(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutProducts([Self.full]))
            let events = try await shop.rows(EventRow.self).count
            var rename = Self.patch { $0.name = "Mug no. 2" }
            let lacking = ProductPatch(sku: SKU(stored: "NEW"))
            let command = PatchProducts([rename, lacking, rename], creates: true, within: Self.bounds)
            let outcome = try await shop.run(command)
            #expect(command.receipt(for: outcome) == [2, 0, 3])
            guard case .refused(let refusal) = outcome[1] else { throw EditRefusal.notFound }
            #expect(refusal == .lacks("name"))
            #expect(try await shop.rows(EventRow.self).count == events + 1)
            let row = try #require(try await shop.rows(ProductRow.self).first)
            #expect(row.product.version == 2 && row.product.description == "A mug" && !row.product.active)
            // A patch of a product that must exist, and one with an expected version.
            try await shop.expect(.notFound, of: PatchProducts([lacking], creates: false, within: Self.bounds))
            rename.name = "Mug no. 3"
            try await shop.expect(
                .versionConflict(current: 2),
                of: PatchProducts([rename], creates: false, within: Self.bounds, expectedVersion: 1)
            )
            try await shop.run(PatchProducts([rename], creates: false, within: Self.bounds, expectedVersion: 2))
            #expect(try await shop.rows(ProductRow.self).map(\.product.name) == ["Mug no. 3"])
        }
    }

    @Test("a group and a location change in what is named, and by their version", arguments: EngineKind.allCases)
    func others(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            var group = ProductGroupPatch()
            group.name = "h"
            try await shop.expect(.edit(.notFound), of: PatchGroup("G", group, members: 2))
            try await shop.run(PutGroup(ProductGroup(code: "G", name: "g", description: "d", options: ["o"])))
            try await shop.expect(
                .edit(.versionConflict(current: 1)),
                of: PatchGroup("G", group, members: 2, expectedVersion: 2)
            )
            let changed = try await shop.run(PatchGroup("G", group, members: 2))
            #expect(changed == ProductGroup(code: "G", name: "h", description: "d", options: ["o"], version: 2))
            #expect(try await shop.run(PatchGroup("G", group, members: 2)).version == 2)
            try await shop.run(PutLocation(Location(code: "b", name: "B", priority: 7, active: false)))
            try await shop.expect(.notFound, of: PatchLocation("c", name: "C", priority: nil, active: nil))
            let location = try await shop.run(PatchLocation("b", name: "C", priority: nil, active: nil))
            #expect(location == Location(code: "b", name: "C", priority: 7, active: false, version: 2))
        }
    }
}
