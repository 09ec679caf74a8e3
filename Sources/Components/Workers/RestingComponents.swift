import Synchronization

/// The components of this process whose workers are not started again once they have failed.
final class RestingComponents: Sendable {
    private let names = Mutex(Set<String>())

    /// These and no others.
    func set(_ names: [String]) {
        self.names.withLock { $0 = Set(names) }
    }

    /// Whether a component is among them.
    func contains(_ name: String) -> Bool {
        names.withLock { $0.contains(name) }
    }
}
