import Bytes
import ForeignFiles

/// Names for the objects of a replay: idempotency keys and references, derived from the data alone.
///
/// The same file always yields the same names, which makes a second run harmless.
struct ReplayNames: Sendable {
    /// Eight hexadecimal digits that name the source.
    let digest: String

    func opening(_ sku: String, part: Int) -> String {
        "replay-\(digest)-opening-\(Self.safe(sku))" + (part > 1 ? "-\(part)" : "")
    }

    func customer(_ id: String) -> String {
        // No digest: two slices of one shop's year share their customers.
        "replay-customer-\(Self.safe(id))"
    }

    /// `attempt` counts from 1; a second one is needed only where the first order expired before it was paid.
    func order(_ invoice: String, part: Int, step: String, attempt: Int) -> String {
        "replay-\(digest)-\(Self.safe(invoice))\(Self.part(part))-\(step)" + (attempt > 1 ? "-\(attempt)" : "")
    }

    func giveBack(_ invoice: String, part: Int, from sale: String, salePart: Int) -> String {
        "replay-\(digest)-\(Self.safe(invoice))\(Self.part(part))-return-\(Self.safe(sale))\(Self.part(salePart))"
    }

    func row(_ invoice: String, line: Int, step: String) -> String {
        "replay-\(digest)-\(Self.safe(invoice))-\(step)-\(line)"
    }

    /// The reference of a credit, by which it is found on the server.
    func reference(_ invoice: String, line: Int) -> String {
        "\(digest):\(line):\(SourceText.clip(invoice, to: 60))"
    }

    /// The prefix of all references of this source's credits.
    var referencePrefix: String { "\(digest):" }

    /// An address in a reserved domain (RFC 2606).
    func email(_ customer: String) -> String {
        "\(Self.safe(customer, keeping: "-_.", escape: "_"))@customers.example"
    }

    private static func part(_ part: Int) -> String {
        part > 1 ? "~\(part)" : ""
    }

    /// Text as visible ASCII of at most 60 characters; longer text keeps its beginning and a hash of the whole.
    private static func safe(_ text: String, keeping kept: String = "_.", escape: String = "%") -> String {
        var result = ""
        for byte in text.utf8 {
            let isAlphanumeric = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            if isAlphanumeric || (0x61...0x7A).contains(byte) || kept.utf8.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += escape + String(byte, radix: 16, uppercase: true)
            }
        }
        guard result.utf8.count > 60 else { return result }
        return result.prefix(40) + "_" + String(FNV1a(text.utf8).value, radix: 16)
    }
}
