import Crypto
import Ledger
import Trading

/// The code of a gift card: sixteen characters that cannot be mistaken for one another, in groups of four.
///
/// A card's id is a keyed digest of its code, so the code leads to the card without being stored.
public enum GiftCardCode {
    /// Crockford's base 32, which has no I, L, O or U.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    /// Number of characters in a code, without the dashes.
    private static let count = 16

    /// The code for a request, of 80 random bits; derived from the key where there is one.
    ///
    /// The same key gives the same code, so a repeated request gets the same answer.
    public static func make(for key: IdempotencyKey?, _ secrets: OrderSecret) -> String {
        let bytes: [UInt8]
        if let key {
            bytes = secrets.digest("gift card code", key.digest.bytes)
        } else {
            bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        }
        let letters = bytes.prefix(count).map { alphabet[Int($0 & 31)] }
        return stride(from: 0, to: count, by: 4).map {
            String(decoding: letters[$0..<$0 + 4], as: UTF8.self)
        }.joined(separator: "-")
    }

    /// The id of the card with a code, in any spelling; nil for a text that is not a code.
    public static func id(_ text: String, _ secrets: OrderSecret) -> ID<GiftCard>? {
        var letters: [UInt8] = []
        for byte in text.uppercased().utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
            switch byte {
            case UInt8(ascii: "O"): letters.append(UInt8(ascii: "0"))
            case UInt8(ascii: "I"), UInt8(ascii: "L"): letters.append(UInt8(ascii: "1"))
            default:
                guard alphabet.contains(byte) else { return nil }
                letters.append(byte)
            }
        }
        guard letters.count == count else { return nil }
        return Bits128(bytes: Array(secrets.digest("gift card", letters).prefix(16))).map { ID($0) }
    }
}

extension OrderSecret {
    /// A digest, keyed with the shop's secret, for one purpose.
    func digest(_ purpose: String, _ bytes: [UInt8]) -> [UInt8] {
        var code = keyed
        code.update(data: Array(purpose.utf8) + [0] + bytes)
        return Array(code.finalize())
    }
}
