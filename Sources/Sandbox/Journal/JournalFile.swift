// The file of a sandbox's book: one line for each action, in order, each with its checksum. A process that is killed while it
// writes leaves an incomplete line at the end, which was acknowledged to no client and which is dropped. A bad line before a good one is
// damage, and such a file is not opened.

import Foundation
import Glibc

/// An append-only file of lines.
struct JournalFile: ~Copyable {
    private let descriptor: Int32
    private let path: String

    private init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens or creates the file, and passes every complete line in it to `replay`, in order.
    ///
    /// - Throws: ``JournalFailure`` where it cannot be read, is damaged, or is in use by another process.
    static func open(
        _ path: String,
        replay: (ArraySlice<UInt8>) throws(JournalFailure) -> Void
    ) throws(JournalFailure) -> JournalFile {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(path, "open") }
        // From here on the file is closed when the value is destroyed.
        let file = JournalFile(descriptor, path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw JournalFailure(description: "\(path) is in use by another process")
        }
        guard let bytes = FileManager.default.contents(atPath: path) else { throw .system(path, "read") }
        let kept = try lines([UInt8](bytes), path, replay)
        guard kept == bytes.count || ftruncate(descriptor, off_t(kept)) == 0 else { throw .system(path, "truncate") }
        guard fsync(descriptor) == 0, syncFolder(of: path) else { throw .system(path, "sync") }
        return file
    }

    deinit {
        close(descriptor)
    }

    /// Appends lines and syncs the file; blocks its thread.
    func append(_ lines: [UInt8]) throws(JournalFailure) {
        var written = 0
        while written < lines.count {
            let count = lines.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(path, "write") }
            written += count
        }
        guard fdatasync(descriptor) == 0 else { throw .system(path, "sync") }
    }

    /// A line: eight hex digits of checksum, a space, the text, a line feed.
    static func line(_ text: [UInt8]) -> [UInt8] {
        let sum = Checksum.of(text[...])
        var line: [UInt8] = []
        line.reserveCapacity(text.count + 10)
        for shift in stride(from: 28, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: sum >> UInt32(shift) & 0xF)
            line.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
        line.append(UInt8(ascii: " "))
        line += text
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// Passes every valid line to `replay`; returns their total length in bytes.
    private static func lines(
        _ bytes: [UInt8],
        _ path: String,
        _ replay: (ArraySlice<UInt8>) throws(JournalFailure) -> Void
    ) throws(JournalFailure) -> Int {
        var start = 0
        var firstBad: Int?
        while start < bytes.count, let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if let text = text(of: bytes[start..<end]) {
                if let firstBad { throw JournalFailure(description: "\(path) is damaged at byte \(firstBad)") }
                try replay(text)
            } else {
                firstBad = firstBad ?? start
            }
            start = end + 1
        }
        return firstBad ?? start
    }

    /// The text of a line whose checksum is right; nil otherwise.
    private static func text(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard line.count > 9, let sum = UInt32(String(decoding: line.prefix(8), as: UTF8.self), radix: 16) else {
            return nil
        }
        let text = line.dropFirst(9)
        return Checksum.of(text) == sum ? text : nil
    }

    private static func syncFolder(of path: String) -> Bool {
        let folder = Glibc.open(
            URL(fileURLWithPath: path).deletingLastPathComponent().path,
            O_RDONLY | O_DIRECTORY | O_CLOEXEC
        )
        guard folder >= 0 else { return false }
        defer { close(folder) }
        return fsync(folder) == 0
    }
}

/// Why a journal cannot be used.
///
/// Trying again does not help before the cause is removed.
public struct JournalFailure: Error, Sendable, CustomStringConvertible {
    /// The reason, for people.
    public let description: String

    /// The failure of a system call.
    static func system(_ path: String, _ what: String) -> JournalFailure {
        JournalFailure(description: "cannot \(what) \(path): \(String(cString: strerror(errno)))")
    }
}

/// CRC-32 (ISO 3309), by a table of 256.
private enum Checksum {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }

    static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            bytes.reduce(UInt32.max) { sum, byte in sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xFF)] } ^ UInt32.max
        }
    }
}
