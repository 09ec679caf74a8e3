import Synchronization
import Testing
import Trading

@testable import Ledger

@Suite("A group is deleted once no product names it")
struct DeleteGroupTests {
    private static func product(_ sku: String, in group: String?) -> Product {
        Product(sku: SKU(stored: sku), name: sku, group: group, prices: [Money(100, .gbp)])
    }

    private static func delete(_ shop: TestShop, _ told: Told) -> @Sendable () async -> Void {
        {
            do throws(CommitError<DeleteGroupRefusal>) {
                _ = try await shop.committer.submit(DeleteGroup("G"))
            } catch {
                if case .refused(let refusal) = error { told.refusal.withLock { $0 = refusal } }
            }
        }
    }

    private final class Told: Sendable {
        let refusal = Mutex<DeleteGroupRefusal?>(nil)
        var value: DeleteGroupRefusal? { refusal.withLock { $0 } }
    }

    @Test("a product that is put into it in the same batch holds it", arguments: EngineKind.allCases)
    func joins(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutGroup(ProductGroup(code: "G", name: "G")))
            let told = Told()
            let put: @Sendable () async -> Void = { _ = try? await shop.run(PutProducts([Self.product("A", in: "G")])) }
            try await shop.asOneBatch([put, Self.delete(shop, told)])
            #expect(told.value == .inUse(by: SKU(stored: "A")))
            #expect(try await shop.row(GroupRow.self, "G") != nil)
            try await shop.expect(.inUse(by: SKU(stored: "A")), of: DeleteGroup("G"))
            try await shop.expect(.versionConflict(current: 1), of: DeleteGroup("G", expectedVersion: 2))
            try await shop.expect(.notFound, of: DeleteGroup("H"))
        }
    }

    @Test(
        "products that leave it in the same batch do not, and any one that stays does",
        arguments: EngineKind.allCases
    )
    func leaves(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutGroup(ProductGroup(code: "G", name: "G")))
            let skus = (10..<60).map { "A\($0)" }
            try await shop.run(PutProducts(skus.map { Self.product($0, in: "G") }))
            let leave: @Sendable ([String]) -> @Sendable () async -> Void = { skus in
                { _ = try? await shop.run(PutProducts(skus.map { Self.product($0, in: nil) })) }
            }
            let first = Told()
            try await shop.asOneBatch([leave(Array(skus.dropLast())), Self.delete(shop, first)])
            #expect(first.value == .inUse(by: SKU(stored: "A59")))
            let deleteLast: @Sendable () async -> Void = { _ = try? await shop.run(DeleteProduct(SKU(stored: "A59"))) }
            let second = Told()
            try await shop.asOneBatch([deleteLast, Self.delete(shop, second)])
            #expect(second.value == nil)
            #expect(try await shop.row(GroupRow.self, "G") == nil)
        }
    }
}
