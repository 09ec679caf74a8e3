// A bulkhead bounds what one component may use, so that it cannot sink the others (Nygard, "Release It!", ch. 5). At most
// `concurrency` run, at most `queue` wait, first come first served, and whoever comes after that is refused at once. Nobody waits
// longer than `longestWait` or past its own deadline: one that expired has left the queue and never runs.

/// A bounded number of places to run, and a bounded queue before them.
///
/// A plain state machine: it says who may run and who need not wait any more, and somebody else wakes them. What holds at all
/// times: at most `concurrency` run, at most `queue` wait, and nobody waits while a place is free.
public struct Bulkhead: Sendable {
    /// The settings it keeps to.
    public let settings: Settings
    /// What happened so far.
    public private(set) var counters = Counters()
    private var running: Set<Ticket> = []
    /// In the order of arrival, which is the order of their tickets.
    private var queue: [Waiter] = []
    private var lastTicket: UInt64 = 0

    private struct Waiter {
        let ticket: Ticket
        let until: ContinuousClock.Instant
    }

    /// Empty.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Who asked for a place; given in the order of arrival.
    public struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    /// What becomes of somebody who arrives.
    public enum Entry: Hashable, Sendable {
        /// It runs, and has to leave.
        case running(Ticket)
        /// It waits, until this moment at the latest.
        case waiting(Ticket, until: ContinuousClock.Instant)
    }

    /// Why somebody does not get a place, in order of precedence.
    public enum Refusal: Error, Hashable, Sendable, CaseIterable {
        /// Its deadline has passed, or it waited for as long as anybody may.
        case expired
        /// The queue is full.
        case full
        /// It was cancelled while it waited.
        case cancelled
    }

    /// What a change did to those who wait.
    public struct Turn: Hashable, Sendable {
        /// They run now, and have to leave.
        public internal(set) var admitted: [Ticket] = []
        /// They have left the queue.
        public internal(set) var expired: [Ticket] = []
    }

    /// How many run.
    public var runningCount: Int { running.count }
    /// How many wait.
    public var waitingCount: Int { queue.count }
    /// Whether nobody else may wait.
    public var isQueueFull: Bool { queue.count >= settings.queue }

    /// Somebody arrives.
    ///
    /// - Throws: `expired` or `full`. Those whose wait is over hold their place in the queue until `expire` is called.
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

    /// Somebody who ran is done; the place goes to the first who still waits.
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

    /// Somebody stops waiting of its own accord.
    ///
    /// - Returns: whether it was waiting. If not it runs, or has been told that it is not going to.
    public mutating func withdraw(_ ticket: Ticket) -> Bool {
        guard let index = queue.firstIndex(where: { $0.ticket == ticket }) else { return false }
        queue.remove(at: index)
        counters.cancelled += 1
        return true
    }

    /// Those whose wait is over leave the queue.
    ///
    /// Cost: one pass over it.
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
