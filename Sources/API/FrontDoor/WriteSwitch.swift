import Synchronization

/// Whether a server accepts writes: while its disk is nearly full it accepts only those that finish what has begun.
///
/// Thread-safe, without locks.
public final class WriteSwitch: Sendable {
    private let readOnly = Atomic<Bool>(false)

    /// A switch that accepts writes.
    public init() {}

    /// Whether writes are refused.
    public var isReadOnly: Bool { readOnly.load(ordering: .relaxed) }

    /// Refuses writes from now on, or accepts them again.
    public func setReadOnly(_ isOn: Bool) {
        readOnly.store(isOn, ordering: .relaxed)
    }
}
