import Foundation
import Ledger
import Synchronization

/// Reports the progress of a long command on standard error: a line every two seconds, rewritten in place on a terminal.
final class StageProgress: Sendable {
    private struct State {
        var stage = ""
        var begun = ContinuousClock.now
        var told = ContinuousClock.now
        var hasLine = false
    }

    private let state = Mutex(State())
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private static let interval = Duration.seconds(2)
    /// A rate over a shorter time is meaningless.
    private static let rateLeast = Duration.milliseconds(250)

    /// Reports the progress of a stage, if the interval is over; callable from any thread.
    func tell(_ stage: String, done: Int, total: Int?) {
        state.withLock { state in
            let now = ContinuousClock.now
            if state.stage != stage {
                state.stage = stage
                state.begun = now
            }
            guard state.told.duration(to: now) >= Self.interval else { return }
            state.told = now
            var line = "\(stage) \(done)"
            if let total { line += "/\(total)" }
            line += Self.pace(done, total, after: state.begun.duration(to: now))
            write(isTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n")
            state.hasLine = isTerminal
        }
    }

    /// Ends the line on a terminal, before a report is printed.
    func end() {
        state.withLock { state in
            if state.hasLine { write("\r\u{1B}[K") }
            state.hasLine = false
        }
    }

    /// The rate and the remaining time; empty until they are known.
    private static func pace(_ done: Int, _ total: Int?, after time: Duration) -> String {
        guard time >= rateLeast else { return "" }
        let rate = Double(done) / time.seconds
        guard let total, rate > 0, total > done else { return " \(Int(rate))/s" }
        return " \(Int(rate))/s, \(Int(Double(total - done) / rate) + 1) s left"
    }

    private func write(_ text: String) {
        Terminal.steer(text)
    }
}
