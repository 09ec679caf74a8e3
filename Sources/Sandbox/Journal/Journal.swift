import Foundation
import Synchronization

/// Writes a sandbox's journal on a thread of its own, with one sync of the disk for all lines that arrived meanwhile.
///
/// Thread-safe.
///
/// The thread does not wait for more lines: while one group is written, the next one gathers.
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

    /// Opens the file, and passes every line in it to `replay`.
    init(_ path: String, replay: (ArraySlice<UInt8>) throws(JournalFailure) -> Void) throws(JournalFailure) {
        let file = Mutex<JournalFile?>(try JournalFile.open(path, replay: replay))
        let thread = Thread { [self] in
            // The file is passed once, to the only thread that writes it.
            if let file = file.withLock({ $0.take() }) { run(file) }
            finished.signal()
        }
        thread.name = "journal"
        thread.start()
    }

    /// Appends a line; it is durable once ``settled()`` has returned.
    ///
    /// Does not block.
    func append(_ text: [UInt8]) {
        state.withLock { $0.lines += JournalFile.line(text) }
    }

    /// Waits until all lines appended before are durable.
    ///
    /// - Throws: the failure after which nothing more is written; the lines may be lost.
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

    /// Writes the remaining lines, and ends the thread.
    ///
    /// Blocks until it has ended.
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

    /// Resumes all waiting tasks, since the thread ends.
    private func endAll() {
        let waiting = state.withLock { state in
            defer { (state.waiting, state.isClosed) = ([], true) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: false) }
    }
}
