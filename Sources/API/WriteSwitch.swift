import Synchronization

/// Whether a server takes writes: while its disk is nearly full it takes only those that finish what has begun.
public final class WriteSwitch: Sendable {
    private let readOnly = Atomic<Bool>(false)

    /// One that lets everything through.
    public init() {}

    /// Whether writes are refused.
    public var isReadOnly: Bool { readOnly.load(ordering: .relaxed) }

    /// Refuses writes from now on, or takes them again.
    public func setReadOnly(_ isOn: Bool) {
        readOnly.store(isOn, ordering: .relaxed)
    }
}
