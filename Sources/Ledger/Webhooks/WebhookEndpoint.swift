// A webhook endpoint: an external receiver of the shop's events. It contains its own progress, so that deliveries continue from
// there in any process.

import Trading

/// A receiver of events.
public struct WebhookEndpoint: Hashable, Sendable, Identified {
    /// The prefix of endpoint ids.
    public static let idPrefix = "whk"
    /// The most endpoints of a shop.
    public static let maxCount = 1000
    /// The most attempts in the log of each endpoint.
    public static let keptAttempts: Int64 = 200

    /// Whether it receives events.
    public enum State: Hashable, Sendable {
        /// It does.
        case enabled
        /// It does not, since this time.
        case disabled(DisabledReason, since: Timestamp)
    }

    /// Why it is disabled; names are stored in the ledger.
    public enum DisabledReason: String, Hashable, Sendable, CaseIterable {
        /// It was disabled by the shop.
        case byHand
        /// It answered 410 (Gone).
        case gone
        /// It did not accept an event for 72 hours.
        case failing
    }

    /// A range of events that is delivered again, in addition to new ones.
    public struct Replay: Hashable, Sendable {
        /// Its progress.
        public var stream: DeliveryStream
        /// The last event of the range.
        public internal(set) var end: Int64

        /// The range of events after `after`, up to `end`.
        public init(stream: DeliveryStream, end: Int64) {
            self.stream = stream
            self.end = end
        }
    }

    /// Events that an endpoint should have received, and never will: they were pruned.
    public struct Missed: Hashable, Sendable {
        /// Their number.
        public var count: Int64
        /// The number of the first.
        public internal(set) var first: Int64
        /// The number of the last.
        public var last: Int64
        /// When the last one was pruned.
        public var at: Timestamp
    }

    /// The filter of an endpoint before its last change.
    public struct EarlierFilter: Hashable, Sendable {
        /// The filter.
        public internal(set) var filter: EventFilter
        /// The last event to which it applies.
        public internal(set) var until: Int64
    }

    /// The id.
    public internal(set) var id: ID<WebhookEndpoint>
    /// Its URL.
    public var url: WebhookURL
    /// Its filter.
    public var filter: EventFilter
    /// The old filter, as long as it applies to events that the endpoint has not received; a change of the filter applies to
    /// later events only.
    public internal(set) var earlier: EarlierFilter?
    /// The shop's description of it.
    public var description: String?
    /// The secrets for signing messages, newest first; at most two.
    public var secrets: [EndpointSecret]
    /// Whether it receives events.
    public var state = State.enabled
    /// Its progress.
    public var stream: DeliveryStream
    /// The replay in progress.
    public var replay: Replay?
    /// The events that it has missed, since it was created or last enabled with `skipsMissed`.
    public internal(set) var missed: Missed?
    /// The number of attempts so far.
    public var attempts: Int64 = 0
    /// When it last acknowledged a message.
    public var acknowledgedAt: Timestamp?
    /// The highest epoch of a claim on its deliveries; a new task continues from it, so that no claim is mistaken for another.
    public var epoch: Int64 = 0
    /// When it was put on file.
    public internal(set) var createdAt: Timestamp
    /// When it was last changed by hand, enabled or disabled.
    public var updatedAt: Timestamp
    /// The number of those changes.
    public var version: Int64 = 1

    /// An endpoint that receives the events after one.
    public init(
        id: ID<WebhookEndpoint>,
        url: WebhookURL,
        filter: EventFilter,
        description: String?,
        secret: EndpointSecret,
        cursor: Int64,
        createdAt: Timestamp
    ) {
        self.id = id
        self.url = url
        self.filter = filter
        self.description = description
        secrets = [secret]
        stream = DeliveryStream(cursor: cursor)
        self.createdAt = createdAt
        updatedAt = createdAt
    }

    /// Whether it receives events.
    public var isEnabled: Bool { state == .enabled }

    /// Whether a new event matches its filter.
    func isTold(of event: EventRow) -> Bool {
        if let earlier, event.key <= earlier.until { return earlier.filter.matches(event.type) }
        return filter.matches(event.type)
    }

    /// Whether it has yet to receive an event, now or once it is enabled.
    func isOwed(_ event: EventRow) -> Bool {
        guard !event.isProbe else { return false }
        if event.key > stream.cursor { return isTold(of: event) }
        guard let replay, event.key > replay.stream.cursor, event.key <= replay.end else { return false }
        return filter.matches(event.type)
    }

    /// Records that events it has not received are pruned; returns whether that is the first time since it was last changed.
    mutating func miss(_ events: [EventRow], at time: Timestamp) -> Bool {
        let owed = events.filter(isOwed).map(\.key)
        guard let first = owed.min(), let last = owed.max() else { return false }
        let begins = missed.map { $0.at < updatedAt } ?? true
        missed = Missed(
            count: (missed?.count ?? 0) + Int64(owed.count),
            first: min(missed?.first ?? first, first),
            last: max(missed?.last ?? last, last),
            at: time
        )
        return begins
    }

    /// Changes the filter for the events after `event`.
    mutating func filter(by next: EventFilter, after event: Int64) {
        // Of two changes before any delivery, the later one decides.
        if earlier == nil, stream.cursor < event { earlier = EarlierFilter(filter: filter, until: event) }
        filter = next
    }

    /// Moves its cursor to an event.
    mutating func reach(_ event: Int64) {
        stream.reach(event)
        if let earlier, stream.cursor >= earlier.until { self.earlier = nil }
    }

    /// The secrets for signing a message at a time, newest first.
    public func signingSecrets(at time: Timestamp) -> [EndpointSecret] {
        secrets.filter { $0.isGood(at: time) }
    }

    /// Adds a new secret; the last one stays valid for `overlapSeconds`, older ones do not.
    public mutating func rotate(to secret: EndpointSecret, overlapSeconds: Int64, at time: Timestamp) {
        var previous = secrets.first
        previous?.retiresAt = time.adding(seconds: overlapSeconds)
        secrets = [secret] + [previous].compactMap(\.self).filter { $0.isGood(at: time) }
    }

    /// Disables it; events that it has not received stay after its cursor.
    public mutating func disable(_ reason: DisabledReason, at time: Timestamp) {
        state = .disabled(reason, since: time)
        replay = nil
        stream.nextTryAt = nil
        touch(at: time)
    }

    /// Enables it, from its cursor on, or from an event on.
    public mutating func enable(from cursor: Int64?, at time: Timestamp) {
        state = .enabled
        stream = DeliveryStream(cursor: stream.cursor)
        if let cursor {
            reach(cursor)
            missed = nil
        }
        touch(at: time)
    }

    mutating func touch(at time: Timestamp) {
        updatedAt = time
        version += 1
    }
}
