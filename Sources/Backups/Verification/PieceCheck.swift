import BackupStorage
import LedgerSQLite

/// Looks at every piece of a place: whether it can be opened, is what its name says, and follows the one before it.
struct PieceCheck {
    private let repository: Repository
    private let progress: @Sendable (RestoreProgress) -> Void

    init(_ repository: Repository, progress: @escaping @Sendable (RestoreProgress) -> Void) {
        self.repository = repository
        self.progress = progress
    }

    /// What is wrong with the archive; empty where everything was looked at and is sound.
    ///
    /// Cost: reads the whole archive.
    ///
    /// - Throws: where the place cannot be read.
    func findings(_ catalogue: ArchiveCatalogue) async throws -> [String] {
        var findings: [String] = []
        if catalogue.histories.isEmpty { findings.append("the place holds no archive") }
        let total = Int64(catalogue.histories.values.reduce(0) { $0 + $1.snapshots.count + $1.segments.count })
        var done: Int64 = 0
        for (name, history) in catalogue.histories.sorted(by: { $0.key < $1.key }) {
            findings += Self.gaps(name, history)
            for snapshot in history.snapshots {
                findings += try await check(snapshot)
                done += 1
                progress(RestoreProgress(stage: "pieces", done: done, total: total))
            }
            var chains: [Int64: ChangeChain] = [:]
            for segment in history.segments {
                findings += try await check(segment, &chains)
                done += 1
                progress(RestoreProgress(stage: "pieces", done: done, total: total))
            }
        }
        findings += catalogue.incompleteFiles.sorted().map { "files/\($0) has no manifest" }
        for file in catalogue.files.sorted() {
            let name = FileName(file: file)
            do throws(StorageFailure) {
                let manifest = try FileManifest(try await repository.get(name.manifest), named: name.manifest)
                findings += try await check(manifest.parts, name.part)
            } catch { findings.append(try error.finding) }
        }
        return findings
    }

    private static func gaps(_ name: HistoryName, _ history: ArchiveCatalogue.History) -> [String] {
        guard let first = history.snapshots.first else {
            return ["\(name) has no complete snapshot: nothing of it can be restored"]
        }
        var findings = history.incomplete.map { "\($0.folder) has no manifest" }
        let path = history.path(after: first.turn)
        let reached = path.last?.turns.upperBound ?? first.turn
        if let beyond = history.segments.first(where: { $0.turns.lowerBound > reached }) {
            findings.append("\(name) lacks the turns from \(reached + 1) to \(beyond.turns.lowerBound - 1)")
        }
        return findings
    }

    private func check(_ snapshot: SnapshotName) async throws -> [String] {
        do throws(StorageFailure) {
            let manifest = try SnapshotManifest(try await repository.get(snapshot.manifest), named: snapshot.manifest)
            guard manifest.turn.number == snapshot.turn, manifest.event == snapshot.event else {
                return ["\(snapshot.manifest) does not say what its name says"]
            }
            return try await check(manifest.parts, snapshot.part)
        } catch { return [try error.finding] }
    }

    private func check(
        _ parts: [SnapshotManifest.Part],
        _ name: (Int) -> String
    ) async throws(StorageFailure) -> [String] {
        var findings: [String] = []
        for (index, part) in parts.enumerated() {
            let name = name(index + 1)
            do throws(StorageFailure) {
                let bytes = try await repository.get(name)
                guard SnapshotManifest.Part(of: bytes) != part else { continue }
                findings.append("\(name) is not the piece that the manifest names")
            } catch { findings.append(try error.finding) }
        }
        return findings
    }

    private func check(_ name: SegmentName, _ chains: inout [Int64: ChangeChain]) async throws -> [String] {
        do throws(StorageFailure) {
            let segment = try ChangeSegment(try await repository.get(name.name), named: name.name)
            var (found, first, last): (ChangeChain, Int64?, Int64) = (segment.before, nil, 0)
            for record in try segment.list(named: name.name) where record.header.kind == .changes {
                guard record.payload.withUnsafeBytes({ record.header.matches($0) }) else { break }
                record.bytes.withUnsafeBytes { found.add($0) }
                (first, last) = (first ?? record.header.turn.number, record.header.turn.number)
            }
            guard found == segment.after, first == name.turns.lowerBound, last == name.turns.upperBound else {
                return ["\(name.name) does not hold the turns that it names"]
            }
            let earlier = chains[name.turns.lowerBound - 1]
            chains[name.turns.upperBound] = segment.after
            guard earlier == nil || earlier == segment.before else {
                return ["\(name.name) does not follow the piece before it"]
            }
            return []
        } catch { return [try error.finding] }
    }
}

extension StorageFailure {
    /// The failure as something that is wrong with the archive.
    ///
    /// - Throws: itself where it says nothing of the archive, such as that the place did not answer.
    var finding: String {
        get throws(StorageFailure) {
            switch self {
            case .damaged, .missing: "\(self)"
            case .taken, .full, .denied, .away: throw self
            }
        }
    }
}
