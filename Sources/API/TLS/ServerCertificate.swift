// Certificates live for weeks, servers for months. So the files' contents are compared every few seconds: a new pair that fits
// together is used for new connections, and open connections keep theirs. The two files are replaced one after the other, so a
// pair that does not fit may be half replaced; it is logged once, and the old pair stays.

import Logging
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The certificate of a server, reloaded when its files change.
public final class ServerCertificate: Service {
    private struct State {
        var context: NIOSSLContext
        /// The last content of the files, whether or not it was usable.
        var seen: Result<CertificateFiles.Content, CertificateRefusal>
    }

    private let files: CertificateFiles
    private let interval: Duration
    private let logger: Logger
    private let state: Mutex<State>

    /// Reads the certificate.
    ///
    /// Blocks its thread while the disk reads.
    ///
    /// - Parameter interval: how often the files are checked.
    /// - Throws: ``CertificateRefusal``; the same files fail again.
    public init(_ files: CertificateFiles, interval: Duration, logger: Logger) throws(CertificateRefusal) {
        self.files = files
        self.interval = interval
        self.logger = logger
        let content = try files.read()
        state = Mutex(State(context: try files.context(content), seen: .success(content)))
        warnOfOpenKey()
    }

    private func warnOfOpenKey() {
        guard files.isKeyOpen else { return }
        logger.warning(
            "the private key can be read by others: take that from its mode",
            metadata: ["file": "\(files.key)"]
        )
    }

    /// The TLS configuration for the next handshake.
    var context: NIOSSLContext { state.withLock(\.context) }

    /// Checks the files until the service is shut down.
    ///
    /// Throws nothing: a certificate that is invalid is logged, and the present one stays in use.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: self.interval)
                    try await NIOThreadPool.singleton.runIfActive { self.look() }
                } catch {
                    // Cancellation ends the sleep at shutdown; the thread pool ends only with the process.
                    return
                }
            }
        }
    }

    /// Uses the files' content if it is new and fits together; blocks its thread while the disk reads.
    func look() {
        let found = Result { () throws(CertificateRefusal) in try files.read() }
        guard
            state.withLock({ state in
                defer { state.seen = found }
                return state.seen != found
            })
        else { return }
        do throws(CertificateRefusal) {
            let context = try files.context(try found.get())
            state.withLock { $0.context = context }
            warnOfOpenKey()
            logger.notice("new connections get the new certificate", metadata: ["file": "\(files.certificate)"])
        } catch {
            logger.error("the new certificate is not taken, the one before stays: \(error)")
        }
    }
}
