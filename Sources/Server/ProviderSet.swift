import Logging
import ProviderClients
import Providers
import Resilience
import Secrets

/// The configured payment providers and carriers, ready to be called.
///
/// They share their connections; call ``shutdown()`` when no calls are made any more.
public struct ProviderSet: Sendable {
    /// The payment providers by name.
    public let payments: [String: any PaymentProvider]
    /// Their names, in order of preference.
    public let paymentOrder: [String]
    /// The carriers by name.
    public let carriers: [String: any Carrier]
    /// Their names, in order of preference.
    public let carrierOrder: [String]
    private let transport: ProviderTransport

    /// Creates the configured providers; none is called yet.
    ///
    /// - Parameters:
    ///   - observer: called after every call, for metrics; from any thread.
    ///   - logger: logs when a provider becomes unavailable or available.
    /// - Throws: ``SettingError`` where a configured provider lacks a setting, or one is invalid.
    public init(
        _ settings: ServerSettings,
        observer: @escaping ProviderClient.Observer = { _ in },
        logger: Logger = Logger(label: "providers", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(SettingError) {
        let tell = { @Sendable (kind: String, name: String) in
            { @Sendable (turn: ProviderGuard.Turn) in Self.log(turn, of: "\(kind) \(name)", logger) }
        }
        let transport = ProviderTransport()
        let factory = ProviderFactory(settings: settings, transport: transport, observer: observer)
        paymentOrder = settings.list(.paymentProviders)
        carrierOrder = settings.list(.carriers)
        do throws(SettingError) {
            let calls = Bulkhead.Settings(concurrency: settings(.paymentCalls))
            payments = try factory.make(paymentOrder) { (name) throws(SettingError) in
                GuardedPayments(
                    try factory.payments(name),
                    by: ProviderGuard(name, bulkhead: calls, onTurn: tell("payment provider", name))
                )
            }
            let bookings = Bulkhead.Settings(concurrency: settings(.carrierCalls))
            carriers = try factory.make(carrierOrder) { (name) throws(SettingError) in
                GuardedCarrier(
                    try factory.carrier(name),
                    by: ProviderGuard(name, bulkhead: bookings, onTurn: tell("carrier", name))
                )
            }
        } catch {
            // No connection exists yet, so nothing is awaited; the transport must only be told that it is not needed.
            transport.abandon()
            throw error
        }
        self.transport = transport
    }

    private static func log(_ turn: ProviderGuard.Turn, of provider: String, _ logger: Logger) {
        switch turn {
        case .away(let trouble):
            logger.warning("\(provider) does not do its work; calls are held back", metadata: ["trouble": "\(trouble)"])
        case .back(let time):
            let seconds = (time / .milliseconds(100)).rounded() / 10
            logger.notice("\(provider) does its work again", metadata: ["awaySeconds": "\(seconds)"])
        }
    }

    /// Closes the connections.
    ///
    /// Waits for calls under way.
    public func shutdown() async {
        await transport.shutdown()
    }
}

/// Creates providers from settings.
private struct ProviderFactory {
    let settings: ServerSettings
    let transport: ProviderTransport
    let observer: ProviderClient.Observer

    func make<Value>(
        _ names: [String],
        _ one: (String) throws(SettingError) -> Value
    ) throws(SettingError) -> [String: Value] {
        var made: [String: Value] = [:]
        for name in names { made[name] = try one(name) }
        return made
    }

    func payments(_ name: String) throws(SettingError) -> any PaymentProvider {
        switch name {
        case "sandbox":
            return SandboxPayments(
                client: try client(name, .sandboxPaymentsURL),
                signature: try webhookSignature(.sandboxPaymentsSecret)
            )
        case "stripe":
            return StripePayments(
                client: try client(name, .stripeURL),
                key: try requiredSecret(.stripeKey),
                signature: StripeSignature(settings.secrets(.stripeSecret))
            )
        default: throw SettingError(description: "there is no payment provider \(name)")
        }
    }

    func carrier(_ name: String) throws(SettingError) -> any Carrier {
        guard name == "sandbox" else { throw SettingError(description: "there is no carrier \(name)") }
        return SandboxCarrier(
            client: try client(name, .sandboxDeliveriesURL),
            signature: try webhookSignature(.sandboxDeliveriesSecret)
        )
    }

    private func client(_ name: String, _ setting: Setting) throws(SettingError) -> ProviderClient {
        let url = try required(setting)
        guard let client = ProviderClient(name, url: url, transport: transport, observer: observer) else {
            throw SettingError(description: "\(setting.key): \(url) is not an address that can be called")
        }
        return client
    }

    private func required(_ setting: Setting) throws(SettingError) -> String {
        let text = settings.text(setting)
        guard !text.isEmpty else {
            throw SettingError(description: "\(setting.key) must be set, since its provider is named")
        }
        return text
    }

    private func requiredSecret(_ setting: Setting) throws(SettingError) -> Secret<String> {
        guard let secret = settings.secrets(setting).first else {
            throw SettingError(description: "\(setting.key) must be set, since its provider is named")
        }
        return secret
    }

    /// Nil where no secret is configured: then all webhooks are rejected, and the books are kept up to date by polling alone.
    private func webhookSignature(_ setting: Setting) throws(SettingError) -> WebhookSignature? {
        var secrets: [WebhookSecret] = []
        for hidden in settings.secrets(setting) {
            guard let secret = WebhookSecret(hidden.reveal()) else {
                throw SettingError(description: "\(setting.key): a secret is whsec_ and the base64 of 24 to 64 bytes")
            }
            secrets.append(secret)
        }
        return secrets.first.map { WebhookSignature($0, Array(secrets.dropFirst())) }
    }
}
