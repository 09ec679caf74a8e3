import Synchronization

/// The ids of orders for their returns: a return finds the id of its order here, or waits until that order has been shipped.
///
/// Steps are taken in the order of the source, so an awaited order is always being processed by another worker.
final class OrderBoard: Sendable {
    private enum Entry {
        case open
        case shipped(String)
        case refused
    }

    private struct State {
        var entries: [Entry]
        var waiting: [Int: [CheckedContinuation<String?, Never>]] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>

    init(orders: Int) {
        state = Mutex(State(entries: Array(repeating: .open, count: orders)))
    }

    /// Records that an order is shipped under `id`, or was refused (nil), and wakes its waiters.
    func settle(_ order: Int, id: String?) {
        let woken = state.withLock { state in
            state.entries[order] = id.map { .shipped($0) } ?? .refused
            return state.waiting.removeValue(forKey: order) ?? []
        }
        for continuation in woken { continuation.resume(returning: id) }
    }

    /// The order's id once it is shipped; nil when it was refused or the run has ended.
    func id(of order: Int) async -> String? {
        await withCheckedContinuation { continuation in
            let known: String?? = state.withLock { state in
                switch state.entries[order] {
                case .shipped(let id): return .some(id)
                case .refused: return .some(nil)
                case .open:
                    if state.isClosed { return .some(nil) }
                    state.waiting[order, default: []].append(continuation)
                    return .none
                }
            }
            if case .some(let id) = known { continuation.resume(returning: id) }
        }
    }

    /// Wakes all waiters: the run has failed and nothing more will be shipped.
    func close() {
        let woken = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            return state.waiting.values.flatMap(\.self)
        }
        for continuation in woken { continuation.resume(returning: nil) }
    }

    /// Ids of all orders that were shipped.
    func shipped() -> Set<String> {
        state.withLock { state in
            Set(
                state.entries.compactMap { entry in
                    if case .shipped(let id) = entry { id } else { nil }
                }
            )
        }
    }
}
