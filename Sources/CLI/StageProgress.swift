import Foundation
import Ledger
import Synchronization

/// Tells on standard error how far a long command is: a line every two seconds, rewritten in place on a terminal.
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
    /// A rate over less than that says nothing.
    private static let rateLeast = Duration.milliseconds(250)

    /// Tells how far a stage is, if it is time to; callable from any thread.
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

    /// How fast it goes and how long it will take; nothing before that can be said.
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
