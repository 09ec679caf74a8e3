import Foundation
import Ledger
import Trading

/// One file of a change journal, open for writing and locked for as long as its writer lives.
final class JournalFile {
    private let descriptor: CInt
    private(set) var size = 0

    static let suffix = ".changes"

    /// Makes a file; nil where that is not possible.
    init?(directory: String, writer: Bits128, sequence: Int) {
        // What cannot be made is reported by the next line.
        try? FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let name = "\(writer.hex)-\(String(format: "%08d", sequence))\(Self.suffix)"
        descriptor = open("\(directory)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        // Who asks whether the file is abandoned holds the lock for a moment only. There is something in the file only once it is locked.
        while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
    }

    deinit { close(descriptor) }

    /// Appends two runs of bytes, completely or not at all.
    ///
    /// - Returns: whether they are there; the file must not be written to any more where they are not.
    func append(_ head: [UInt8], _ body: [UInt8]) -> Bool {
        let whole = head.count + body.count
        let written = head.withUnsafeBytes { head in
            body.withUnsafeBytes { body in
                var parts = [
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: body.baseAddress), iov_len: body.count),
                ]
                return writev(descriptor, &parts, 2)
            }
        }
        if written == whole {
            size += whole
            return true
        }
        // A piece of a record is at the end of a file that has no more records; without this it would stay there, and be passed over.
        _ = ftruncate(descriptor, off_t(size))
        return false
    }

    /// The size of all files of a directory, in bytes.
    static func bytes(in directory: String) -> Int64 {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else { return 0 }
        return names.reduce(0) { sum, name in
            var status = stat()
            return stat("\(directory)/\(name)", &status) == 0 ? sum + Int64(status.st_size) : sum
        }
    }
}

extension Bits128 {
    /// 32 hexadecimal digits.
    var hex: String { String(format: "%016lx%016lx", high, low) }
}
