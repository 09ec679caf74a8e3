import Load

/// What a load did, from its first to its last operation.
struct DrillRecord: Sendable {
    /// Every operation, in the order in which they ended.
    var operations: [DrillOperation] = []
    /// Connections that were refused or not answered in time.
    var refusedConnections = 0
    /// Acknowledged orders, by key; two for one key would be a doubled purchase.
    var orders: [String: Set<String>] = [:]
    /// Purchases whose effect is unknown.
    var unsettled: [DrillRequest] = []
}

/// A request that is on its way, with what is needed to send it again.
struct DrillRequest: Sendable {
    var bytes: [UInt8]
    var kind: RequestKind
    /// The idempotency key of a purchase.
    var key: String
    var due: Int64
    /// What each attempt that did not do came to.
    var failures: [DrillFailure] = []
    var attempts = 0
    /// When the last attempt began.
    var sentAt: Int64 = 0
    /// Whether an attempt may have had an effect that nobody was told of.
    var isUncertain = false
    /// When it may be sent again.
    var notBefore: Int64 = 0
}
