import BackupStorage
import Bytes
import Crypto
import Foundation
import Ledger
import LedgerSQLite
import Trading

/// What belongs to a snapshot, and what a shop needs beside it to start on an empty machine.
package struct SnapshotManifest: Codable, Sendable {
    /// A turn.
    package struct Turn: Codable, Hashable, Sendable {
        let number: Int64
        let milliseconds: Int64
        /// 32 hexadecimal digits.
        let writer: String
    }

    /// A piece of the ledger's file.
    package struct Part: Codable, Hashable, Sendable {
        /// Its size as it is in the file, in bytes.
        let bytes: Int
        /// The SHA-256 digest of these bytes.
        let sha256: String

        /// The piece that holds these bytes.
        init(of content: [UInt8]) {
            bytes = content.count
            sha256 = Hex.text(SHA256.hash(data: content))
        }
    }

    /// What a table holds.
    package struct Table: Codable, Hashable, Sendable {
        let name: String
        let rows: Int64
        let digest: String
    }

    /// The form of this document.
    package var format = 1
    /// The last turn in the snapshot.
    package let turn: Turn
    /// The last event in it.
    package let event: Int64
    /// The migrations of its schema.
    package let migrations: Int64
    /// The pieces of its file, in order.
    package let parts: [Part]
    /// What each table holds.
    package let tables: [Table]
    /// The build that made it.
    package let version: String
    /// The settings that were not left at their defaults, as `tradewind config` shows them: never a secret.
    package let settings: [String: String]
    /// The names of the settings that are secrets and were set: they have to be given again.
    package let secrets: [String]

    /// The size of the ledger's file, in bytes.
    package var bytes: Int64 { parts.reduce(0) { $0 + Int64($1.bytes) } }

    /// Its bytes.
    var encoded: [UInt8] {
        do {
            return Array(try prettyJSON())
        } catch {
            preconditionFailure("a manifest has numbers, texts and lists only: \(error)")
        }
    }

    /// Reads a manifest.
    ///
    /// - Throws: `damaged`.
    init(_ bytes: [UInt8], named name: String) throws(StorageFailure) {
        do {
            self = try JSONDecoder().decode(SnapshotManifest.self, from: Data(bytes))
        } catch {
            throw .damaged(name, reason: "it is no manifest of a snapshot")
        }
        guard format == 1 else {
            throw .damaged(name, reason: "it has the form \(format), which this build does not know")
        }
    }

    init(position: LedgerPosition, parts: [Part], tables: [TableDigest], shop: ShopDescription) {
        turn = Turn(position.turn)
        event = position.event
        migrations = position.migrations
        self.parts = parts
        self.tables = tables.map { Table(name: $0.table, rows: $0.rows, digest: $0.text) }
        version = shop.version
        settings = shop.settings
        secrets = shop.secrets
    }
}

/// What an archive says of a shop besides its ledger.
package struct ShopDescription: Sendable {
    /// The build.
    let version: String
    /// Settings that were not left at their defaults; none of them a secret.
    let settings: [String: String]
    /// The names of secrets that were set.
    let secrets: [String]

    /// A description.
    package init(version: String, settings: [String: String], secrets: [String]) {
        self.version = version
        self.settings = settings
        self.secrets = secrets
    }
}

extension SnapshotManifest.Turn {
    init(_ turn: LedgerTurn) {
        number = turn.number
        milliseconds = turn.at.milliseconds
        writer = Hex.text(
            [turn.writer.high, turn.writer.low].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
        )
    }

    /// The turn; nil where the writer is not a name of one.
    var turn: LedgerTurn? {
        guard let bytes = Hex.bytes(writer), bytes.count == 16 else { return nil }
        func word(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        return LedgerTurn(
            number: number,
            at: Timestamp(milliseconds: milliseconds),
            writer: Bits128(high: word(0..<8), low: word(8..<16))
        )
    }
}
