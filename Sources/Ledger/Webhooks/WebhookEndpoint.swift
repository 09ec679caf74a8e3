// Somebody outside who is told what happens in the shop. What an endpoint has got so far is in it, so that telling goes on where it
// was, in whatever process.

import Trading

/// A receiver of events.
public struct WebhookEndpoint: Hashable, Sendable, Identified {
    /// The prefix of endpoint ids.
    public static let idPrefix = "whk"
    /// The most endpoints of a shop.
    public static let maxCount = 1000
    /// How many attempts of each endpoint are kept.
    public static let keptAttempts: Int64 = 200

    /// Whether it is told anything.
    public enum State: Hashable, Sendable {
        /// It is.
        case enabled
        /// It is not, since then.
        case disabled(DisabledReason, since: Timestamp)
    }

    /// Why it is told nothing; names are kept in the ledger.
    public enum DisabledReason: String, Hashable, Sendable, CaseIterable {
        /// Somebody of the shop wanted so.
        case byHand
        /// It answered 410 (Gone).
        case gone
        /// It did not take an event for 72 hours.
        case failing
    }

    /// A range of events that is told again, beside what is new.
    public struct Replay: Hashable, Sendable {
        /// Where it stands.
        public var stream: DeliveryStream
        /// The last event of the range.
        public internal(set) var end: Int64

        /// The range of the events behind `after`, up to `end`.
        public init(stream: DeliveryStream, end: Int64) {
            self.stream = stream
            self.end = end
        }
    }

    /// Events that an endpoint was to be told of, and never will: they are no longer kept.
    public struct Missed: Hashable, Sendable {
        /// How many there were.
        public var count: Int64
        /// The number of the first.
        public internal(set) var first: Int64
        /// The number of the last.
        public var last: Int64
        /// When the last went.
        public var at: Timestamp
    }

    /// What an endpoint was told of before its filter was changed.
    public struct EarlierFilter: Hashable, Sendable {
        /// The filter.
        public internal(set) var filter: EventFilter
        /// The last event that it decides about.
        public internal(set) var until: Int64
    }

    /// The id.
    public internal(set) var id: ID<WebhookEndpoint>
    /// Where it is told.
    public var url: WebhookURL
    /// Of what it is told.
    public var filter: EventFilter
    /// The filter before, as long as it decides about events that the endpoint has not got; a change counts from when it was made.
    public internal(set) var earlier: EarlierFilter?
    /// What the shop says about it.
    public var description: String?
    /// The secrets that messages are signed with, the newest first; at most two.
    public var secrets: [EndpointSecret]
    /// Whether it is told anything.
    public var state = State.enabled
    /// How far it has been told.
    public var stream: DeliveryStream
    /// What is told again.
    public var replay: Replay?
    /// What it has missed, since it was put on file or last enabled to skip what it had missed.
    public internal(set) var missed: Missed?
    /// How many attempts there were: the number of the last.
    public var attempts: Int64 = 0
    /// When it last acknowledged something.
    public var acknowledgedAt: Timestamp?
    /// The highest epoch that a claim on its deliveries had; a fresh task goes on from it, so that no claim is mistaken for another.
    public var epoch: Int64 = 0
    /// When it was put on file.
    public internal(set) var createdAt: Timestamp
    /// When it was last changed by hand, enabled or disabled.
    public var updatedAt: Timestamp
    /// Counts those changes.
    public var version: Int64 = 1

    /// An endpoint that is told of what happens behind an event.
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

    /// Whether it is told anything.
    public var isEnabled: Bool { state == .enabled }

    /// Whether it is told of an event whose turn comes.
    func isTold(of event: EventRow) -> Bool {
        if let earlier, event.key <= earlier.until { return earlier.filter.matches(event.type) }
        return filter.matches(event.type)
    }

    /// Whether it has yet to be told of an event, now or once it is enabled again.
    func isOwed(_ event: EventRow) -> Bool {
        guard !event.isProbe else { return false }
        if event.key > stream.cursor { return isTold(of: event) }
        guard let replay, event.key > replay.stream.cursor, event.key <= replay.end else { return false }
        return filter.matches(event.type)
    }

    /// Events go that it has not been told of; answers whether that begins: of earlier ones, if any, it was known before it was last changed.
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

    /// Tells it of other events from the one behind `event` on.
    mutating func filter(by next: EventFilter, after event: Int64) {
        // Between two changes that come before anything was told, the later one decides.
        if earlier == nil, stream.cursor < event { earlier = EarlierFilter(filter: filter, until: event) }
        filter = next
    }

    /// Moves on behind an event.
    mutating func reach(_ event: Int64) {
        stream.reach(event)
        if let earlier, stream.cursor >= earlier.until { self.earlier = nil }
    }

    /// The secrets that a message of that time is signed with, the newest first.
    public func signingSecrets(at time: Timestamp) -> [EndpointSecret] {
        secrets.filter { $0.isGood(at: time) }
    }

    /// Takes a fresh secret; the one before is good for so many seconds more, and any older one no longer.
    public mutating func rotate(to secret: EndpointSecret, overlapSeconds: Int64, at time: Timestamp) {
        var previous = secrets.first
        previous?.retiresAt = time.adding(seconds: overlapSeconds)
        secrets = [secret] + [previous].compactMap(\.self).filter { $0.isGood(at: time) }
    }

    /// Tells it nothing more; what it has not got stays behind its cursor.
    public mutating func disable(_ reason: DisabledReason, at time: Timestamp) {
        state = .disabled(reason, since: time)
        replay = nil
        stream.nextTryAt = nil
        touch(at: time)
    }

    /// Tells it again of what happens, from where it was, or from an event on.
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
