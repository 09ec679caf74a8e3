import BackupStorage
import Foundation
import Ledger
import LedgerSQLite
import Logging
import Trading

@testable import Backups

/// A ledger with an archive in a directory of its own.
final class ArchivedShop {
    let root: String
    let database: String
    let directory: BackupDirectory
    let place: DirectoryStore
    let sealing: Sealing
    private(set) var engine: SQLiteEngine
    private var committer: Committer
    private var count = 0

    /// - Parameter directory: where the shop and its places are.
    init(keys: SealingKeys? = nil, in directory: String = FileManager.default.temporaryDirectory.path) async throws {
        root = "\(directory)/archived-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root + "/data", withIntermediateDirectories: true)
        database = root + "/data/tradewind.db"
        self.directory = BackupDirectory(data: root + "/data")
        place = DirectoryStore(root: root + "/place")
        try await place.prepare()
        sealing = Sealing(keys: keys)
        engine = try SQLiteEngine(Self.settings(database, self.directory))
        committer = try Committer(engine: engine)
    }

    private static func settings(_ database: String, _ directory: BackupDirectory) -> SQLiteSettings {
        var settings = SQLiteSettings(path: database)
        settings.journal = ChangeJournalSettings(directory: directory.journal, maxBytes: 1 << 30)
        return settings
    }

    var settings: ArchiverSettings { settings(places: [ArchivePlace(name: "place", store: place)]) }

    func settings(places: [ArchivePlace], waitingMax: Int64 = 1 << 30) -> ArchiverSettings {
        ArchiverSettings(
            database: database,
            directory: directory,
            places: places,
            sealing: sealing,
            interval: .milliseconds(50),
            waitingMax: waitingMax,
            shop: ShopDescription(version: "test", settings: [:], secrets: [])
        )
    }

    var repository: Repository { Repository(store: place, sealing: sealing) }

    /// Commits some turns; each changes the locations.
    func trade(_ turns: Int) async throws {
        for _ in 0..<turns {
            count += 1
            let location = Location(code: "l\(count)", name: "L", priority: Int64(count))
            _ = try await committer.submit(PutLocation(location)).outcome
        }
    }

    /// Archives what there is, by an archiver that begins anew, as after a restart.
    @discardableResult
    func archive() async throws -> ArchiveReport {
        try await Archiver(settings, logger: Logger(label: "test")).runOnce()
        guard let report = ArchiveReport.read(directory) else { throw BackupFailure("no report") }
        return report
    }

    func catalogue() async throws -> ArchiveCatalogue { ArchiveCatalogue(try await place.list("")) }

    /// Restores, and returns the file.
    func restore(_ target: RestoreTarget) async throws -> (RestoreOutcome, String) {
        let file = root + "/\(UUID().uuidString).db"
        let plan = try RestorePlan(target, in: try await catalogue())
        return (try await Restore(repository, plan).run(into: file), file)
    }

    func position() throws -> LedgerPosition { try ChangeSource(path: database).position() }

    /// Takes the place away, as a mount that is missing, while `body` runs.
    func withoutPlace(_ body: () async throws -> Void) async throws {
        try FileManager.default.moveItem(atPath: root + "/place", toPath: root + "/away")
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        try FileManager.default.moveItem(atPath: root + "/away", toPath: root + "/place")
        try result.get()
    }

    /// Closes the ledger, lets `body` do something to its file, and opens it again.
    func whileClosed(_ body: () throws -> Void) async throws {
        committer.close()
        await engine.close()
        try body()
        engine = try SQLiteEngine(Self.settings(database, directory))
        committer = try Committer(engine: engine)
    }

    func close() async throws {
        committer.close()
        await engine.close()
        try FileManager.default.removeItem(atPath: root)
    }
}
