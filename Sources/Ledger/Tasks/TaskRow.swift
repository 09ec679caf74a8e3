import Trading

/// The kind of a task; numbers are stored in the ledger and never change their meaning; 1 is not used any more.
public enum TaskKind: Int64, Hashable, Sendable, CaseIterable {
    /// Remove a customer's personal data from the customer's orders.
    case eraseOrders = 2
    /// Ask a carrier to book a parcel.
    case bookShipment = 20
    /// Cancel a booking at its carrier.
    case cancelBooking = 21
    /// Fetch a parcel's label.
    case fetchLabel = 22
    /// Poll a carrier for tracking events of a parcel.
    case trackShipment = 23
    /// Mark a parcel late when its estimate is past.
    case lateShipment = 24
    /// Deliver new events to a webhook endpoint.
    case deliverWebhook = 30
    /// Deliver new events to an endpoint that failed or is slow; a separate kind, so that it takes no place from those that
    /// answer quickly.
    case retryWebhook = 31
    /// Deliver a range of events to an endpoint once more.
    case replayWebhook = 32

    /// The kinds of calls to carriers: each task has its carrier as its lane.
    public static let carrierCalls: [TaskKind] = [.bookShipment, .cancelBooking, .fetchLabel, .trackShipment]
    /// The kinds of an endpoint's task for new events; it has at most one.
    static let liveDeliveries: [TaskKind] = [.deliverWebhook, .retryWebhook]

    /// The name in metrics and logs.
    public var name: String {
        switch self {
        case .eraseOrders: "eraseOrders"
        case .bookShipment: "bookShipment"
        case .cancelBooking: "cancelBooking"
        case .fetchLabel: "fetchLabel"
        case .trackShipment: "trackShipment"
        case .lateShipment: "lateShipment"
        case .deliverWebhook: "deliverWebhook"
        case .retryWebhook: "retryWebhook"
        case .replayWebhook: "replayWebhook"
        }
    }
}

/// Work that is due at a time, kept until it is done.
///
/// A claim moves the due time to the end of the claim and increments the epoch: a worker that dies leaves a task that is simply
/// due again, and a worker that was only slow finds another epoch and changes nothing.
public struct TaskRow: LedgerRow {
    /// A kind of work and its subject.
    public struct Key: RowKey {
        /// The kind of work.
        public let kind: TaskKind
        /// The subject.
        public let subject: Bits128

        /// Work on a subject.
        public init(_ kind: TaskKind, _ subject: Bits128) {
            self.kind = kind
            self.subject = subject
        }

        /// Writes both columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.integer(kind.rawValue)
            columns.bits(subject)
        }

        /// Reads both columns.
        public init?(from columns: inout some ColumnReader) {
            guard let kind = columns.integer().flatMap(TaskKind.init), let subject = columns.bits() else { return nil }
            self.init(kind, subject)
        }
    }

    /// `tasks`, by kind and subject.
    public static let schema = TableSchema(
        "tasks",
        key: [.integer("kind"), .id("subject")],
        [.time("due"), .integer("epoch"), .text("lane").orNull.added(with: "''")],
        indexes: [
            TableIndex("tasks_by_kind", on: "kind", "due"),
            TableIndex("tasks_by_lane", on: "kind", "lane", "due", where: "lane IS NOT NULL"),
        ]
    )

    /// The kind of work and its subject.
    public let key: Key
    /// When it is due, or when the claim on it lapses.
    public var due: Timestamp
    /// The number of claims; the record of a claim's result must name the last one.
    public var epoch: Int64
    /// The carrier to call, whose worker alone does the task; nil if any worker of the kind may do it.
    public let lane: String?

    /// The lane of tasks written by a release that does not know lanes.
    public static let unknownLane = ""

    /// A task.
    public init(_ key: Key, due: Timestamp, epoch: Int64 = 0, lane: String? = nil) {
        self.key = key
        self.due = due
        self.epoch = epoch
        self.lane = lane
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.time(due)
        columns.integer(epoch)
        columns.text(lane)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let due = columns.time(), let epoch = columns.integer() else { return nil }
        self.init(key, due: due, epoch: epoch, lane: columns.text())
    }
}

extension LedgerView {
    /// Tasks of one kind that are due at or before `time`, the longest due first.
    ///
    /// Cost: one range of an index, however many tasks of other kinds are due.
    public func dueTasks(_ kind: TaskKind, at time: Timestamp, limit: Int) throws(LedgerFailure) -> [TaskRow] {
        try rows(.due("due", at: time, [Condition("kind", .equal, .integer(kind.rawValue))], limit: limit))
    }

    /// Tasks of one kind and lane that are due at or before `time`, the longest due first.
    ///
    /// Cost: one range of an index, however many tasks of other lanes are due.
    public func dueTasks(
        _ kind: TaskKind,
        lane: String,
        at time: Timestamp,
        limit: Int
    ) throws(LedgerFailure) -> [TaskRow] {
        let conditions = [
            Condition("kind", .equal, .integer(kind.rawValue)), Condition("lane", .equal, .text(lane)),
        ]
        return try rows(.due("due", at: time, conditions, limit: limit))
    }

    /// Tasks of these kinds that are due at or before `time`, the longest due first; at most `limit` of each kind, so that a
    /// flood of one kind hides no other.
    public func dueTasks(_ kinds: [TaskKind], at time: Timestamp, limit: Int) throws(LedgerFailure) -> [TaskRow] {
        var found: [TaskRow] = []
        for kind in kinds { found += try dueTasks(kind, at: time, limit: limit) }
        return kinds.count == 1 ? found : found.sorted { $0.due < $1.due }
    }
}
