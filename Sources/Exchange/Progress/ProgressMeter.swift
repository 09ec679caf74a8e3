import Foundation
import Synchronization

/// Shows the progress of a long run: one line every two seconds, on standard error.
///
/// On a terminal the line is rewritten in place; elsewhere each is a line of its own, so that logs stay readable. Nothing is
/// shown for work that ends within the first interval. Thread-safe.
package final class ProgressMeter: Sendable {
    /// Time between two lines.
    package static let interval = Duration.seconds(2)

    private let label: String
    private let total: Int
    private let isTerminal: Bool
    private let isEnabled: Bool
    private let done = Atomic<Int>(0)
    private let hasPrinted = Atomic<Bool>(false)

    /// A meter for `total` pieces of work; `isTerminal` is detected from standard error unless given.
    package init(label: String, total: Int, isEnabled: Bool = true, isTerminal: Bool? = nil) {
        self.label = label
        self.total = total
        self.isEnabled = isEnabled
        self.isTerminal = isTerminal ?? (isatty(2) == 1)
    }

    /// Notes that `count` more pieces are done.
    package func advance(by count: Int = 1) {
        done.add(count, ordering: .relaxed)
    }

    /// Runs `work` and shows progress meanwhile; returns or throws what `work` does.
    package func run<Result: Sendable>(
        _ work: @Sendable @escaping () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await self.show()
                return nil
            }
            defer {
                group.cancelAll()
                if isTerminal, hasPrinted.load(ordering: .relaxed) { Self.write("\n") }
            }
            while let finished = try await group.next() {
                if let finished { return finished }
            }
            throw CancellationError()
        }
    }

    private func show() async {
        guard isEnabled else { return }
        let clock = ContinuousClock()
        let start = clock.now
        var recent = RecentRate()
        while !Task.isCancelled {
            guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
            let count = done.load(ordering: .relaxed)
            let elapsed = (clock.now - start) / .seconds(1)
            recent.note(count: count, at: elapsed)
            let line = ProgressLine(label: label, done: count, total: total, elapsed: elapsed, rate: recent.perSecond)
            Self.write(isTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n")
            hasPrinted.store(true, ordering: .relaxed)
        }
    }

    /// Prints a sentence on a line of its own.
    static func say(_ sentence: String) {
        write(isatty(2) == 1 ? "\r\u{1B}[K\(sentence)\n" : "\(sentence)\n")
    }

    private static func write(_ text: String) {
        // Progress that cannot be shown, such as on a closed standard error, does not stop the work.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
