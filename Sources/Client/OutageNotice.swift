import Synchronization

/// Tells of an outage once, however many requests meet it at once.
final class OutageNotice: Sendable {
    private let isOut = Atomic<Bool>(false)
    private let tell: @Sendable (String) -> Void

    /// - Parameter tell: is given the sentence that an outage begins with.
    init(tell: @escaping @Sendable (String) -> Void) {
        self.tell = tell
    }

    /// A request had no answer; the first since one had is told.
    func begins(_ sentence: String) {
        if !isOut.exchange(true, ordering: .relaxed) { tell(sentence) }
    }

    /// A request had an answer.
    func ends() {
        if isOut.load(ordering: .relaxed) { isOut.store(false, ordering: .relaxed) }
    }
}
