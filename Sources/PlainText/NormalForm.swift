// Two texts that look equal must be equal in every part of the shop: Swift compares strings by canonical equivalence, SQLite and
// the digests of keys by bytes. Text from outside is therefore brought into one form, NFC, where it is read, so that equal
// strings have equal bytes from there on.
//
// Source: Unicode Standard Annex 15. The form is the standard library's own, the one by which `==` compares: another library's
// tables may be of another version of Unicode, and then the two equalities would differ again. It has no public name yet.

@_spi(_Unicode) import Swift

extension StringProtocol {
    /// The text in Unicode's normal form C; ASCII is returned as it is.
    ///
    /// Cost: a scan for text in ASCII, else one pass by scalars. The form is at most three times as long as the text, in bytes.
    public var normalForm: String {
        let text = String(self)
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        var normal = String.UnicodeScalarView()
        for scalar in text._nfc { normal.append(scalar) }
        return String(normal)
    }
}
