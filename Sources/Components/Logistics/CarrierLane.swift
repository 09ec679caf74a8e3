// The lane to one carrier: how many calls may be made now. A carrier that was not reached several times in a row is let be for a
// while, or until it wants to be asked again, and then asked by one call alone; so an outage costs a call now and then, and its tasks
// stay due in the order in which they came.

import Trading

/// How many calls to a carrier may be made now.
struct CarrierLane: Sendable {
    /// Calls in a row that do not reach the carrier before it is let be.
    static let patience = 3
    /// The longest pause, in seconds.
    static let mostSeconds: Int64 = 15

    private var failures = 0
    private var closedUntil: Timestamp?

    /// Whether the carrier was reached last time.
    var isOpen: Bool { closedUntil == nil }

    /// Takes places out of so many that are free; a carrier that was away is probed with one call.
    ///
    /// - Parameter probeSeconds: how long a probe may take, before another one is made.
    mutating func take(_ free: Int, probeSeconds: Int64, at now: Timestamp) -> Int {
        guard let until = closedUntil else { return free }
        guard until <= now, free > 0 else { return 0 }
        closedUntil = now.adding(seconds: probeSeconds)
        return 1
    }

    /// A call ended: the carrier answered, or was not reached.
    ///
    /// - Parameter retryAfterSeconds: when it may be asked again, where that is known: by the carrier itself, or by a breaker
    ///   before it. Such a call says nothing new about the carrier.
    mutating func ended(reached: Bool, retryAfterSeconds: Int64 = 0, at now: Timestamp) {
        guard !reached else {
            self = CarrierLane()
            return
        }
        if retryAfterSeconds > 0 {
            closedUntil = now.adding(seconds: min(retryAfterSeconds, Self.mostSeconds))
            return
        }
        failures += 1
        guard failures >= Self.patience else { return }
        let pause = min(Self.mostSeconds, 1 << Int64(min(failures - Self.patience, 4)))
        closedUntil = now.adding(seconds: pause)
    }
}
