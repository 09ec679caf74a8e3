import Supervision
import Synchronization

/// The restraint of this replica: what a supervisor said last, for as long as it holds.
final class RestraintHolder: Sendable {
    private struct State {
        var restraint = Restraint()
        var until: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let onChange: @Sendable (Restraint) -> Void

    /// - Parameter onChange: told of every other restraint, one after another.
    init(onChange: @escaping @Sendable (Restraint) -> Void) {
        self.onChange = onChange
    }

    /// Takes what a supervisor says.
    func take(_ restraint: Restraint, at now: ContinuousClock.Instant) {
        set(restraint, until: restraint.isEmpty ? nil : now + Restraint.holdsFor)
    }

    /// Lets go of a restraint that was not said again in time.
    func look(at now: ContinuousClock.Instant) {
        guard let until = state.withLock(\.until), now >= until else { return }
        set(Restraint(), until: nil)
    }

    private func set(_ restraint: Restraint, until: ContinuousClock.Instant?) {
        state.withLock { state in
            let before = state.restraint
            state = State(restraint: restraint, until: until)
            // Under the lock, so that what is told last is what holds.
            if restraint != before { onChange(restraint) }
        }
    }
}
