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
            let seconds = max(state.begun.duration(to: now).seconds, 0.001)
            var line = "\(stage) \(done)"
            if let total { line += "/\(total)" }
            let rate = Double(done) / seconds
            line += " \(Int(rate))/s"
            if let total, rate > 0, total > done { line += ", \(Int(Double(total - done) / rate) + 1) s left" }
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

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
