// The lane to one carrier: how many calls may be made now. The lane closes for a pause after several calls in a row that did not
// reach the carrier, and at once if the carrier or a circuit breaker asks for one; then a single probe call is made. So an outage
// costs one call per pause, and the tasks stay due in their order.

import Trading

/// Bounds the calls to a carrier, and pauses them while it is unreachable.
struct CarrierLane: Sendable {
    /// Consecutive calls without reaching the carrier that close the lane.
    static let patience = 3
    /// The longest pause, in seconds.
    static let mostSeconds: Int64 = 15

    private var failures = 0
    private var closedUntil: Timestamp?

    /// Whether calls may be made without a probe.
    var isOpen: Bool { closedUntil == nil }

    /// Takes up to `free` places for calls; a carrier that was unreachable gets a single probe.
    ///
    /// - Parameter probeSeconds: how long a probe may take before the next one is made.
    mutating func take(_ free: Int, probeSeconds: Int64, at now: Timestamp) -> Int {
        guard let until = closedUntil else { return free }
        guard until <= now, free > 0 else { return 0 }
        closedUntil = now.adding(seconds: probeSeconds)
        return 1
    }

    /// Records the end of a call.
    ///
    /// - Parameter retryAfterSeconds: the pause that the carrier, or a circuit breaker in front of it, asked for; 0 without one.
    ///   A call that a breaker refused says nothing new about the carrier.
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
