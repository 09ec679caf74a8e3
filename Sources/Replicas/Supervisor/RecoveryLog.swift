import Availability
import JSON
import Supervision

/// The repairs of a supervisor and their results: the last fifty, newest last.
struct RecoveryLog: Sendable {
    /// One repair or measure.
    struct Entry: Sendable {
        let at: Timestamp
        let begun: ContinuousClock.Instant
        /// What it concerns: a replica, or the machine.
        let subject: String
        let cause: String
        let action: String
        /// Its name in the journal.
        let name: String
        /// The result; nil while it is open.
        var result: String?
    }

    private(set) var entries: [Entry] = []
    /// The total number of entries.
    private(set) var count = 0
    private static let capacity = 50
    private let recorder: FaultRecorder
    private let began = Timestamp.now

    /// An empty log.
    ///
    /// - Parameter recorder: stores each entry beyond this process.
    init(_ recorder: FaultRecorder) {
        self.recorder = recorder
    }

    /// Records a fault of a replica and its repair.
    ///
    /// - Parameter result: the result, where it is known already; otherwise the entry is open until another replica serves.
    mutating func begin(
        _ replica: ReplicaID,
        _ kind: ComponentFault.Kind,
        cause: String,
        action: String,
        result: String? = nil,
        at now: ContinuousClock.Instant
    ) {
        let entry = add(replica.description, cause, action, result, at: now)
        recorder.record { (journal) throws(SystemError) in
            try journal.append(
                entry.name,
                ComponentFault(
                    at: entry.at,
                    component: entry.subject,
                    kind: kind,
                    cause: cause,
                    action: action
                )
            )
            // A repair that needs no other replica ends as it begins.
            if result != nil { try journal.append(recovered: entry.name, at: entry.at) }
        }
    }

    /// Records a measure that needs no other replica and is in force from now on.
    ///
    /// - Returns: its name, for `conclude`.
    mutating func note(
        _ subject: String,
        policy: String,
        cause: String,
        action: String,
        at now: ContinuousClock.Instant
    ) -> String {
        let entry = add(subject, cause, action, "in force", at: now)
        recorder.record { (journal) throws(SystemError) in
            let measure = Measure(
                at: entry.at,
                subject: subject,
                policy: policy,
                cause: cause,
                action: action
            )
            try journal.append(entry.name, measure)
        }
        return entry.name
    }

    /// Records the result of a measure.
    mutating func conclude(_ name: String, _ result: String) {
        let at = Timestamp.now
        recorder.record { (journal) throws(SystemError) in try journal.append(over: name, result, at: at) }
        guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
        entries[index].result = result
    }

    private mutating func add(
        _ subject: String,
        _ cause: String,
        _ action: String,
        _ result: String?,
        at now: ContinuousClock.Instant
    ) -> Entry {
        if entries.count == Self.capacity { entries.removeFirst() }
        count += 1
        let entry = Entry(
            at: .now,
            begun: now,
            subject: subject,
            cause: cause,
            action: action,
            name: "\(began.milliseconds)-\(count)",
            result: result
        )
        entries.append(entry)
        return entry
    }

    /// A replica serves: closes the oldest open entry.
    mutating func served(by replica: ReplicaID, at now: ContinuousClock.Instant) {
        guard let index = entries.firstIndex(where: { $0.result == nil }) else { return }
        let milliseconds = entries[index].begun.duration(to: now).wholeMilliseconds
        entries[index].result = "\(replica) serves in its place after \(milliseconds) ms"
        let (name, at) = (entries[index].name, Timestamp.now)
        recorder.record { (journal) throws(SystemError) in try journal.append(recovered: name, at: at) }
    }

    /// Writes the entries as a JSON array.
    func write(to json: inout JSONWriter) {
        json.array { json in
            for entry in entries {
                json.object { json in
                    json.member("at", entry.at.description)
                    json.member("replica", entry.subject)
                    json.member("cause", entry.cause)
                    json.member("action", entry.action)
                    json.member("result", entry.result)
                }
            }
        }
    }
}
