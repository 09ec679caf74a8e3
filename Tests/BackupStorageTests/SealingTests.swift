import Bytes
import Crypto
import Foundation
import Testing

@testable import BackupStorage

@Suite("Sealed pieces")
struct SealingTests {
    /// How a piece is sealed.
    enum Kind: CaseIterable {
        case plain
        case encrypted

        func sealing() throws -> Sealing { Sealing(keys: self == .plain ? nil : try .testing("01")) }
    }

    static let name = "journal/000000000001-000000000009"
    static let text = Array(String(repeating: "order 1, order 2, order 3, ", count: 4).utf8)

    @Test("what was sealed opens as it was, of every size, and larger than it was by little", arguments: Kind.allCases)
    func opens(_ kind: Kind) throws {
        let sealing = try kind.sealing()
        var random = SystemRandomNumberGenerator()
        for size in [0, 1, 36, 37, 1000, (1 << 18) + 7] {
            let plain = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            let sealed = try sealing.seal(plain, as: Self.name)
            #expect(try sealing.open(sealed, as: Self.name) == plain)
            #expect(sealed.count <= plain.count + Sealing.overheadBytesMax)
        }
        let rows = [UInt8](repeating: 7, count: 1 << 20)
        #expect(try sealing.seal(rows, as: Self.name).count < 1000)
    }

    @Test("a change of any one bit is noticed: of header, name, body and tag", arguments: Kind.allCases)
    func flips(_ kind: Kind) throws {
        let sealing = try kind.sealing()
        let sealed = try sealing.seal(Self.text, as: Self.name)
        for index in sealed.indices {
            for bit in 0..<8 {
                var flipped = sealed
                flipped[index] ^= 1 << bit
                #expect(sealing.damage(flipped, as: Self.name) != nil, "byte \(index), bit \(bit)")
            }
        }
        for other in ["", "journal/000000000001-00000000000", "journal/000000000001-000000000008", Self.name + "0"] {
            #expect(sealing.damage(sealed, as: other) != nil, "renamed to \(other)")
        }
    }

    @Test("a piece that is cut or extended anywhere is noticed", arguments: Kind.allCases)
    func cuts(_ kind: Kind) throws {
        let sealing = try kind.sealing()
        let sealed = try sealing.seal(Self.text, as: Self.name)
        for size in sealed.indices {
            #expect(sealing.damage(Array(sealed[..<size]), as: Self.name) != nil, "cut to \(size)")
        }
        for more in [[0], [UInt8](repeating: 0, count: 64), sealed] {
            #expect(sealing.damage(sealed + more, as: Self.name) != nil)
        }
    }

    @Test("the bytes after a name's end cannot move between the name and the piece")
    func borders() throws {
        let sealing = Sealing(keys: nil)
        let sealed = try sealing.seal(Self.text, as: "ab")
        let header = Array(sealed[..<SealedHeader.size])
        // The same bytes are hashed where the name takes one of the header's.
        let moved = Array(header.dropFirst()) + [0] + sealed[SealedHeader.size...]
        #expect(sealing.damage(moved, as: "abt") != nil)
    }

    @Test("a header that claims too much is refused before anything is allocated, and one that claims too little too")
    func sizes() throws {
        let sealing = Sealing(keys: nil)
        for claim in [
            UInt64(Sealing.plainBytesMax) + 1, .max, 1 << 62, UInt64(Self.text.count) - 1, UInt64(Self.text.count) + 1,
        ] {
            let forged = try Self.forged(claim)
            #expect(sealing.damage(forged, as: Self.name) != nil, "\(claim)")
        }
        #expect(try sealing.open(Self.forged(UInt64(Self.text.count)), as: Self.name) == Self.text)
    }

    /// A piece whose digest is right, whatever its header claims.
    private static func forged(_ claim: UInt64) throws -> [UInt8] {
        var header = Array(try Sealing(keys: nil).seal(text, as: name)[..<SealedHeader.size])
        header.replaceSubrange(29..<37, with: claim.bigEndianBytes)
        let body = Array(try Sealing(keys: nil).seal(text, as: name)[SealedHeader.size...].dropLast(32))
        return header + body
            + SHA256.hash(data: UInt64(name.utf8.count).bigEndianBytes + Array(name.utf8) + header + body)
    }

