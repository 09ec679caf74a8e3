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
        guard runs.count > 1, let whole = try await joined(runs, bytesMax: .max) else { return }
        try await repository.put(whole.name.name, whole.bytes)
        for run in runs { try await repository.remove(run.name) }
    }

    /// Joins runs that follow one another, as many of the first as make a piece of `bytesMax` or little more.
    ///
    /// - Throws: `damaged` where one of them is; `missing` where one is gone.
    func joined(
        _ runs: [SegmentName],
        bytesMax: Int
    ) async throws -> (count: Int, name: SegmentName, bytes: [UInt8])? {
        guard let first = runs.first else { return nil }
        let start = try ChangeSegment(try await repository.get(first.name), named: first.name)
        var builder = SegmentBuilder(after: start.before, event: first.event)
        var count = 0
        for run in runs where builder.bytes.count < bytesMax {
            count += 1
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
        guard let (name, whole) = builder.finish(in: first.history) else { return nil }
        return (count, name, whole.bytes)
    }
}
