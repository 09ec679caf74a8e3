import Foundation
import LedgerEngines
import OrderArchive
import Testing

@testable import Backups

@Suite("A ledger that a restore replaces")
struct RestoredShopTests {
    @Test("keeps the files of closed orders that it lists, whatever the restored one does with them")
    func keepsArchivedOrders() async throws {
        let shop = try await ArchivedShop()
        let data = shop.root + "/data"
        do {
            try await shop.trade(3)
            try await shop.archive()
            let plan = try RestorePlan(.latest, in: try await shop.catalogue())
            let archive = ArchiveDirectory(besideDatabase: shop.database).path
            try FileManager.default.createDirectory(atPath: archive, withIntermediateDirectories: true)
            let name = "orders-00000001-0123456789abcdef" + ArchiveDirectory.ending
            try Data("orders".utf8).write(to: URL(fileURLWithPath: "\(archive)/\(name)"))
            try Data("a draft".utf8).write(to: URL(fileURLWithPath: "\(archive)/unfinished-1"))
            try await shop.whileClosed {}
            _ = try await RestoredShop(data: data, database: shop.database).put(Restore(shop.repository, plan))
            let old = try #require(
                try FileManager.default.contentsOfDirectory(atPath: data).first { $0.hasPrefix("replaced-") }
            )
            try FileManager.default.removeItem(atPath: archive)
            let kept = "\(data)/\(old)/archive"
            #expect(try FileManager.default.contentsOfDirectory(atPath: kept) == [name])
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(kept)/\(name)")) == Data("orders".utf8))
            #expect(FileManager.default.fileExists(atPath: "\(data)/\(old)/tradewind.db"))
        } catch {
            try await shop.close()
            throw error
        }
        try await shop.close()
    }
}
