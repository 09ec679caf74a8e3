// How sure it is that a replica is gone (Hayashibara, Défago, Yared and Katayama, "The φ accrual failure detector", SRDS 2004):
// φ = −log₁₀ of the chance that a heartbeat still comes after this much silence, if intervals are normally distributed as the
// last ones were. φ = 8 is wrong once in 10⁸ times. As in Akka, the deviation has a lower bound, since a regular past does not
// promise a regular future, and a pause is added to the mean, for garbage, swapping and a busy machine.

/// Suspicion of one replica, from the rhythm of its heartbeats.
///
/// A plain state machine: every function is given the time. Time that runs backwards counts as no time. Cost: `window` additions
/// per question.
public struct PhiAccrualDetector: Sendable {
    /// The settings it keeps to.
    public let settings: Settings
    /// Heartbeats heard.
    public private(set) var heartbeats = 0
    private var arrivals: ArrivalWindow
    private var lastHeard: ContinuousClock.Instant
    /// Whether the interval that runs says nothing of the replica, because the listener slept through some of it.
    private var isTainted = false

    /// Nothing heard yet; silence counts from `now`.
    public init(_ settings: Settings = Settings(), at now: ContinuousClock.Instant) {
        self.settings = settings
        arrivals = ArrivalWindow(capacity: settings.window, expecting: settings.interval)
        lastHeard = now
    }

    /// A heartbeat arrives.
    ///
    /// An interval below a tenth of the usual one is no interval: the two were read together, after they had waited.
    ///
    /// - Parameter isPunctual: whether the listener was there when it came, so that the interval may be remembered.
    public mutating func heartbeat(isPunctual: Bool = true, at now: ContinuousClock.Instant) {
        let silence = silence(at: now)
        if heartbeats > 0, isPunctual, !isTainted, silence * 10 >= settings.interval {
            arrivals.add(min(silence, settings.longestSample).seconds)
        }
        heartbeats += 1
        isTainted = false
        lastHeard = max(lastHeard, now)
    }

    /// Takes so much off the silence, because nobody listened for so long.
    public mutating func forgive(_ pause: Duration, at now: ContinuousClock.Instant) {
        lastHeard = min(max(lastHeard, now), lastHeard + pause)
        isTainted = true
    }

    /// How long nothing has been heard.
    public func silence(at now: ContinuousClock.Instant) -> Duration {
        max(.zero, lastHeard.duration(to: now))
    }

    /// The suspicion level; 0 while a heartbeat is not even late, and finite however long the silence.
    public func phi(at now: ContinuousClock.Instant) -> Double {
        let deviation = max(arrivals.standardDeviation, settings.minimumDeviation.seconds)
        let expected = arrivals.mean + settings.acceptablePause.seconds
        return NormalTail.negativeLog10((silence(at: now).seconds - expected) / deviation)
    }

    /// What one thinks of a replica.
    public enum Verdict: Hashable, Sendable {
        /// It is heard.
        case alive
        /// Perhaps it is gone: it is given nothing new.
        case suspect
        /// It is gone or hangs: it is to be replaced.
        case dead
    }

    /// The verdict on this replica alone.
    ///
    /// - Parameter isServing: whether it last said that it serves. Then `hangAfter` of silence is a hang, whatever its rhythm was;
    ///   one that loads or drains is given `deadAfter`. One that was never heard is given the time to start.
    public func verdict(isServing: Bool, at now: ContinuousClock.Instant) -> Verdict {
        let silence = silence(at: now)
        guard heartbeats > 0 else { return silence >= settings.firstWithin ? .dead : .alive }
        let phi = phi(at: now)
        let limit = isServing ? settings.hangAfter : settings.deadAfter
        if phi >= settings.deadPhi || silence >= limit { return .dead }
        return phi >= settings.suspectPhi ? .suspect : .alive
    }
}
