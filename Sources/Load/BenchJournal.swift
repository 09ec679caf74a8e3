import Glibc
import Synchronization

/// Writes one line for each acknowledged checkout: idempotency key, tab, order id.
///
/// Lines are appended in whole pieces, at the latest 100 ms after the answer, so that a drill may read the file meanwhile. The
/// file is truncated at the start of a run.
package final class BenchJournal: Sendable {
    private struct Buffer {
        var bytes: [UInt8] = []
        var failure: String?
    }

    private let path: String
    private let descriptor: Int32
    private let buffer = Mutex(Buffer())

    /// Opens the file.
    ///
    /// Throws `file`.
    package init(path: String) throws(BenchError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw .file(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    /// Adds a line; it is written by the next `flush`, or now if 32 kB wait.
    package func add(key: String, order: String) {
        buffer.withLock { buffer in
            buffer.bytes.append(contentsOf: "\(key)\t\(order)\n".utf8)
            if buffer.bytes.count >= 32_768 { write(&buffer) }
        }
    }

    /// Writes what waits.
    package func flush() {
        buffer.withLock { buffer in if !buffer.bytes.isEmpty { write(&buffer) } }
    }

    /// Writes what waits; throws `file` if any write has failed.
    package func finish() throws(BenchError) {
        flush()
        if let failure = buffer.withLock({ $0.failure }) { throw .file(path: path, reason: failure) }
    }

    private func write(_ buffer: inout Buffer) {
        var written = 0
        while written < buffer.bytes.count {
            let count = buffer.bytes.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                buffer.failure = buffer.failure ?? String(cString: strerror(errno))
                break
            }
            written += count
        }
        buffer.bytes.removeAll(keepingCapacity: true)
    }
}
