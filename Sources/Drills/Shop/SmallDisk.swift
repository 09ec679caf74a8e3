import Foundation
import Glibc

/// A disk in memory that is small enough to fill; needs root.
struct SmallDisk {
    let path: String
    private var ballast: String { path + "/ballast" }

    init(_ options: DrillOptions, mebibytes: Int) throws {
        path = options.scratch + "/tradewind-disk-\(getpid())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(mebibytes)m") == 0 else {
            throw DrillError("cannot mount a small disk: \(String(cString: strerror(errno)))")
        }
    }

    func remove() {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }

    /// Fills the remaining space.
    func fill() throws {
        let file = open(ballast, O_WRONLY | O_CREAT, 0o600)
        guard file >= 0 else { throw DrillError("cannot fill the disk") }
        defer { close(file) }
        let page = [UInt8](repeating: 7, count: 65_536)
        var count = page.count
        while count >= 1 {
            if write(file, page, count) <= 0 { count /= 2 }
        }
    }

    /// Frees the space again.
    func free() throws { try FileManager.default.removeItem(atPath: ballast) }
}
