import Foundation
import JSON
import Ledger
import Trading

/// The end of the last clean audit: movements and events up to these numbers, and the rows behind them, keep the rules.
///
/// It moves only after a clean audit, so a violation is reported until it is gone.
struct AuditCursor: Hashable, Sendable {
    var events: Int64
    var movements: Int64
    var at: Timestamp
    /// The epoch of the ledger then; 0 before its first restore.
    var epoch: Int64

    /// Reads a cursor file; nil where there is none.
    ///
    /// - Throws: `file` where the file is not a cursor.
    static func read(_ path: String) throws(AuditError) -> AuditCursor? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .file(path: path, reason: "cannot be read")
        }
        do {
            var json = JSONReader([UInt8](data))
            return try parse(&json)
        } catch {
            throw .file(path: path, reason: "is not an audit cursor: \(error)")
        }
    }

    /// Writes the cursor file atomically.
    func write(_ path: String) throws(AuditError) {
        var json = JSONWriter()
        json.beginObject()
        json.member("events", events)
        json.member("movements", movements)
        json.member("at", at)
        json.member("epoch", epoch)
        json.endObject()
        do {
            try Data(json.bytes + [UInt8(ascii: "\n")]).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .file(path: path, reason: "cannot be written: \(error.localizedDescription)")
        }
    }

    private static func parse(_ json: inout JSONReader) throws(JSONError) -> AuditCursor {
        var events: Int64?
        var movements: Int64?
        var at: Timestamp?
        // Cursors of releases that knew no restores lack it: then there was none.
        var epoch: Int64 = 0
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "events": events = try json.int64(in: 0...Int64.max)
            case "movements": movements = try json.int64(in: 0...Int64.max)
            case "at": at = try json.timestamp()
            case "epoch": epoch = try json.int64(in: 0...Int64.max)
            default: try json.skip()
            }
        }
        try json.finish()
        return AuditCursor(
            events: try json.required(events, "events"),
            movements: try json.required(movements, "movements"),
            at: try json.required(at, "at"),
            epoch: epoch
        )
    }
}
