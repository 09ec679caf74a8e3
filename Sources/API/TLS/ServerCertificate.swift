// Certificates live for weeks, servers for months. So the files are looked at every few seconds, by what they hold: a new pair that
// fits together is taken for the connections to come, and those that are open keep what they began with. Files are replaced one after
// the other, so a pair that does not fit may only be half replaced; it is said once, and the one before goes on.

import Logging
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The certificate that a server shows, taken anew when its files change.
public final class ServerCertificate: Service {
    private struct State {
        var context: NIOSSLContext
        /// What was looked at last, whether or not it could be taken.
        var seen: Result<CertificateFiles.Content, CertificateRefusal>
    }

    private let files: CertificateFiles
    private let interval: Duration
    private let logger: Logger
    private let state: Mutex<State>

    /// Reads the certificate.
    ///
    /// - Parameter interval: how often the files are looked at.
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

    /// What the next handshake needs.
    var context: NIOSSLContext { state.withLock(\.context) }

    /// Looks at the files until the service is shut down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: self.interval)
                    try await NIOThreadPool.singleton.runIfActive { self.look() }
                } catch {
                    // Cancellation is how the sleep ends at shutdown, and the pool ends with the process alone.
                    return
                }
            }
        }
    }

    /// Takes what the files hold, if it is something new and fits together; blocks for as long as the disk takes.
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
