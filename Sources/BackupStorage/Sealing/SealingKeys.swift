import Bytes
import Crypto
import Foundation
import Secrets

/// The keys that seal and open pieces, from a file.
///
/// **Shape of the file**: one key a line, as 64 hexadecimal digits or as base64 of 32 bytes; blank lines and lines that begin with `#` are
/// skipped. The first key seals, and every key opens: a new key is put before the others, which stay for as long as there are pieces
/// that they sealed.
package struct SealingKeys: Sendable {
    /// A line of the file that lets pieces be read that are not encrypted: those from before the first key.
    ///
    /// Without it a person who can write to the store could put such a piece in the place of an encrypted one.
    package static let acceptsPlainLine = "accept-plain"
    /// The most bytes of a file.
    package static let fileBytesMax = 65_536

    /// Whether pieces that are not encrypted are read.
    package let acceptsPlain: Bool
    private let keys: [Key]

    /// Reads a file; blocks its thread while the disk reads.
    ///
    /// - Throws: ``SealingKeysFailure``; no part of the file is in its words.
    package init(file path: String) throws(SealingKeysFailure) {
        try self.init(text: Self.read(path), path)
    }

    /// Reads the content of a file.
    init(text: [UInt8], _ path: String) throws(SealingKeysFailure) {
        var keys: [Key] = []
        var acceptsPlain = false
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let trimmed = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            if trimmed == Self.acceptsPlainLine {
                acceptsPlain = true
                continue
            }
            guard let key = Key(trimmed) else { throw .badLine(path, index + 1) }
            guard !keys.contains(where: { $0.id == key.id }) else { throw .repeated(path, index + 1) }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw .noKey(path) }
        self.keys = keys
        self.acceptsPlain = acceptsPlain
    }

    /// The ids of the keys; the first one seals.
    package var ids: [SealingKeyID] { keys.map(\.id) }

    /// The key that seals.
    var sealing: Key { keys[0] }

    /// The key of an id.
    subscript(_ id: SealingKeyID) -> Key? { keys.first { $0.id == id } }

    /// The content of a file that only its owner and his group can read.
    private static func read(_ path: String) throws(SealingKeysFailure) -> [UInt8] {
        func unreadable() -> SealingKeysFailure { .unreadable(path, String(cString: strerror(errno))) }
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path, "it is no ordinary file") }
        guard status.st_mode & 0o007 == 0 else { throw .openToOthers(path) }
        var bytes = [UInt8](repeating: 0, count: fileBytesMax + 1)
        var size = 0
        while size < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: size), $0.count - size)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable() }
            if count == 0 { break }
            size += count
        }
        guard size <= fileBytesMax else { throw .unreadable(path, "it has more than \(fileBytesMax) bytes") }
        return Array(bytes[..<size])
    }

    /// One key.
    struct Key: Sendable {
        /// Its id.
        let id: SealingKeyID
        /// The key itself.
        let secret: Secret<SymmetricKey>

        /// A key from its text; nil for a text of another shape.
        init?(_ text: String) {
            let bytes: [UInt8]
            if text.utf8.count == 64 {
                guard let digits = Hex.bytes(text.lowercased()) else { return nil }
                bytes = digits
            } else {
                guard let decoded = Data(base64Encoded: text), decoded.count == 32 else { return nil }
                bytes = Array(decoded)
            }
            id = SealingKeyID(key: bytes)
            secret = Secret(SymmetricKey(data: bytes))
        }
    }
}

/// The name of a key: it tells keys apart and says nothing about them.
package struct SealingKeyID: Hashable, Sendable, CustomStringConvertible {
    /// How many bytes it has.
    static let size = 8

    /// Its bytes.
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        precondition(bytes.count == Self.size, "an id has \(Self.size) bytes")
        self.bytes = bytes
    }

    /// The beginning of a digest of the key.
    init(key: [UInt8]) {
        bytes = Array(SHA256.hash(data: Array("tradewind: the id of a sealing key\n".utf8) + key).prefix(Self.size))
    }

    /// 16 hexadecimal digits.
    package var description: String { Hex.text(bytes) }
}

/// Why a file of keys is not taken.
package enum SealingKeysFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be read, with the reason.
    case unreadable(String, String)
    /// Everybody can read or write the file.
    case openToOthers(String)
    /// The line of this number is no key.
    case badLine(String, Int)
    /// The line of this number has a key that an earlier line has.
    case repeated(String, Int)
    /// The file has no key.
    case noKey(String)

    /// The reason, with the name of the file, never with a part of its content.
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .openToOthers(let path): "\(path) holds keys and other users can read or change it: chmod 600 \(path)"
        case .badLine(let path, let line):
            "line \(line) of \(path) is not a key: 64 hexadecimal digits, or base64 of 32 bytes, as by openssl rand -hex 32"
        case .repeated(let path, let line): "line \(line) of \(path) repeats a key"
        case .noKey(let path): "\(path) holds no key"
        }
    }
}
