import BackupStorage
import Ledger

/// Replaces many short runs of turns by one: a quiet shop makes a piece for each round, and a day of them would be slow to list and read.
struct SegmentMerger {
    let repository: Repository

    /// The short runs of a place, in order.
    struct Pending {
        private var runs: [SegmentName] = []
        private static let count = 256
        private static let shortBytes = 256 << 10

        /// The short runs at the end of the newest history of a place.
        init(_ objects: [StoredObject]) {
            let segments = objects.compactMap { object -> (SegmentName, Int64)? in
                guard case .segment(let name) = ArchiveName(object.name) else { return nil }
                return (name, object.size)
            }
            for (name, size) in segments.sorted(by: {
                ($0.0.history, $0.0.turns.lowerBound) < ($1.0.history, $1.0.turns.lowerBound)
            }) { add(name, bytes: Int(size)) }
        }

        /// Adds a run; one that is long, or does not follow the last, begins anew.
        mutating func add(_ run: SegmentName, bytes: Int) {
            guard bytes < Self.shortBytes else {
                runs = []
                return
            }
            let follows =
                runs.last.map { $0.history == run.history && $0.turns.upperBound + 1 == run.turns.lowerBound } ?? true
            if follows { runs.append(run) } else { runs = [run] }
        }

        /// The runs to merge; nil while there are few.
        var run: [SegmentName]? { runs.count >= Self.count ? Array(runs.prefix(Self.count)) : nil }

        /// Forgets runs that were merged.
        mutating func remove(_ merged: [SegmentName]) { runs.removeAll(where: Set(merged).contains) }
    }

    /// Stores the runs as one, and then removes them: at every moment all turns are there.
    ///
    /// - Throws: `damaged` where one of them is.
    func merge(_ runs: [SegmentName]) async throws {
        guard let first = runs.first, runs.count > 1 else { return }
        let start = try ChangeSegment(try await repository.get(first.name), named: first.name)
        var builder = SegmentBuilder(after: start.before, event: first.event)
        for run in runs {
            let segment = try ChangeSegment(try await repository.get(run.name), named: run.name)
            guard segment.before == builder.chain else {
                throw StorageFailure.damaged(run.name, reason: "it does not follow the piece before it")
            }
            for record in try segment.list(named: run.name) {
                switch record.header.kind {
                case .tables: builder.addCatalogue(record.bytes, named: record.header.tables)
                case .changes: record.bytes.withUnsafeBytes { builder.add(record.header, $0) }
                }
            }
        }
        guard let (name, merged) = builder.finish(in: first.history) else { return }
        try await repository.put(name.name, merged.bytes)
        for run in runs { try await repository.remove(run.name) }
    }
}
