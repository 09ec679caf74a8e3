import BackupStorage
import Time

/// The moment to restore to.
package enum RestoreTarget: Hashable, Sendable, CustomStringConvertible {
    /// The last turn before or at a time.
    case time(Timestamp)
    /// The turn that added an event of the feed.
    case event(Int64)
    /// The end of a turn.
    case turn(Int64)
    /// The last turn that is archived.
    case latest

    /// For people.
    package var description: String {
        switch self {
        case .time(let time): "\(time)"
        case .event(let event): "event \(event)"
        case .turn(let turn): "turn \(turn)"
        case .latest: "the latest turn"
        }
    }

    /// Whether a snapshot may be the beginning of the way there: it holds nothing later.
    func isReached(from snapshot: SnapshotName) -> Bool {
        switch self {
        case .time(let time): snapshot.at <= time
        case .event(let event): snapshot.event < event || snapshot.event == event
        case .turn(let turn): snapshot.turn <= turn
        case .latest: true
        }
    }

    /// Whether a run of turns begins after the moment.
    func isBefore(_ segment: SegmentName) -> Bool {
        switch self {
        case .time(let time): segment.from > time
        case .event: false
        case .turn(let turn): segment.turns.lowerBound > turn
        case .latest: false
        }
    }
}

/// Which pieces lead to a moment.
package struct RestorePlan: Sendable {
    /// The moment.
    package let target: RestoreTarget
    /// The snapshot to begin with.
    package let snapshot: SnapshotName
    /// The runs of turns to apply, in order; the last ones may go beyond the moment.
    package let segments: [SegmentName]
    /// Runs of turns of this history that were archived after a gap in its pieces: something is missing there.
    package let unreachable: [SegmentName]

    /// Finds the way to a moment.
    ///
    /// - Parameter history: the history to look in; nil for the newest that reaches the moment.
    /// - Throws: ``BackupFailure`` where the archive does not reach the moment.
    package init(
        _ target: RestoreTarget,
        in catalogue: ArchiveCatalogue,
        history: HistoryName? = nil
    ) throws(BackupFailure) {
        let reaching = catalogue.histories.filter { name, history in history.snapshots.contains(where: target.isReached)
        }
        guard let name = history ?? reaching.keys.max(), let found = catalogue.histories[name],
            let snapshot = found.snapshots.last(where: target.isReached)
        else {
            let first = catalogue.histories.values.flatMap(\.snapshots).min { $0.at < $1.at }
            throw BackupFailure(
                first.map {
                    "the archive begins at \($0.at) with turn \($0.turn) and event \($0.event), after \(target)"
                } ?? "there is no complete snapshot"
            )
        }
        self.target = target
        self.snapshot = snapshot
        segments = found.path(after: snapshot.turn)
        let reached = segments.last?.turns.upperBound ?? snapshot.turn
        unreachable = found.segments.filter { $0.turns.upperBound > reached && $0.turns.lowerBound > snapshot.turn }
    }

    /// The time of the last turn that can be reached.
    package var end: Timestamp { segments.last?.to ?? snapshot.at }
}
