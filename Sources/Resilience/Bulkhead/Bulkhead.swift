// A bulkhead bounds what one component may use, so that it cannot sink the others (Nygard, "Release It!", ch. 5). At most
// `concurrency` pieces of work run, at most `queue` wait, first come first served, and further work is refused at once. No work
// waits longer than `longestWait` or past its own deadline: work that expired has left the queue and never runs.

/// A bounded number of places to run, with a bounded queue before them.
///
/// A plain state machine: it decides which work may run and which must stop waiting; its owner resumes the waiting tasks.
/// Invariants: at most `concurrency` run, at most `queue` wait, and no work waits while a place is free.
public struct Bulkhead: Sendable {
    /// The settings.
    public let settings: Settings
    /// Totals since the start.
    public private(set) var counters = Counters()
    private var running: Set<Ticket> = []
    /// Ordered by arrival, which is the order of the tickets.
    private var queue: [Waiter] = []
    private var lastTicket: UInt64 = 0

    private struct Waiter {
        let ticket: Ticket
        let until: ContinuousClock.Instant
    }

    /// An empty bulkhead.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// One piece of work; numbered in the order of arrival.
    public struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    /// The answer to a piece of work that arrives.
    public enum Entry: Hashable, Sendable {
        /// It runs, and must call `leave` when it ends.
        case running(Ticket)
        /// It waits, until this moment at the latest.
        case waiting(Ticket, until: ContinuousClock.Instant)
    }

    /// Why a piece of work gets no place, in order of precedence.
    ///
    /// It did not run, so it may be tried again.
    public enum Refusal: Error, Hashable, Sendable, CaseIterable {
        /// Its deadline has passed, or it waited for `longestWait`.
        case expired
        /// The queue is full.
        case full
        /// It was cancelled while it waited.
        case cancelled
    }

    /// The effect of a change on waiting work.
    public struct Turn: Hashable, Sendable {
        /// These run now, and must call `leave`.
        public internal(set) var admitted: [Ticket] = []
        /// These have left the queue.
        public internal(set) var expired: [Ticket] = []
    }

    /// How many pieces of work run.
    public var runningCount: Int { running.count }
    /// How many pieces of work wait.
    public var waitingCount: Int { queue.count }
    /// Whether no further work may wait.
    public var isQueueFull: Bool { queue.count >= settings.queue }

    /// A piece of work arrives.
    ///
    /// - Throws: `expired` or `full`. Work whose wait is over keeps its place in the queue until `expire` is called.
    public mutating func enter(deadline: Deadline?, at now: ContinuousClock.Instant) throws(Refusal) -> Entry {
        if let deadline, deadline.hasPassed(at: now) {
            counters.expired += 1
            throw .expired
        }
        if running.count < settings.concurrency {
            let ticket = nextTicket()
            running.insert(ticket)
            counters.admitted += 1
            return .running(ticket)
        }
        guard !isQueueFull else {
            counters.full += 1
            throw .full
        }
        let ticket = nextTicket()
        let longest = Deadline(settings.longestWait, from: now)
        let until = min(deadline ?? longest, longest).instant
        queue.append(Waiter(ticket: ticket, until: until))
        counters.queued += 1
        return .waiting(ticket, until: until)
    }

    /// A running piece of work has ended; its place goes to the first one that still waits.
    public mutating func leave(_ ticket: Ticket, at now: ContinuousClock.Instant) -> Turn {
        precondition(running.remove(ticket) != nil, "left a bulkhead without running in it")
        var turn = Turn()
        turn.expired = expire(at: now)
        if !queue.isEmpty {
            let next = queue.removeFirst().ticket
            running.insert(next)
            counters.admitted += 1
            turn.admitted.append(next)
        }
        return turn
    }

    /// Takes a piece of work out of the queue because its caller stopped waiting.
    ///
    /// - Returns: whether it was waiting. If not, it runs already or was already refused.
    public mutating func withdraw(_ ticket: Ticket) -> Bool {
        guard let index = queue.firstIndex(where: { $0.ticket == ticket }) else { return false }
        queue.remove(at: index)
        counters.cancelled += 1
        return true
    }

    /// Removes the work whose wait is over from the queue, and returns it.
    ///
    /// Cost: one pass over the queue.
    public mutating func expire(at now: ContinuousClock.Instant) -> [Ticket] {
        let expired = queue.filter { $0.until <= now }.map(\.ticket)
        guard !expired.isEmpty else { return [] }
        queue.removeAll { $0.until <= now }
        counters.expired += expired.count
        return expired
    }

    private mutating func nextTicket() -> Ticket {
        lastTicket += 1
        return Ticket(number: lastTicket)
    }
}
