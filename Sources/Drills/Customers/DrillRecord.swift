import Load

/// The operations of a load, from first to last.
struct DrillRecord: Sendable {
    /// Every operation, in the order in which they ended.
    var operations: [DrillOperation] = []
    /// Connections that were refused or not answered in time.
    var refusedConnections = 0
    /// Acknowledged orders, by key; two for one key would be a doubled purchase.
    var orders: [String: Set<String>] = [:]
    /// Purchases with an unknown effect.
    var unsettled: [DrillRequest] = []
}

/// A request in flight, with all that is needed to repeat it.
struct DrillRequest: Sendable {
    var bytes: [UInt8]
    var kind: RequestKind
    /// The idempotency key of a purchase.
    var key: String
    var due: Int64
    /// The failed attempts.
    var failures: [DrillFailure] = []
    var attempts = 0
    /// When the last attempt began.
    var sentAt: Int64 = 0
    /// Whether an attempt may have had an effect without an answer.
    var isUncertain = false
    /// When it may be sent again.
    var notBefore: Int64 = 0
}
