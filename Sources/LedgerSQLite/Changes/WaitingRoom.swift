import Foundation

/// How much of a shop's disk its backups may take while they have not reached their place.
///
/// There is a bound in bytes, and there is the disk: a shop whose disk is almost full takes no more orders, and backups must never be the
/// reason. They leave 2 GiB of the disk free, or a tenth of it where that is less. A supervisor closes a shop at half of that.
public struct WaitingRoom: Hashable, Sendable {
    /// The most that may wait, in bytes, however much is free.
    public var most: Int64

    /// What may wait however little is free, in bytes: a shop with a full disk is archived, too, while its place takes what there is.
    package static let least: Int64 = 64 << 20
    private static let free: Int64 = 2 << 30

    /// A disk's size, and what is free of it, in bytes.
    package struct Disk: Hashable, Sendable {
        package let size: Int64
        package let free: Int64

        package init(size: Int64, free: Int64) { (self.size, self.free) = (size, free) }

        /// The disk of a file; nil where that is not known.
        package init?(of path: String) {
            var status = statvfs()
            guard statvfs(path, &status) == 0, status.f_blocks > 0 else { return nil }
            let unit = Int64(status.f_frsize)
            self.init(size: Int64(status.f_blocks) * unit, free: Int64(status.f_bavail) * unit)
        }

        /// What backups leave free.
        var reserve: Int64 { min(WaitingRoom.free, size / 10) }
        /// What is free before those who need room have to give some back.
        var shortage: Int64 { reserve / 4 * 3 }
    }

    /// A room of at most this many bytes.
    public init(most: Int64) { self.most = most }

    /// The most that may wait, in bytes, where `used` wait now.
    package func allowed(used: Int64, on disk: Disk?) -> Int64 {
        guard let disk else { return most }
        return min(most, max(Self.least, used + disk.free - disk.reserve))
    }

    /// Whether the disk has so little left that what waits has to go.
    package func mustGive(used: Int64, on disk: Disk?) -> Bool {
        guard let disk else { return false }
        return used > Self.least && disk.free < disk.shortage
    }

    /// Whether a file of this size may be made beside what waits.
    package func takes(_ bytes: Int64, on disk: Disk?) -> Bool {
        guard let disk else { return true }
        return bytes <= Self.least || disk.free - bytes >= disk.shortage
    }
}
