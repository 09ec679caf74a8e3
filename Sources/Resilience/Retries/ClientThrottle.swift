// A client whose requests are being refused holds some of them back itself, since refusing costs the server too. With the
// requests and the accepts of the last two minutes, a request is held back with probability
//
//     p = max(0, (requests − K × accepts) / (requests + 1))
//
// (SRE book, ch. 21, "Client-side throttling"). Requests held back count as requests, so p rises while nothing is accepted; some
// always go through, so recovery is noticed. K = 2 lets through twice what is accepted.

/// Holds back requests in proportion to how few are accepted.
public struct ClientThrottle: Sendable {
    /// The settings it keeps to.
    public let settings: Settings
    /// Requests held back since the beginning.
    public private(set) var heldBack = 0
    private var slices: [Slice]
    private var total = Slice()
    private var sliceEnd: ContinuousClock.Instant
    private var current = 0

    private struct Slice {
        var requests = 0
        var accepts = 0
    }

    /// The parts into which the window is cut; the oldest is forgotten as a whole.
    public static let sliceCount = 24

    /// Nothing asked yet.
    public init(_ settings: Settings = Settings(), at now: ContinuousClock.Instant) {
        self.settings = settings
        slices = Array(repeating: Slice(), count: Self.sliceCount)
        sliceEnd = now + settings.window / Self.sliceCount
    }

    /// With which probability a request is held back: 0 or more, always less than 1.
    public func probability(at now: ContinuousClock.Instant) -> Double {
        var turned = self
        turned.turn(to: now)
        return turned.probability
    }

    private var probability: Double {
        let requests = Double(total.requests)
        return max(0, (requests - settings.multiplier * Double(total.accepts)) / (requests + 1))
    }

    /// Whether a request may be sent; either way it counts as one.
    ///
    /// - Parameter random: a number drawn evenly from 0 up to, but not including, 1.
    public mutating func request(random: Double, at now: ContinuousClock.Instant) -> Bool {
        precondition((0..<1).contains(random), "random is not within 0..<1")
        turn(to: now)
        let isSent = random >= probability
        slices[current].requests += 1
        total.requests += 1
        if !isSent { heldBack += 1 }
        return isSent
    }

    /// Takes note that the server accepted a request, whatever it then answered.
    public mutating func accept(at now: ContinuousClock.Instant) {
        turn(to: now)
        slices[current].accepts += 1
        total.accepts += 1
    }

    /// Forgets the slices that are older than the window; costs at most one pass over them.
    private mutating func turn(to now: ContinuousClock.Instant) {
        guard now >= sliceEnd else { return }
        let length = settings.window / Self.sliceCount
        let passed = Int(min(sliceEnd.duration(to: now) / length, Double(Self.sliceCount - 1))) + 1
        for _ in 0..<passed {
            current = (current + 1) % Self.sliceCount
            total.requests -= slices[current].requests
            total.accepts -= slices[current].accepts
            slices[current] = Slice()
        }
        sliceEnd += length * passed
        if sliceEnd <= now { sliceEnd = now + length }
    }

    /// How readily requests are held back.
    public struct Settings: Hashable, Sendable {
        /// K: requests sent for each one accepted, before any is held back.
        public let multiplier: Double
        /// For how long requests and accepts count.
        public let window: Duration

        /// Within what each setting must lie.
        public enum Bounds {
            /// Bounds of `multiplier`.
            public static let multiplier = 1.0...10.0
            /// Bounds of `window`.
            public static let window = Duration.seconds(1)...Duration.seconds(3600)
        }

        /// Settings within their bounds.
        public init(multiplier: Double = 2, window: Duration = .seconds(120)) {
            self.multiplier = Bounds.multiplier.holding(multiplier, "multiplier")
            self.window = Bounds.window.holding(window, "window")
        }
    }
}
