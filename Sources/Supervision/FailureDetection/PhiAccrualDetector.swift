// How certain it is that a replica is gone (Hayashibara, Défago, Yared and Katayama, "The φ accrual failure detector", SRDS
// 2004): φ = −log₁₀ of the probability that a heartbeat still arrives after this much silence, if intervals are normally
// distributed as the last ones were. φ = 8 is wrong once in 10⁸ times. As in Akka, the deviation has a lower bound, since a
// regular past does not promise a regular future, and a pause is added to the mean, for swapping and a busy machine.

import Time

/// The suspicion of one replica, from the rhythm of its heartbeats.
///
/// A plain state machine: every function takes the time. A time before the last one counts as no time passed. Cost: `window`
/// additions per question.
public struct PhiAccrualDetector: Sendable {
    /// The settings.
    public let settings: Settings
    /// Number of heartbeats received.
    public private(set) var heartbeats = 0
    private var arrivals: ArrivalWindow
    private var lastHeard: ContinuousClock.Instant
    /// Whether the current interval must not be remembered, because the listener was late during a part of it.
    private var isTainted = false

    /// A detector without heartbeats; silence counts from `now`.
    public init(_ settings: Settings = Settings(), at now: ContinuousClock.Instant) {
        self.settings = settings
        arrivals = ArrivalWindow(capacity: settings.window, expecting: settings.interval)
        lastHeard = now
    }

    /// A heartbeat arrives.
    ///
    /// An interval below a tenth of the expected one is not remembered: the two heartbeats had waited and were read together.
    ///
    /// - Parameter isPunctual: whether the listener was on time, so that the interval may be remembered.
    public mutating func heartbeat(isPunctual: Bool = true, at now: ContinuousClock.Instant) {
        let silence = silence(at: now)
        if heartbeats > 0, isPunctual, !isTainted, silence * 10 >= settings.interval {
            arrivals.add(min(silence, settings.longestSample).seconds)
        }
        heartbeats += 1
        isTainted = false
        lastHeard = max(lastHeard, now)
    }

    /// Subtracts a pause from the silence, during which the supervisor did not read heartbeats.
    public mutating func forgive(_ pause: Duration, at now: ContinuousClock.Instant) {
        lastHeard = min(max(lastHeard, now), lastHeard + pause)
        isTainted = true
    }

    /// The time since the last heartbeat, without forgiven pauses.
    public func silence(at now: ContinuousClock.Instant) -> Duration {
        max(.zero, lastHeard.duration(to: now))
    }

    /// The suspicion level; 0 while the next heartbeat is not late, and finite however long the silence.
    public func phi(at now: ContinuousClock.Instant) -> Double {
        let deviation = max(arrivals.standardDeviation, settings.minimumDeviation.seconds)
        let expected = arrivals.mean + settings.acceptablePause.seconds
        return NormalTail.negativeLog10((silence(at: now).seconds - expected) / deviation)
    }

    /// The state of a replica according to its heartbeats.
    public enum Verdict: Hashable, Sendable {
        /// Its heartbeats arrive.
        case alive
        /// It may be gone: it gets no new work.
        case suspect
        /// It is gone or hangs: it must be replaced.
        case dead
    }

    /// The verdict on this replica alone.
    ///
    /// - Parameter isServing: whether its last heartbeat said that it serves. Then a silence of `hangAfter` is a hang, whatever
    ///   its rhythm was; a replica that loads or drains is given `deadAfter`, and one without any heartbeat is given
    ///   `firstWithin`.
    public func verdict(isServing: Bool, at now: ContinuousClock.Instant) -> Verdict {
        let silence = silence(at: now)
        guard heartbeats > 0 else { return silence >= settings.firstWithin ? .dead : .alive }
        let phi = phi(at: now)
        let limit = isServing ? settings.hangAfter : settings.deadAfter
        if phi >= settings.deadPhi || silence >= limit { return .dead }
        return phi >= settings.suspectPhi ? .suspect : .alive
    }
}
