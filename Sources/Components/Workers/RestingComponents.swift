import Synchronization

/// The components of this process whose workers are not restarted after a failure.
///
/// Thread-safe.
final class RestingComponents: Sendable {
    private let names = Mutex(Set<String>())

    /// Replaces the set of components.
    func set(_ names: [String]) {
        self.names.withLock { $0 = Set(names) }
    }

    /// Whether a component is among them.
    func contains(_ name: String) -> Bool {
        names.withLock { $0.contains(name) }
    }
}
