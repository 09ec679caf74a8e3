import Crypto
import LedgerSQLite

/// A digest of all records of a history up to some turn: a record that is missing, changed or out of place changes every later one.
package struct ChangeChain: Hashable, Sendable {
    /// The 32 bytes of a SHA-256 digest.
    package private(set) var digest: [UInt8]

    /// The chain of a history without records.
    init(_ history: HistoryName) { digest = Array(SHA256.hash(data: Array("tradewind history \(history)".utf8))) }

    /// A chain that was written down; nil where it is no digest.
    init?(digest: [UInt8]) {
        guard digest.count == 32 else { return nil }
        self.digest = digest
    }

    /// Adds a record, with its head.
    mutating func add(_ record: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(data: digest)
        hash.update(bufferPointer: record)
        digest = Array(hash.finalize())
    }
}
