// Clocks of two processes do not agree, so what travels is the time that is left, in whole milliseconds, as gRPC does with
// `grpc-timeout` (gRPC over HTTP/2, "Requests"). It is rounded down: the one who is called must never believe to have longer
// than the caller waits.

extension Deadline {
    /// The name under which the text travels.
    public static let textName = "X-Deadline-Ms"
    /// The most digits that are read; eight are a little over a day.
    public static let maxDigits = 8

    /// Why a text is no deadline.
    public enum TextRefusal: Error, Hashable, Sendable {
        /// It is empty, too long, or holds something else than ASCII digits.
        case malformed
    }

    /// The time that is left, in whole milliseconds, rounded down: 1 to 8 digits, `0` when it has passed.
    public func text(at now: ContinuousClock.Instant) -> String {
        let most = Duration.milliseconds(99_999_999)
        let parts = min(remaining(at: now), most).components
        return String(parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
    }

    /// Reads what a caller says is left; more than `settings.longest` is taken as that.
    ///
    /// - Throws: `malformed`. A text of `0` is well formed: the deadline has passed.
    public init(
        text: some StringProtocol,
        at now: ContinuousClock.Instant,
        settings: Settings = Settings()
    ) throws(TextRefusal) {
        let digits = text.utf8
        guard (1...Self.maxDigits).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformed
        }
        let milliseconds = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        self.init(min(.milliseconds(milliseconds), settings.longest), from: now)
    }

    /// How long callers may make us wait.
    public struct Settings: Hashable, Sendable {
        /// The deadline of a caller that names none.
        public let fallback: Duration
        /// The longest that a caller gets.
        public let longest: Duration

        /// Within what each setting must lie.
        public enum Bounds {
            /// Bounds of `fallback`.
            public static let fallback = Duration.milliseconds(1)...Duration.seconds(600)
            /// Bounds of `longest`.
            public static let longest = Duration.milliseconds(1)...Duration.seconds(600)
        }

        /// Settings within their bounds.
        public init(fallback: Duration = .seconds(10), longest: Duration = .seconds(60)) {
            self.fallback = Bounds.fallback.holding(fallback, "fallback")
            self.longest = Bounds.longest.holding(longest, "longest")
            precondition(fallback <= longest, "fallback is longer than longest")
        }
    }
}
