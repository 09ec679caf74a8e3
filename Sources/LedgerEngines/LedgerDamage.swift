// A ledger that was found damaged is marked by a file beside it. The mark outlives the processes that found the damage, all processes of the
// shop look at it before each commit, and a copy of all of the ledger's files takes it along. Nothing removes it but a restored
// ledger, or an operator after a check.

import Foundation
import Ledger
import Trading

/// The mark of a damaged ledger: while it is there, no process of the shop changes anything.
public struct LedgerDamage: Sendable {
    /// The file that is the mark.
    public let path: String

    /// A content longer than any mark.
    private static let bytesMax = 65_536

    /// The mark of a database file, whether it is there or not.
    public init(of database: String) {
        path = database + "-damage.json"
    }

    /// Whether the ledger is marked; also true where that cannot be found out.
    ///
    /// Cost: one system call.
    public var isMarked: Bool { access(path, F_OK) == 0 || errno != ENOENT }

    /// The first finding; nil where the ledger is not marked.
    public func read() -> DamageFinding? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            return errno == ENOENT
                ? nil : DamageFinding(at: nil, by: .unknown, "the mark cannot be opened: \(Self.reason())")
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
        let count = Foundation.read(file, &bytes, bytes.count)
        guard count >= 0 else {
            return DamageFinding(at: nil, by: .unknown, "the mark cannot be read: \(Self.reason())")
        }
        return DamageFinding(bytes: Array(bytes[..<count]))
    }

    /// Marks the ledger, durably and at once or not at all; a ledger that is marked keeps its first finding.
    ///
    /// Blocks its thread while the disk syncs.
    ///
    /// - Returns: whether this finding is the first.
    /// - Throws: a failure where the mark cannot be written; it may be tried again.
    @discardableResult
    public func record(_ finding: DamageFinding) throws(LedgerFailure) -> Bool {
        let draft = "\(path).\(getpid())-\(UInt64.random(in: .min ... .max))"
        defer { unlink(draft) }
        try Self.write(finding.bytes, to: draft)
        // Unlike a rename, a link never replaces what is there.
        let isFirst = link(draft, path) == 0
        if !isFirst, errno != EEXIST { throw Self.failure("written") }
        try syncDirectory()
        return isFirst
    }

    /// Removes the mark; the shop accepts writes again.
    ///
    /// To be called only where the ledger was replaced or checked.
    ///
    /// - Throws: a failure after which the mark may still be there.
    public func clear() throws(LedgerFailure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw Self.failure("removed") }
        try syncDirectory()
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(LedgerFailure) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("written") }
        defer { close(file) }
        guard Foundation.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw failure("written")
        }
    }

    private func syncDirectory() throws(LedgerFailure) {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Self.failure("synced") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw Self.failure("synced") }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }

    private static func failure(_ done: String) -> LedgerFailure {
        let code: LedgerFailure.Code = errno == ENOSPC || errno == EDQUOT ? .diskFull : .io
        return LedgerFailure(
            code,
            phase: .save,
            retry: .safe,
            detail: "the mark of a damaged ledger cannot be \(done): \(reason())"
        )
    }
}
