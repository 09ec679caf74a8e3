import Foundation
import Supervision

/// A file that keeps space for an emergency: freed when the disk is full, so that what is begun can be finished, and made again when
/// there is room.
struct DiskReserve: Sendable {
    private let path: String
    /// Its size: a hundredth of the disk, and at most ``most``.
    let bytes: Int64

    /// The most that it takes, in bytes.
    static let most: Int64 = 256 << 20

    /// The reserve of a data directory on a disk of so many bytes.
    init(data: String, disk: Int64) {
        path = data + "/reserve"
        bytes = min(disk / 100, Self.most)
    }

    /// Whether it is there.
    var isHeld: Bool { access(path, F_OK) == 0 }

    /// Takes the space, and writes nothing into it where the file system can do that; where it does not fit, no file is left.
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

    /// Gives the space back.
    func free() throws(SystemError) {
        let path = path
        try system("free \(path)") { unlink(path) }
    }
}
