import Synchronization

/// Reports an outage once, however many requests it affects.
final class OutageNotice: Sendable {
    private let isOut = Atomic<Bool>(false)
    private let tell: @Sendable (String) -> Void

    /// - Parameter tell: receives the sentence about the outage.
    init(tell: @escaping @Sendable (String) -> Void) {
        self.tell = tell
    }

    /// A request had no answer; reports the first one since an answer.
    func begins(_ sentence: String) {
        if !isOut.exchange(true, ordering: .relaxed) { tell(sentence) }
    }

    /// A request had an answer.
    func ends() {
        if isOut.load(ordering: .relaxed) { isOut.store(false, ordering: .relaxed) }
    }
}
