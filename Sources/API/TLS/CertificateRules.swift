// A certificate that a browser would refuse is refused here, where the operator notices: one that has expired or is not valid
// yet, one with a broken signature digest, and short keys (CA/Browser Forum, Baseline Requirements, sections 6.1.5, 6.3.2 and
// 7.1.3).

import Foundation
import NIOSSL
import Trading

/// Why a readable certificate must not be used.
public enum CertificateFault: Hashable, Sendable, CustomStringConvertible {
    /// It expired at this time.
    case expired(Timestamp)
    /// It is not valid before this time.
    case notYetValid(Timestamp)
    /// Its signature uses a broken digest.
    case weakSignature(String)
    /// Its key is weak.
    case weakKey(String)
    /// It cannot be parsed.
    case unreadable

    /// The fault, to follow the words "the certificate".
    public var description: String {
        switch self {
        case .expired(let date): "has expired: it was valid until \(date.briefText)"
        case .notYetValid(let date): "is not valid yet: it will be from \(date.briefText) on"
        case .weakSignature(let digest): "is signed with \(digest), which is broken: SHA-256 or better is needed"
        case .weakKey(let key): "has a weak key: \(key)"
        case .unreadable: "is not one of X.509"
        }
    }

    /// The fault of a certificate at a time; nil where there is none.
    ///
    /// - Parameter isLeaf: whether it is the server's own; the signature of a self-signed root does not matter.
    init?(_ certificate: NIOSSLCertificate, isLeaf: Bool, at now: Timestamp) {
        let end = Timestamp(seconds: Int64(certificate.notValidAfter))
        let start = Timestamp(seconds: Int64(certificate.notValidBefore))
        if now > end {
            self = .expired(end)
        } else if now < start {
            self = .notYetValid(start)
        } else if let fault = Self.weakness(certificate, isLeaf: isLeaf) {
            self = fault
        } else {
            return nil
        }
    }

    private static func weakness(_ certificate: NIOSSLCertificate, isLeaf: Bool) -> CertificateFault? {
        // NIOSSL's own access to the key ends the process if BoringSSL does not know the curve.
        guard let bytes = try? certificate.toDERBytes(), let outer = DERElement.first(in: bytes[...])?.children,
            outer.count == 3, let signature = outer[1].children.first, let parts = outer[0].children.parts,
            parts.key.count == 2
        else { return .unreadable }
        let info = parts.key
        if isLeaf || parts.issuer != parts.subject, let digest = brokenDigests[Array(signature.content)] {
            return .weakSignature(digest)
        }
        let algorithm = info[0].children.map { Array($0.content) }
        switch algorithm.first {
        case rsa:
            guard let modulus = DERElement.first(in: info[1].content.dropFirst())?.children.first else {
                return .unreadable
            }
            let bits = bitCount(modulus.content)
            return bits < 2048 ? .weakKey("RSA of \(bits) bits, where 2048 are needed") : nil
        case ellipticCurve:
            guard algorithm.count > 1 else { return .unreadable }
            return strongCurves.contains(algorithm[1])
                ? nil : .weakKey("an elliptic curve of less than 224 bits, or an unusual one")
        case ed25519: return nil
        default: return .weakKey("neither RSA nor an elliptic curve")
        }
    }

    private static func bitCount(_ number: ArraySlice<UInt8>) -> Int {
        let digits = number.drop { $0 == 0 }
        return digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
    }

    private static let rsa: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]
    private static let ellipticCurve: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]
    private static let ed25519: [UInt8] = [0x2B, 0x65, 0x70]
    /// P-224, P-256, P-384 and P-521.
    private static let strongCurves: Set<[UInt8]> = [
        [0x2B, 0x81, 4, 0, 33], [0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7], [0x2B, 0x81, 4, 0, 34],
        [0x2B, 0x81, 4, 0, 35],
    ]
    /// Signature algorithms with MD2, MD4, MD5 and SHA-1 (RFC 3279).
    private static let brokenDigests: [[UInt8]: String] = [
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 2]: "MD2", [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 3]: "MD4",
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 4]: "MD5", [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 5]: "SHA-1",
        [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 1]: "SHA-1", [0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 3]: "SHA-1",
    ]
}

/// One element of DER (ITU-T X.690).
struct DERElement {
    let tag: UInt8
    let content: ArraySlice<UInt8>
    /// The bytes after it.
    private let rest: ArraySlice<UInt8>

    /// The first element of some bytes; nil where they do not begin with one.
    static func first(in bytes: ArraySlice<UInt8>) -> DERElement? {
        var rest = bytes
        guard let tag = rest.popFirst(), let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first > 0x80 {
            guard first <= 0x84 else { return nil }
            length = 0
            for _ in 0..<(first & 0x7F) {
                guard let byte = rest.popFirst() else { return nil }
                length = length << 8 | Int(byte)
            }
        }
        guard first != 0x80, length <= rest.count else { return nil }
        return DERElement(tag: tag, content: rest.prefix(length), rest: rest.dropFirst(length))
    }

    /// The elements within it, as far as they can be parsed.
    var children: [DERElement] {
        Array(
            sequence(first: DERElement.first(in: content)) { $0.map { DERElement.first(in: $0.rest) } }.prefix {
                $0 != nil
            }
        )
        .compactMap(\.self)
    }
}

extension [DERElement] {
    /// Issuer, subject and public key in the first part of a certificate: after an optional version, the serial number and the
    /// signature's algorithm, and with the validity between the two names.
    fileprivate var parts: (issuer: ArraySlice<UInt8>, subject: ArraySlice<UInt8>, key: [DERElement])? {
        let parts = Array(first?.tag == 0xA0 ? self[1...] : self[...])
        guard parts.count >= 6 else { return nil }
        return (parts[2].content, parts[4].content, parts[5].children)
    }
}