    @Test("a key that was put first seals, and the older ones still open")
    func rotation() throws {
        let old = Sealing(keys: try .testing("01"))
        let new = Sealing(keys: try .testing("02"))
        let both = Sealing(keys: try .testing("02", "01"))
        let before = try old.seal(Self.text, as: Self.name)
        #expect(try both.open(before, as: Self.name) == Self.text)
        let after = try both.seal(Self.text, as: Self.name)
        #expect(try new.open(after, as: Self.name) == Self.text)
        let id = try #require(try SealingKeys.testing("02").ids.first)
        #expect(old.damage(after, as: Self.name)?.contains("the key \(id)") == true)
        #expect(Sealing(keys: nil).damage(after, as: Self.name)?.contains("the key \(id)") == true)
    }

    @Test("another key under the same id does not open")
    func wrongKey() throws {
        let sealed = try Sealing(keys: .testing("01")).seal(Self.text, as: Self.name)
        let other = try #require(try SealingKeys.testing("02").ids.first)
        var swapped = sealed
        swapped.replaceSubrange(9..<17, with: other.bytes)
        #expect(try Sealing(keys: .testing("02")).damage(swapped, as: Self.name) != nil)
    }

    @Test("with keys, a piece that is not encrypted opens only where the file of keys says so")
    func downgrade() throws {
        let plain = try Sealing(keys: nil).seal(Self.text, as: Self.name)
        let strict = Sealing(keys: try .testing("01"))
        #expect(strict.damage(plain, as: Self.name)?.contains("not encrypted") == true)
        #expect(try Sealing(keys: .testing("01", "accept-plain")).open(plain, as: Self.name) == Self.text)
    }

    @Test("the same piece is never encrypted to the same bytes, and without keys always to the same")
    func nonces() throws {
        let encrypting = try Kind.encrypted.sealing()
        let many = try (0..<100).map { _ in try encrypting.seal(Self.text, as: Self.name) }
        #expect(Set(many).count == 100)
        let plain = try Kind.plain.sealing()
        #expect(try plain.seal(Self.text, as: Self.name) == plain.seal(Self.text, as: Self.name))
    }

    @Test("pieces that another implementation of the format made open")
    func foreignPieces() throws {
        let plain = try #require(
            Hex.bytes(
                "7477706965636501000000000000000000000000000000000000000000000000000000006c28b52ffd0458750100b06f7264657220312c"
                    + "2032333132333132333132332c200b0080082007080344003940182002c801c200111cca112779b1251f010f96b4988deead4aa236"
                    + "1e348a0c77ad04aa40d220b2fcef4a6262a5bd20"
            )
        )
        #expect(try Sealing(keys: nil).open(plain, as: Self.name) == Self.text)
        let encrypted = try #require(
            Hex.bytes(
                "747770696563650101441ee39cd9c64d896465666768696a6b6c6d6e6f000000000000006c60aef19b7db1239f3ed2309abe0018dd73ee"
                    + "2638b85dc14196e39f79c99089689fe9c0c86c159307b9f3417fe562c8071a9998f63c80500f8340898def1dac4410278ea936620e"
                    + "a40d110f"
            )
        )
        let keys = try SealingKeys(text: Array(Hex.text((0..<32).map { UInt8($0) }).utf8), "keys")
        #expect(keys.ids.map(\.description) == ["441ee39cd9c64d89"])
        #expect(try Sealing(keys: keys).open(encrypted, as: Self.name) == Self.text)
    }

    @Test("many threads seal and open at once")
    func threads() async throws {
        let sealing = try Kind.encrypted.sealing()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<32 {
                group.addTask {
                    for turn in 0..<20 {
                        let plain = [UInt8](repeating: UInt8(number), count: 1000 * turn)
                        let name = "piece-\(number)"
                        let opened = try sealing.open(sealing.seal(plain, as: name), as: name)
                        #expect(opened == plain)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

extension Sealing {
    /// The reason where a piece is damaged; nil where it opens, or fails in another way.
    func damage(_ sealed: [UInt8], as name: String) -> String? {
        do throws(StorageFailure) {
            _ = try open(sealed, as: name)
            return nil
        } catch {
            guard case .damaged(_, let reason) = error else { return nil }
            return reason
        }
    }
}

extension SealingKeys {
    /// Keys of which every byte is the same, as two digits each; other lines as they are.
    static func testing(_ lines: String...) throws -> SealingKeys {
        let text = lines.map { $0.utf8.count == 2 ? String(repeating: $0, count: 32) : $0 }.joined(separator: "\n")
        return try SealingKeys(text: Array(text.utf8), "keys")
    }
}
