import Crypto

/// The first bytes of a sealed piece.
struct SealedHeader {
    /// Its bytes.
    static let size = 37
    /// The bytes of the tag at the end of an encrypted piece.
    static let tagSize = 16
    private static let nonceSize = 12
    private static let magic = Array("twpiece".utf8)
    private static let version: UInt8 = 1

    /// The key that encrypted the piece, and the nonce; nil for a piece that is not encrypted.
    let key: (id: SealingKeyID, nonce: [UInt8])?
    /// The size of the plain bytes.
    let plainBytes: Int

    init(key: (id: SealingKeyID, nonce: [UInt8])?, plainBytes: Int) {
        self.key = key
        self.plainBytes = plainBytes
    }

    /// Reads the header of a piece, which is checked only afterwards: here it has to make sense.
    init(of sealed: [UInt8], _ name: String) throws(StorageFailure) {
        guard sealed.count >= Self.size, sealed.starts(with: Self.magic) else {
            throw .damaged(name, reason: "it is no sealed piece, or cut")
        }
        guard sealed[7] == Self.version else {
            throw .damaged(
                name,
                reason: "its format has the version \(sealed[7]), and this program knows \(Self.version)"
            )
        }
        switch sealed[8] {
        case 0: key = nil
        case 1: key = (SealingKeyID(bytes: Array(sealed[9..<17])), Array(sealed[17..<29]))
        default: throw .damaged(name, reason: "its header makes no sense")
        }
        let end = key == nil ? SHA256.byteCount : Self.tagSize
        let size = sealed[29..<37].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard size <= UInt64(Sealing.plainBytesMax) else {
            throw .damaged(name, reason: "its header claims \(size) bytes, more than any piece has")
        }
        guard sealed.count >= Self.size + end else { throw .damaged(name, reason: "it is cut") }
        plainBytes = Int(size)
    }

    var bytes: [UInt8] {
        var bytes = Self.magic
        bytes.append(Self.version)
        bytes.append(key == nil ? 0 : 1)
        bytes += key?.id.bytes ?? [UInt8](repeating: 0, count: SealingKeyID.size)
        bytes += key?.nonce ?? [UInt8](repeating: 0, count: Self.nonceSize)
        bytes += UInt64(plainBytes).bigEndianBytes
        return bytes
    }
}

extension UInt64 {
    /// Its eight bytes, the highest first.
    var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) } }
}
