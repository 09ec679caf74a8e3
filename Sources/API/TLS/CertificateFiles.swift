import Foundation
import NIOHTTP2
import NIOSSL

/// Where a server's certificate and its key are: PEM files, the certificate first in its file, those that vouch for it after it.
public struct CertificateFiles: Hashable, Sendable {
    /// The file with the certificate.
    public let certificate: String
    /// The file with its private key, without a passphrase.
    public let key: String

    /// Files by their paths.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// What the files hold, byte for byte.
    struct Content: Hashable, Sendable {
        let certificate: [UInt8]
        let key: [UInt8]
    }

    /// Whether others than the key's owner may read its file.
    var isKeyOpen: Bool {
        var status = stat()
        return stat(key, &status) == 0 && status.st_mode & 0o077 != 0
    }

    /// Reads both files; blocks for as long as the disk takes.
    func read() throws(CertificateRefusal) -> Content {
        Content(certificate: try Self.read(certificate), key: try Self.read(key))
    }

    private static func read(_ path: String) throws(CertificateRefusal) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw .unreadable(path, error.localizedDescription)
        }
    }

    /// What handshakes need of the files' content: TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1.
    func context(_ content: Content, at now: Date = .now) throws(CertificateRefusal) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(content.certificate)
        } catch {
            throw .noCertificate(certificate)
        }
        guard !chain.isEmpty else { throw .noCertificate(certificate) }
        for (index, part) in chain.enumerated() {
            if let fault = CertificateFault(part, isLeaf: index == 0, at: now) { throw .bad(certificate, fault) }
        }
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(bytes: content.key, format: .pem)
        } catch {
            throw .noKey(key)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(privateKey)
        )
        configuration.minimumTLSVersion = .tlsv12
        // Of TLS 1.2 those with forward secrecy and authenticated encryption (RFC 9325 section 4.2); 1.3 has no others.
        configuration.cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ]
        configuration.applicationProtocols = NIOHTTP2SupportedALPNProtocols
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch NIOSSLError.failedToLoadPrivateKey {
            throw .mismatch(self)
        } catch {
            throw .unusable(self, "\(error)")
        }
    }
}

/// Why a certificate cannot be served.
public enum CertificateRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file cannot be read, and why.
    case unreadable(String, String)
    /// The certificate's file holds none.
    case noCertificate(String)
    /// The key's file holds none, or one with a passphrase.
    case noKey(String)
    /// The key is not the certificate's.
    case mismatch(CertificateFiles)
    /// A certificate in the file is one that clients refuse, or should.
    case bad(String, CertificateFault)
    /// TLS refuses the two, and why.
    case unusable(CertificateFiles, String)

    /// Why, in words that name the file.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .noCertificate(let path): "\(path) holds no certificate in PEM"
        case .noKey(let path): "\(path) holds no private key in PEM that is without a passphrase"
        case .mismatch(let files): "the key in \(files.key) is not that of the certificate in \(files.certificate)"
        case .bad(let path, let fault): "the certificate in \(path) \(fault)"
        case .unusable(let files, let reason): "\(files.certificate) and \(files.key) cannot be served: \(reason)"
        }
    }
}
