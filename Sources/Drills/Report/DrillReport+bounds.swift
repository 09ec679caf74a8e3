extension DrillReport {
    /// Checks that the supervisor decided in time.
    mutating func checkDetection(within limit: Double) {
        let measured = detectSeconds ?? .infinity
        checkTime("detected within \(Self.one(limit)) s", "\(Self.seconds(measured)) s", measured <= limit)
    }

    /// Checks that as many replicas as before served in time.
    mutating func checkRecovery(within limit: Double) {
        let measured = recoverSeconds ?? .infinity
        checkTime("replaced within \(Self.one(limit)) s", "\(Self.seconds(measured)) s", measured <= limit)
    }

    /// Checks that the 99th percentile is at most this many times the calm one.
    mutating func checkTail(times factor: Double) {
        let (before, during) = (before?.p99 ?? 0, during?.p99 ?? 0)
        let measured = "\(Self.one(during)) ms after \(Self.one(before)) ms"
        checkTime("p99 at most \(Self.one(factor)) times the calm one", measured, during <= factor * before)
    }
}
