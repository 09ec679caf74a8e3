import Foundation
import Synchronization

/// Shows how far a long run has come: one line every two seconds, on standard error.
///
/// On a terminal the line is rewritten in place; anywhere else each is a line of its own, so that logs stay readable.
/// Nothing is shown for work that ends within the first interval. Any number of tasks may call ``advance(by:)``.
package final class ProgressMeter: Sendable {
    /// Time between two lines.
    package static let interval = Duration.seconds(2)

    private let label: String
    private let total: Int
    private let isTerminal: Bool
    private let isEnabled: Bool
    private let done = Atomic<Int>(0)
    private let hasPrinted = Atomic<Bool>(false)

    /// Prepares a meter for `total` pieces of work; `isTerminal` is found out from standard error unless given.
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

    /// Runs `work` and shows progress beside it; what `work` returns or throws is passed on.
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

    /// Puts a sentence beside the progress, on a line of its own.
    static func say(_ sentence: String) {
        write(isatty(2) == 1 ? "\r\u{1B}[K\(sentence)\n" : "\(sentence)\n")
    }

    private static func write(_ text: String) {
        // Progress that cannot be shown, as where standard error was closed, changes nothing of the work.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
