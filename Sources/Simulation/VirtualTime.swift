import Trading

/// A clock that jumps from one planned action to the next, and the queue of actions: ordered by time, and at equal times by the
/// order of planning.
final class VirtualTime {
    private struct Occurrence {
        let at: Timestamp
        let number: Int
        let action: () -> Void

        func precedes(_ other: Occurrence) -> Bool {
            at == other.at ? number < other.number : at < other.at
        }
    }

    /// The start of every run.
    static let start = Timestamp(milliseconds: 1_795_411_261_123)

    /// The current time.
    private(set) var now = VirtualTime.start
    /// A binary heap, the next action first.
    private var heap: [Occurrence] = []
    private var count = 0

    /// Seconds since the run began.
    var seconds: Double { Double(now.milliseconds - Self.start.milliseconds) / 1000 }

    /// Plans an action after a delay.
    func after(_ milliseconds: Int64, _ action: @escaping () -> Void) {
        count += 1
        let at = now.adding(milliseconds: max(milliseconds, 0))
        heap.append(Occurrence(at: at, number: count, action: action))
        var index = heap.count - 1
        while index > 0, heap[index].precedes(heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Runs the next action; false where none is left before `end`.
    func advance(before end: Timestamp) -> Bool {
        guard let next = heap.first, next.at < end else { return false }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        now = next.at
        next.action()
        return true
    }

    /// Removes all planned actions.
    func stop() {
        heap = []
    }

    private func sink() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
