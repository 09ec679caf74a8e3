import Foundation
import Testing

/// A file system in memory, of a certain size; mounted by root only, as the tests of this project run.
final class SmallDisk: Sendable {
    let path: String

    init(kibibytes: Int) throws {
        path = NSTemporaryDirectory() + "tradewind-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0, "\(String(cString: strerror(errno)))")
    }

    /// Lets nothing be written from now on.
    func makeReadOnly() throws {
        try #require(mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0)
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }
}
