import Availability
import Foundation
import JSON
import Supervision

/// What a supervisor did of itself, and what came of it: the last fifty, newest last.
struct RecoveryLog: Sendable {
    /// One of them.
    struct Entry: Sendable {
        let at: Date
        let begun: ContinuousClock.Instant
        let replica: ReplicaID
        let cause: String
        let action: String
        /// Its name in the journal of faults.
        let fault: String
        /// What came of it; nil as long as that is open.
        var result: String?
    }

    private(set) var entries: [Entry] = []
    /// How many there have been.
    private(set) var count = 0
    private static let capacity = 50
    private let journal: FaultJournal
    private let began = Date()

    /// Nothing went wrong yet.
    ///
    /// - Parameter journal: keeps what went wrong, for figures of availability.
    init(journal: FaultJournal) {
        self.journal = journal
    }

    /// Something went wrong, and something is done about it.
    ///
    /// - Parameter result: what came of it, where that is known already; otherwise it is open until another replica serves.
    /// - Throws: ``SystemError`` where the journal cannot be written; it is in this log all the same.
    mutating func begin(
        _ replica: ReplicaID,
        _ kind: ComponentFault.Kind,
        cause: String,
        action: String,
        result: String? = nil,
        at now: ContinuousClock.Instant
    ) throws(SystemError) {
        if entries.count == Self.capacity { entries.removeFirst() }
        count += 1
        let fault = "\(Int64(began.timeIntervalSince1970 * 1000))-\(count)"
        let at = Date()
        entries.append(
            Entry(at: at, begun: now, replica: replica, cause: cause, action: action, fault: fault, result: result)
        )
        try journal.append(
            fault,
            ComponentFault(
                at: Moment(at),
                component: replica.description,
                kind: kind,
                cause: cause,
                action: action
            )
        )
        if result != nil { try journal.append(recovered: fault, at: Moment(at)) }
    }

    /// A replica serves: whoever has waited longest for one has got it.
    ///
    /// - Throws: ``SystemError`` where the journal cannot be written.
    mutating func served(by replica: ReplicaID, at now: ContinuousClock.Instant) throws(SystemError) {
        guard let index = entries.firstIndex(where: { $0.result == nil }) else { return }
        let milliseconds = Int64(entries[index].begun.duration(to: now) / .milliseconds(1))
        entries[index].result = "\(replica) serves in its place after \(milliseconds) ms"
        try journal.append(recovered: entries[index].fault, at: Moment(Date()))
    }

    /// Writes them as a JSON array.
    func write(to json: inout JSONWriter) {
        json.array { json in
            for entry in entries {
                json.object { json in
                    json.member("at", entry.at.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
                    json.member("replica", entry.replica.description)
                    json.member("cause", entry.cause)
                    json.member("action", entry.action)
                    json.member("result", entry.result)
                }
            }
        }
    }
}
