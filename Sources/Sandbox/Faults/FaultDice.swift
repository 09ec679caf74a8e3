import SplitMix
import Synchronization

/// Decides which faults occur, by rules that can be changed while the sandbox runs.
///
/// Each kind has a random generator of its own, so a change of one rule does not change when other faults occur.
final class FaultDice: Sendable {
    private struct State {
        var rules: [FaultKind: FaultRule]
        var random: [FaultKind: SplitMix64]
    }

    /// An occurring fault.
    struct Strike {
        /// Its duration, where its kind has one.
        let duration: Duration
        /// A random choice, for kinds with two variants.
        let coin: Bool
    }

    /// The kinds that this sandbox supports.
    let known: Set<FaultKind>
    private let state: Mutex<State>
    private let hasRules: Atomic<Bool>

    init(known: Set<FaultKind>, rules: [FaultKind: FaultRule], seed: UInt64) {
        self.known = known
        let random = FaultKind.allCases.map { ($0, SplitMix64(seed: seed, purpose: $0.rawValue)) }
        state = Mutex(State(rules: rules, random: Dictionary(uniqueKeysWithValues: random)))
        hasRules = Atomic(!rules.isEmpty)
    }

    /// The rules in force.
    var rules: [FaultKind: FaultRule] {
        get { state.withLock { $0.rules } }
        set {
            state.withLock { $0.rules = newValue }
            hasRules.store(!newValue.isEmpty, ordering: .releasing)
        }
    }

    /// Whether a fault occurs this time; nil if not.
    func roll(_ kind: FaultKind) -> Strike? {
        guard hasRules.load(ordering: .acquiring) else { return nil }
        return state.withLock { state in
            guard let rule = state.rules[kind], var random = state.random[kind] else { return nil }
            defer { state.random[kind] = random }
            guard random.unit() < rule.probability else { return nil }
            return Strike(duration: rule.duration(&random), coin: random.unit() < 0.5)
        }
    }
}
