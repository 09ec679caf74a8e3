// When there is more to do than can be done, the least valuable is refused first, early and quickly, so that what is left is done
// well (SRE book, ch. 21; AWS Builders' Library, "Using load shedding to avoid overload"). The limit on work in flight is shared by
// all tiers, but each may only fill a part of it: T4 70 %, T3 85 %, T2 95 %, T1 all of it. T0 has a reserve on top that nobody
// else can take, not even when the limit has just fallen below what is in flight. So a tier is only ever refused while every
// tier below it is refused too.

/// Decides by tier what is let in while the limit on work in flight fills up.
public struct LoadShedder: Sendable {
    /// The settings it keeps to.
    public let settings: Settings
    /// What happened so far, by tier.
    public private(set) var counters: [Tier: Counters] = [:]
    /// The tier from which on all work is refused, however much room there is; nil for none.
    public var refusesFrom: Tier?
    /// Work that was let in and has not left.
    public private(set) var inFlight = 0
    private var inFlightOfT0 = 0

    /// Idle.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Work that is not let in.
    public struct Refusal: Error, Hashable, Sendable {
        /// The work's tier.
        public let tier: Tier
        /// How long to stay away; drawn for each refusal, so that those refused together do not come back together.
        public let retryAfter: Duration
    }

    /// The most that may be in flight when a piece of work of this tier is let in, itself included; at least 1.
    public func capacity(for tier: Tier, limit: Int) -> Int {
        let limit = max(1, limit)
        guard tier != .t0 else { return limit + reserve(limit) }
        return max(1, limit * settings.percent(of: tier) / 100)
    }

    private func reserve(_ limit: Int) -> Int {
        max(1, (limit * settings.reservePercent + 99) / 100)
    }

    private func hasRoom(for tier: Tier, limit: Int) -> Bool {
        if let refusesFrom, tier >= refusesFrom { return false }
        return inFlight < capacity(for: tier, limit: limit) || tier == .t0 && inFlightOfT0 < reserve(limit)
    }

    /// Lets a piece of work in, which then has to leave, or refuses it.
    ///
    /// - Parameters:
    ///   - limit: the limit on work in flight at this moment.
    ///   - random: a number drawn evenly from 0 up to, but not including, 1; only drawn for a refusal.
    /// - Returns: how much is in flight now.
    @discardableResult
    public mutating func enter(
        _ tier: Tier,
        limit: Int,
        random: @autoclosure () -> Double
    ) throws(Refusal) -> Int {
        try check(tier, limit: limit, random: random())
        counters[tier, default: Counters()].admitted += 1
        inFlight += 1
        if tier == .t0 { inFlightOfT0 += 1 }
        return inFlight
    }

    /// Refuses a piece of work that would not be let in now; one that would be is not let in by this.
    public mutating func check(_ tier: Tier, limit: Int, random: @autoclosure () -> Double) throws(Refusal) {
        guard !hasRoom(for: tier, limit: limit) else { return }
        let random = random()
        precondition((0..<1).contains(random), "random is not within 0..<1")
        counters[tier, default: Counters()].refused += 1
        let jitter = (settings.longestRetryAfter - settings.shortestRetryAfter) * random
        throw Refusal(tier: tier, retryAfter: settings.shortestRetryAfter + jitter)
    }

    /// A piece of work that was let in has ended.
    public mutating func leave(_ tier: Tier) {
        inFlight -= 1
        if tier == .t0 { inFlightOfT0 -= 1 }
        precondition(inFlightOfT0 >= 0 && inFlight >= inFlightOfT0, "more left than were let in")
    }

    /// Totals of a tier since the beginning.
    public struct Counters: Hashable, Sendable {
        /// Work that was let in.
        public internal(set) var admitted = 0
        /// Work that was refused.
        public internal(set) var refused = 0

        /// Nothing yet.
        public init() {}
    }
}
