import Foundation
import Synchronization

/// Writes a sandbox's journal on a thread of its own, one sync of the disk for all that came meanwhile.
///
/// The thread never waits for more: while one group is written, the next one gathers.
final class Journal: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var waiting: [CheckedContinuation<Bool, Never>] = []
        /// Whether a group is being written.
        var isWriting = false
        var isClosed = false
        var failure: JournalFailure?
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    /// Opens the file, and gives every line in it to `replay`.
    init(_ path: String, replay: (ArraySlice<UInt8>) throws(JournalFailure) -> Void) throws(JournalFailure) {
        let file = Mutex<JournalFile?>(try JournalFile.open(path, replay: replay))
        let thread = Thread { [self] in
            // The file is handed over once, to the only thread that writes it.
            if let file = file.withLock({ $0.take() }) { run(file) }
            finished.signal()
        }
        thread.name = "journal"
        thread.start()
    }

    /// Puts a line at the end; it is durable once ``settled()`` has returned.
    func append(_ text: [UInt8]) {
        state.withLock { $0.lines += JournalFile.line(text) }
    }

    /// Waits until everything that was appended before is durable.
    ///
    /// - Throws: the failure after which nothing more is written; what was appended may be lost.
    func settled() async throws(JournalFailure) {
        let isDurable = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let isSettled = state.withLock { state -> Bool? in
                if state.failure != nil { return false }
                if state.lines.isEmpty, !state.isWriting { return true }
                if state.isClosed { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let isSettled { continuation.resume(returning: isSettled) } else { wake.signal() }
        }
        guard !isDurable else { return }
        throw state.withLock { $0.failure } ?? JournalFailure(description: "the journal is closed")
    }

    /// Writes what is left, and ends the thread.
    func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
        finished.wait()
    }

    private func run(_ file: consuming JournalFile) {
        while true {
            wake.wait()
            let (lines, waiting, isClosed) = state.withLock { state in
                defer { (state.lines, state.waiting, state.isWriting) = ([], [], true) }
                return (state.lines, state.waiting, state.isClosed)
            }
            var isDurable = true
            do throws(JournalFailure) {
                if !lines.isEmpty { try file.append(lines) }
            } catch {
                state.withLock { $0.failure = error }
                isDurable = false
            }
            let isBroken = state.withLock { state in
                state.isWriting = false
                return state.failure != nil
            }
            for continuation in waiting { continuation.resume(returning: isDurable && !isBroken) }
            if isClosed || isBroken { return endAll() }
        }
    }

    /// Nobody waits for a thread that has ended.
    private func endAll() {
        let waiting = state.withLock { state in
            defer { (state.waiting, state.isClosed) = ([], true) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: false) }
    }
}
