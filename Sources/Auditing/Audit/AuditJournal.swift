import Foundation
import Ledger

/// A client's own list of acknowledged orders.
///
/// It is read up to its length before the snapshot was taken: orders acknowledged by then must be in the snapshot.
final class AuditJournal: Sendable {
    private let path: String
    private let size: UInt64

    /// Records the current length of the file.
    ///
    /// - Throws: `file`.
    init(_ path: String) throws(AuditError) {
        self.path = path
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            size = try file.seekToEnd()
            try file.close()
        } catch {
            throw .file(path: path, reason: "cannot be read: \(error.localizedDescription)")
        }
    }

    /// Calls `body` with every complete line and its number from 1; an incomplete last line is left out.
    func eachLine(_ body: (Int, Substring) throws(LedgerFailure) -> Void) throws(LedgerFailure) {
        guard let file = FileHandle(forReadingAtPath: path) else { throw failure("cannot be opened") }
        var rest: [UInt8] = []
        var left = size
        var number = 0
        while left > 0 {
            let chunk = try read(file, min(left, 1 << 20))
            guard !chunk.isEmpty else { break }
            left -= UInt64(chunk.count)
            rest += chunk
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            for line in String(decoding: rest[..<end], as: UTF8.self).split(
                separator: "\n",
                omittingEmptySubsequences: false
            ) {
                number += 1
                if !line.isEmpty { try body(number, line) }
            }
            rest.removeSubrange(...end)
        }
    }

    private func read(_ file: FileHandle, _ count: UInt64) throws(LedgerFailure) -> Data {
        do {
            return try file.read(upToCount: Int(count)) ?? Data()
        } catch {
            throw failure(error.localizedDescription)
        }
    }

    private func failure(_ reason: String) -> LedgerFailure {
        LedgerFailure(.io, phase: .load, retry: .safe, detail: "\(path): \(reason)")
    }
}
