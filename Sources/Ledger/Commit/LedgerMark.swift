// A shop is kept in one place. A ledger that the shop has left, and one where it has not arrived completely, say so by their newest turn: its
// writer is no process but a mark. So the mark takes effect with the turn that sets it, every process sees it when it takes the turn, of
// whichever engine and on whichever machine, and looking at it costs nothing.

import Bytes
import JSON
import Trading

extension LedgerTurn {
    /// What the newest turn of a ledger says about the place where the shop is kept.
    package enum Mark: UInt64, Sendable {
        /// A copy of a shop that is not complete.
        case arriving = 0x7472_6164_6577_0A01
        /// The shop has left for another place.
        case left = 0x7472_6164_6577_0A02

        /// The writer of its turns, for a shop.
        package func writer(of shop: UInt64) -> Bits128 { Bits128(high: rawValue, low: shop) }
    }

    /// The mark that this turn is; nil for a turn in which something was decided.
    package var mark: Mark? { Mark(rawValue: writer.high) }
}

extension SettingRow {
    /// Where the shop went, in a ledger that it has left.
    package static let departure = "departure"

    /// Names a shop among others, by its secret, which goes with it wherever it is kept.
    package var shop: UInt64 { FNV1a(value).value }
}

/// Where a shop went, and when.
package struct Departure: Hashable, Sendable, CustomStringConvertible {
    /// The place, in words, without any secret.
    package let to: String
    /// When the shop left.
    package let at: Timestamp
    /// When the copy began in which it arrived there.
    package let begun: Timestamp

    /// A departure.
    package init(to: String, at: Timestamp, begun: Timestamp) {
        self.to = to
        self.at = at
        self.begun = begun
    }

    /// The words for whoever comes here.
    package var description: String { "the shop was moved to \(to) at \(at)" }

    /// Its row, in the ledger that was left.
    package var row: SettingRow {
        var json = JSONWriter(capacity: 128)
        json.object { json in
            json.member("to", to)
            json.member("at", at)
            json.member("begun", begun)
        }
        return SettingRow(SettingRow.departure, value: json.bytes)
    }

    /// Reads the row; nil where its value is none.
    package init?(_ row: SettingRow) {
        do throws(JSONError) {
            var json = JSONReader(row.value, limits: JSONLimits(maxDepth: 2, maxStringBytes: 4096, maxMembers: 16))
            var (to, at, begun) = (String?.none, Timestamp?.none, Timestamp?.none)
            try json.object { (json, name) throws(JSONError) in
                switch name {
                case "to": to = try json.string()
                case "at": at = Timestamp(try json.string())
                case "begun": begun = Timestamp(try json.string())
                default: try json.skip()
                }
            }
            try json.finish()
            guard let to, let at, let begun else { return nil }
            self.init(to: to, at: at, begun: begun)
        } catch {
            return nil
        }
    }

    /// The departure from a ledger, as of now in a writer's turn; nil where there is none.
    package static func read(_ writer: any LedgerWriter) throws(LedgerFailure) -> Departure? {
        let named = Condition("name", .equal, .text(SettingRow.departure))
        return try writer.rows(RowQuery<SettingRow>([named], limit: 1)).first.flatMap(Departure.init)
    }
}
