// The clocks of two processes differ, so the remaining time travels instead, in whole milliseconds, as gRPC does with
// `grpc-timeout` (gRPC over HTTP/2, "Requests"). It is rounded down: the called process must never assume more time than the
// caller waits.

import Ranges
import Time

extension Deadline {
    /// The name of the header field.
    public static let textName = "X-Deadline-Ms"
    /// The most digits that are read; eight are a little over a day.
    public static let maxDigits = 8

    /// Why a text is not a deadline.
    public enum TextRefusal: Error, Hashable, Sendable {
        /// It is empty, too long, or contains other characters than ASCII digits.
        case malformed
    }

    /// The remaining time in whole milliseconds, rounded down: 1 to 8 digits, `0` once the deadline has passed.
    public func text(at now: ContinuousClock.Instant) -> String {
        let most = Duration.milliseconds(99_999_999)
        return String(min(remaining(at: now), most).wholeMilliseconds)
    }

    /// Reads the remaining time that a caller states; a value above `settings.longest` is replaced by it.
    ///
    /// - Throws: `malformed`; the same text fails again. A text of `0` is well formed: the deadline has passed.
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

    /// Bounds of the deadlines that callers state.
    public struct Settings: Hashable, Sendable {
        /// The timeout of a caller that states none.
        public let fallback: Duration
        /// The longest timeout of any caller.
        public let longest: Duration

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of `fallback`.
            public static let fallback = Duration.milliseconds(1)...Duration.seconds(600)
            /// Bounds of `longest`.
            public static let longest = Duration.milliseconds(1)...Duration.seconds(600)
        }

        /// Settings; each must lie within its bounds (a fault otherwise).
        public init(fallback: Duration = .seconds(10), longest: Duration = .seconds(60)) {
            self.fallback = Bounds.fallback.holding(fallback, "fallback")
            self.longest = Bounds.longest.holding(longest, "longest")
            precondition(fallback <= longest, "fallback is longer than longest")
        }
    }
}
