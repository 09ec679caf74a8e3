import BackupStorage
import Time

/// Which snapshots, and turns after them, are kept.
package struct Retention: Hashable, Sendable {
    /// Every moment within this time can be restored.
    package let days: Int
    /// At least this many snapshots are kept, however old.
    package let snapshots: Int

    /// What is kept.
    package init(days: Int, snapshots: Int) {
        self.days = days
        self.snapshots = snapshots
    }

    /// The names that are not needed any more, in an order in which they can be removed one by one: what is left can be restored at
    /// every moment.
    package func superfluous(in catalogue: ArchiveCatalogue, _ objects: [StoredObject], now: Timestamp) -> [String] {
        let all = catalogue.histories.values.flatMap(\.snapshots).sorted { ($0.at, $0.turn) < ($1.at, $1.turn) }
        let horizon = now.adding(seconds: -Int64(days) * 86_400)
        // The newest snapshot before the horizon is where the way to the horizon begins.
        let needed = all.lastIndex { $0.at <= horizon } ?? 0
        let first = min(needed, max(0, all.count - snapshots))
        guard all.indices.contains(first) else { return [] }
        let kept = Set(all[first...])
        let oldest = all[first]
        var (manifests, others): ([String], [String]) = ([], [])
        for object in objects {
            switch ArchiveName(object.name) {
            case .manifest(let snapshot) where !kept.contains(snapshot): manifests.append(object.name)
            case .part(let snapshot, _) where !kept.contains(snapshot) && snapshot.at < oldest.at:
                others.append(object.name)
            case .fileManifest(let file) where Self.isGone(file, catalogue, horizon): manifests.append(object.name)
            case .filePart(let file, _) where Self.isGone(file, catalogue, horizon): others.append(object.name)
            case .segment(let segment) where Self.isSuperfluous(segment, kept, oldest): others.append(object.name)
            default: break
            }
        }
        return manifests + others
    }

    /// Whether a file was removed before every moment that is kept.
    private static func isGone(_ file: String, _ catalogue: ArchiveCatalogue, _ horizon: Timestamp) -> Bool {
        catalogue.removedFiles[file].map { $0 < horizon } ?? false
    }

    private static func isSuperfluous(_ segment: SegmentName, _ kept: Set<SnapshotName>, _ oldest: SnapshotName) -> Bool
    {
        guard let base = kept.filter({ $0.history == segment.history }).map(\.turn).min() else {
            // A history whose snapshots are all superfluous; a newer one, whose snapshot is on its way, has none either.
            return segment.history < oldest.history
        }
        return segment.turns.upperBound <= base
    }
}
