// Under overload the least valuable work is refused first, early and quickly, so that the rest is served well (SRE book, ch. 21;
// AWS Builders' Library, "Using load shedding to avoid overload"). All tiers share the limit on work in flight, but each may only
// fill a part of it: T4 70 %, T3 85 %, T2 95 %, T1 all of it. T0 has a reserve on top that no other tier can use, not even when
// the limit has just fallen below the work in flight. So a tier is refused only while every tier below it is refused too.

/// Decides by tier which work is admitted while the limit on work in flight fills up.
///
/// A plain state machine; its owner serialises the calls. Cost: constant.
public struct LoadShedder: Sendable {
    /// The settings.
    public let settings: Settings
    /// Totals by tier.
    public private(set) var counters: [Tier: Counters] = [:]
    /// The tier from which on all work is refused, even if there is room; nil for none.
    public var refusesFrom: Tier?
    /// Work that was admitted and has not left.
    public private(set) var inFlight = 0
    private var inFlightOfT0 = 0

    /// A shedder without work.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// A refusal of work; it may be tried again after `retryAfter`.
    public struct Refusal: Error, Hashable, Sendable {
        /// The work's tier.
        public let tier: Tier
        /// When to try again; drawn for each refusal, so that clients refused together do not come back together.
        public let retryAfter: Duration
    }

    /// The most work that may be in flight once work of this tier is admitted, itself included; at least 1.
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

    /// Admits a piece of work, which must call `leave` when it ends.
    ///
    /// - Parameters:
    ///   - limit: the limit on work in flight at this moment.
    ///   - random: a uniform number from 0 up to, but not including, 1; evaluated for a refusal only.
    /// - Returns: the work in flight now.
    /// - Throws: ``Refusal``, with the time after which it may be tried again.
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

    /// Throws if a piece of work would be refused now; it does not admit the work.
    public mutating func check(_ tier: Tier, limit: Int, random: @autoclosure () -> Double) throws(Refusal) {
        guard !hasRoom(for: tier, limit: limit) else { return }
        let random = random()
        precondition((0..<1).contains(random), "random is not within 0..<1")
        counters[tier, default: Counters()].refused += 1
        let jitter = (settings.longestRetryAfter - settings.shortestRetryAfter) * random
        throw Refusal(tier: tier, retryAfter: settings.shortestRetryAfter + jitter)
    }

    /// A piece of work that was admitted has ended.
    public mutating func leave(_ tier: Tier) {
        inFlight -= 1
        if tier == .t0 { inFlightOfT0 -= 1 }
        precondition(inFlightOfT0 >= 0 && inFlight >= inFlightOfT0, "more left than were let in")
    }

    /// Totals of a tier since the beginning.
    public struct Counters: Hashable, Sendable {
        /// Admitted work.
        public internal(set) var admitted = 0
        /// Work that was refused.
        public internal(set) var refused = 0

        /// Zeros.
        public init() {}
    }
}
