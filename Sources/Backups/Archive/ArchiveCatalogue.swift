import BackupStorage
import Time

/// What an archive holds, by its names.
package struct ArchiveCatalogue: Sendable {
    /// One history.
    package struct History: Sendable {
        /// Its complete snapshots, by turn.
        package fileprivate(set) var snapshots: [SnapshotName] = []
        /// Its runs of turns, by their first turn.
        package fileprivate(set) var segments: [SegmentName] = []
        /// Snapshots without a manifest: interrupted, or damaged.
        package fileprivate(set) var incomplete: Set<SnapshotName> = []

        /// The runs that lead from a turn on as far as possible without a gap, each beginning no later than the one before ends.
        package func path(after turn: Int64) -> [SegmentName] {
            var path: [SegmentName] = []
            var (next, index) = (turn + 1, 0)
            while index < segments.count {
                var best: SegmentName?
                while index < segments.count, segments[index].turns.lowerBound <= next {
                    let segment = segments[index]
                    if segment.turns.upperBound >= next, segment.turns.upperBound > best?.turns.upperBound ?? -1 {
                        best = segment
                    }
                    index += 1
                }
                guard let best else { break }
                path.append(best)
                next = best.turns.upperBound + 1
            }
            return path
        }
    }

    /// The histories, by name.
    package private(set) var histories: [HistoryName: History] = [:]
    /// The complete files of archived orders.
    package private(set) var files: Set<String> = []
    /// Files of archived orders of which there are pieces, and no manifest.
    package private(set) var incompleteFiles: Set<String> = []
    /// When files were removed.
    package private(set) var removedFiles: [String: Timestamp] = [:]
    /// Names that are none of an archive's.
    package private(set) var strangers: [String] = []
    /// The size of everything, in bytes.
    package private(set) var bytes: Int64 = 0

    /// Reads the names in a store.
    package init(_ objects: [StoredObject]) {
        var begun: [HistoryName: Set<SnapshotName>] = [:]
        for object in objects {
            bytes += object.size
            switch ArchiveName(object.name) {
            case .manifest(let snapshot): histories[snapshot.history, default: History()].snapshots.append(snapshot)
            case .part(let snapshot, _): begun[snapshot.history, default: []].insert(snapshot)
            case .segment(let segment): histories[segment.history, default: History()].segments.append(segment)
            case .fileManifest(let file): files.insert(file)
            case .filePart(let file, _): incompleteFiles.insert(file)
            case .fileRemoved(let file, let time): removedFiles[file] = time
            case nil: strangers.append(object.name)
            }
        }
        incompleteFiles.subtract(files)
        for (name, snapshots) in begun {
            histories[name, default: History()].incomplete = snapshots.subtracting(histories[name]?.snapshots ?? [])
        }
        for name in histories.keys {
            histories[name]?.snapshots.sort { $0.turn < $1.turn }
            histories[name]?.segments.sort {
                ($0.turns.lowerBound, $0.turns.upperBound) < ($1.turns.lowerBound, $1.turns.upperBound)
            }
        }
    }

    /// The newest history that has a snapshot.
    package var newest: HistoryName? { histories.filter { !$0.value.snapshots.isEmpty }.keys.max() }
}

extension ArchiveCatalogue {
    /// The number of snapshots, runs of turns and files.
    package var pieces: Int { histories.values.reduce(files.count) { $0 + $1.snapshots.count + $1.segments.count } }
}
