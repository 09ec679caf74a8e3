import Foundation
import NIOHTTP2
import NIOSSL
import Time

/// The files of a server's certificate and key: PEM; in the certificate's file the server's own one first, then the intermediate
/// ones.
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

    /// The bytes of the files.
    struct Content: Hashable, Sendable {
        let certificate: [UInt8]
        let key: [UInt8]
    }

    /// Whether users other than its owner may read the key's file.
    var isKeyOpen: Bool {
        var status = stat()
        return stat(key, &status) == 0 && status.st_mode & 0o077 != 0
    }

    /// Reads both files; blocks its thread while the disk reads.
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

    /// The TLS configuration for the files' content: TLS 1.2 and 1.3, HTTP/2 preferred over HTTP/1.1.
    func context(_ content: Content, at now: Timestamp = .now) throws(CertificateRefusal) -> NIOSSLContext {
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
        // Of TLS 1.2 the suites with forward secrecy and authenticated encryption (RFC 9325 section 4.2); 1.3 has no others.
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

/// Why a certificate cannot be used.
///
/// Trying again makes sense only after the files have changed.
public enum CertificateRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file cannot be read, with the reason.
    case unreadable(String, String)
    /// The certificate's file contains none.
    case noCertificate(String)
    /// The key's file contains none, or one with a passphrase.
    case noKey(String)
    /// The key does not belong to the certificate.
    case mismatch(CertificateFiles)
    /// A certificate in the file is one that clients refuse, or should refuse.
    case bad(String, CertificateFault)
    /// TLS refuses the pair, with the reason.
    case unusable(CertificateFiles, String)

    /// The reason, with the name of the file.
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
