import Supervision
import Synchronization

/// The restraint of this replica: the last one that a supervisor sent, until it expires.
///
/// Thread-safe.
final class RestraintHolder: Sendable {
    private struct State {
        var restraint = Restraint()
        var until: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let onChange: @Sendable (Restraint) -> Void

    /// - Parameter onChange: called with each restraint that differs from the last one, one call at a time, under the lock.
    init(onChange: @escaping @Sendable (Restraint) -> Void) {
        self.onChange = onChange
    }

    /// Sets the restraint that a supervisor sent.
    func take(_ restraint: Restraint, at now: ContinuousClock.Instant) {
        set(restraint, until: restraint.isEmpty ? nil : now + Restraint.holdsFor)
    }

    /// Removes a restraint that was not repeated in time.
    func look(at now: ContinuousClock.Instant) {
        guard let until = state.withLock(\.until), now >= until else { return }
        set(Restraint(), until: nil)
    }

    private func set(_ restraint: Restraint, until: ContinuousClock.Instant?) {
        state.withLock { state in
            let before = state.restraint
            state = State(restraint: restraint, until: until)
            // Called under the lock, so that the last call matches the current restraint.
            if restraint != before { onChange(restraint) }
        }
    }
}
