import Foundation
import Supervision

/// A file that reserves disk space for an emergency: freed when the disk is full, so that work in progress can finish, and made
/// again when there is room.
struct DiskReserve: Sendable {
    private let path: String
    /// Its size: a hundredth of the disk, and at most ``most``.
    let bytes: Int64

    /// Its maximum size in bytes.
    static let most: Int64 = 256 << 20

    /// The reserve of a data directory on a disk of this size in bytes.
    init(data: String, disk: Int64) {
        path = data + "/reserve"
        bytes = min(disk / 100, Self.most)
    }

    /// Whether the file exists.
    var isHeld: Bool { access(path, F_OK) == 0 }

    /// Allocates the file, without writing its content where the file system allows that; blocks its thread.
    ///
    /// - Throws: ``SystemError``, with `ENOSPC` where it does not fit; no file is left then.
    func hold() throws(SystemError) {
        let path = path
        let file = Descriptor(
            try system("make \(path)") { open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600) }
        )
        let code = posix_fallocate(file.number, 0, Int(bytes))
        guard code == 0 else {
            unlink(path)
            throw SystemError("take \(bytes) bytes for \(path)", code: code)
        }
    }

    /// Deletes the file.
    func free() throws(SystemError) {
        let path = path
        try system("free \(path)") { unlink(path) }
    }
}
