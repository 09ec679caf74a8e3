// When a ledger was last checked stands in a file beside it, for all processes of the shop, and for the next start. Its lock lets one process
// check at a time; the kernel releases it when the process ends. A lease in the ledger would do that too, but not while the disk is full.

import Foundation
import JSON
import Ledger
import Trading

/// When a ledger was last found sound.
public struct CheckTimes: Hashable, Sendable {
    /// The end of the last check of any kind; nil where there was none.
    public var quick: Timestamp?
    /// The end of the last full check; nil where there was none.
    public var full: Timestamp?
    /// How long the last check took, in milliseconds.
    public var lastMs: Int64?

    /// No check.
    public init() {}

    /// Notes a check that found nothing.
    public mutating func note(_ check: StructureCheck, took: Duration, at now: Timestamp) {
        quick = now
        if check == .full { full = now }
        lastMs = took.wholeMilliseconds
    }
}

/// The file with the times of a ledger's checks.
public struct CheckRecord: Sendable {
    /// The file.
    public let path: String

    private static let bytesMax = 4096

    /// The record of a database file, whether it is there or not.
    public init(of database: String) {
        path = database + "-checked"
    }

    /// The right to check, until the last reference to it is gone.
    public final class Turn: Sendable {
        fileprivate let file: CInt

        fileprivate init(_ file: CInt) { self.file = file }

        deinit { close(file) }

        /// Records a check that found nothing.
        ///
        /// - Throws: a failure where it cannot be written; the ledger then counts as not checked.
        public func write(_ times: CheckTimes) throws(LedgerFailure) {
            var json = JSONWriter(capacity: 128)
            json.object { json in
                if let quick = times.quick { json.member("checkedAt", quick) }
                if let full = times.full { json.member("fullyCheckedAt", full) }
                if let lastMs = times.lastMs { json.member("tookMs", lastMs) }
            }
            let bytes = json.bytes + [UInt8(ascii: "\n")]
            guard ftruncate(file, 0) == 0, pwrite(file, bytes, bytes.count, 0) == bytes.count else {
                throw LedgerFailure(
                    errno == ENOSPC ? .diskFull : .io,
                    phase: .save,
                    retry: .safe,
                    detail: "the time of the check cannot be written: \(String(cString: strerror(errno)))"
                )
            }
        }
    }

    /// Takes the right to check; nil where another process checks, or the file cannot be created.
    public func takeTurn() -> Turn? {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            return nil
        }
        return Turn(file)
    }

    /// The times of the last checks; none where the record cannot be read.
    public func read() -> CheckTimes {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return CheckTimes() }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
        let count = Foundation.read(file, &bytes, bytes.count)
        do throws(JSONError) {
            return try Self.times(in: Array(bytes[..<max(0, count)]))
        } catch {
            return CheckTimes()
        }
    }

    private static func times(in bytes: [UInt8]) throws(JSONError) -> CheckTimes {
        var json = JSONReader(bytes, limits: JSONLimits(maxDepth: 2, maxStringBytes: 64, maxMembers: 16))
        var times = CheckTimes()
        try json.object { (json, name) throws(JSONError) in
            switch name {
            case "checkedAt": times.quick = Timestamp(try json.string())
            case "fullyCheckedAt": times.full = Timestamp(try json.string())
            case "tookMs": times.lastMs = Int64(try json.int(in: 0...Int(Int32.max)))
            default: try json.skip()
            }
        }
        try json.finish()
        return times
    }
}
