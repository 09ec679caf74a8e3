// A sealed piece is a fixed header, the compressed bytes, and what proves both. With keys the compressed bytes are encrypted with
// AES-256-GCM, which authenticates the header and the name of the piece as well; without keys a SHA-256 of name, header and body notices
// accidents, though not a person who can write to the store. So a piece that was changed, cut, extended or renamed does not open.
//
//     offset  bytes
//          0      8  "twpiece" and the version of the format
//          8      1  1 where the body is encrypted, or 0
//          9      8  the id of the key, or zeros
//         17     12  the nonce, or zeros
//         29      8  the size of the plain bytes, big-endian
//         37      …  one zstd frame, encrypted or not
//        end  16/32  the tag of AES-GCM, or the SHA-256

import Crypto
import Foundation
import Zstandard

/// Seals pieces for a store, and opens them.
///
/// Thread-safe; runs in the calling thread.
package struct Sealing: Sendable {
    /// The most plain bytes of a piece: 256 MiB.
    ///
    /// A header that claims more is damaged, so opening a piece never allocates more.
    package static let plainBytesMax = 256 << 20
    /// The most bytes that a sealed piece has in addition to the plain ones, where these cannot be compressed.
    package static let overheadBytesMax = 2 << 20
    /// The most bytes of a sealed piece.
    package static let sealedBytesMax = plainBytesMax + overheadBytesMax
    /// The levels of compression: below 0 faster and larger than level 1.
    package static let levels: ClosedRange<Int32> = -7...19

    private let keys: SealingKeys?
    private let frames: ZstdFrames

    /// A sealing with keys, the first of which seals; without encryption where there are none.
    ///
    /// - Parameter level: within ``levels`` (a fault otherwise).
    package init(keys: SealingKeys?, level: Int32 = 1) {
        precondition(Self.levels.contains(level), "there is no level \(level)")
        self.keys = keys
        frames = ZstdFrames(level: level)
    }

    /// The sealed form of a piece; a different one each time where it is encrypted.
    ///
    /// - Parameter plain: at most ``plainBytesMax`` (a fault otherwise).
    /// - Throws: `away` where there is no memory.
    package func seal(_ plain: [UInt8], as name: String) throws(StorageFailure) -> [UInt8] {
        precondition(plain.count <= Self.plainBytesMax, "\(name) is too large for a piece: \(plain.count) bytes")
        let key = keys?.sealing
        let nonce = AES.GCM.Nonce()
        let header = SealedHeader(key: key.map { ($0.id, Array(nonce)) }, plainBytes: plain.count)
        guard let key else {
            var sealed = try compressed(plain, after: header.bytes)
            sealed += Self.digest(name, header.bytes, sealed[SealedHeader.size...])
            return sealed
        }
        let frame = try compressed(plain)
        do {
            let box = try AES.GCM.seal(
                frame,
                using: key.secret.reveal(),
                nonce: nonce,
                authenticating: header.bytes + Array(name.utf8)
            )
            var sealed = header.bytes
            sealed.reserveCapacity(sealed.count + frame.count + SealedHeader.tagSize)
            sealed += box.ciphertext
            sealed += box.tag
            return sealed
        } catch {
            preconditionFailure("AES-GCM does not take a key of 32 bytes and its own nonce: \(error)")
        }
    }

    /// The plain bytes of a sealed piece, after everything about it was checked.
    ///
    /// - Throws: `damaged`, with the reason; `away` where there is no memory.
    package func open(_ sealed: [UInt8], as name: String) throws(StorageFailure) -> [UInt8] {
        let header = try SealedHeader(of: sealed, name)
        guard let key = header.key else {
            return try expanded(proven(sealed, name), to: header.plainBytes, name)
        }
        return try expanded(decrypted(sealed, key.id, key.nonce, name), to: header.plainBytes, name)
    }

    private func compressed(_ plain: [UInt8], after prefix: [UInt8] = []) throws(StorageFailure) -> [UInt8] {
        do throws(ZstdFailure) {
            return try frames.compress(plain, after: prefix)
        } catch {
            switch error {
            case .noMemory: throw .away(Self.noMemory)
            case .refused(let reason): throw .away(reason)
            }
        }
    }

    private func expanded(
        _ frame: some ContiguousBytes,
        to size: Int,
        _ name: String
    ) throws(StorageFailure) -> [UInt8] {
        do throws(ZstdFailure) {
            return try frames.expand(frame, to: size)
        } catch {
            switch error {
            case .noMemory: throw .away(Self.noMemory)
            case .refused(let reason): throw .damaged(name, reason: reason)
            }
        }
    }

    private static let noMemory = "there is no memory to compress or to expand"

    /// The frame of a piece that is not encrypted.
    private func proven(_ sealed: [UInt8], _ name: String) throws(StorageFailure) -> ArraySlice<UInt8> {
        guard keys?.acceptsPlain ?? true else {
            let line = SealingKeys.acceptsPlainLine
            throw .damaged(
                name,
                reason:
                    "it is not encrypted, although there are keys; a line \(line) in their file lets older pieces be read"
            )
        }
        let body = sealed[SealedHeader.size..<(sealed.count - SHA256.byteCount)]
        guard Self.digest(name, sealed[..<SealedHeader.size], body).elementsEqual(sealed[body.endIndex...]) else {
            throw .damaged(name, reason: Self.changed)
        }
        return body
    }

    /// The frame of an encrypted piece.
    private func decrypted(
        _ sealed: [UInt8],
        _ id: SealingKeyID,
        _ nonce: [UInt8],
        _ name: String
    ) throws(StorageFailure) -> Data {
        guard let keys else {
            throw .damaged(name, reason: "it is encrypted with the key \(id), and no keys are given")
        }
        guard let key = keys[id] else {
            throw .damaged(name, reason: "it is encrypted with the key \(id), which is not among the given ones")
        }
        let body = sealed[SealedHeader.size..<(sealed.count - SealedHeader.tagSize)]
        do {
            return try AES.GCM.open(
                AES.GCM.SealedBox(nonce: AES.GCM.Nonce(data: nonce), ciphertext: body, tag: sealed[body.endIndex...]),
                using: key.secret.reveal(),
                authenticating: Array(sealed[..<SealedHeader.size]) + Array(name.utf8)
            )
        } catch {
            throw .damaged(name, reason: Self.changed)
        }
    }

    private static let changed = "it is not what was stored: changed, cut, extended or renamed"

    /// The header has a fixed size, and the name's size stands before it, so no other name, header and body have the same bytes.
    private static func digest(_ name: String, _ header: some DataProtocol, _ body: ArraySlice<UInt8>) -> SHA256Digest {
        var hash = SHA256()
        let name = Array(name.utf8)
        hash.update(data: UInt64(name.count).bigEndianBytes)
        hash.update(data: name)
        hash.update(data: header)
        hash.update(data: body)
        return hash.finalize()
    }
}
