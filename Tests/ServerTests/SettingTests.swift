import Foundation
import Testing

@testable import Providers
@testable import Server

@Suite("Settings")
struct SettingTests {
    private func settings(
        _ overrides: [String: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) async throws -> ServerSettings {
        try await ServerSettings(
            data: "",
            host: "",
            port: 0,
            overrides: overrides,
            file: file,
            environment: environment
        )
    }

    @Test("names are unique, and a fallback is one of what its setting takes")
    func table() throws {
        #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
        for setting in Setting.all {
            let said =
                switch setting.kind.fallback {
                case .number(let number): "\(number)"
                case .flag(let isOn): isOn ? "yes" : "no"
                case .text(let text): text
                }
            #expect(try setting.kind.read(said) == setting.kind.fallback, "\(setting.key)")
        }
    }

    @Test("flags go before the environment, and the environment before the file")
    func precedence() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString).json")
            .path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let text = #"{"payments": {"capture": "onShipment", "deadline": 500, "stripe": {"key": "sk_file"}}}"#
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let environment = ["TRADEWIND_PAYMENTS_STRIPE_KEY": "sk_env", "TRADEWIND_PAYMENTS_DEADLINE": "600"]
        let all = try await settings(["payments.deadline": "700"], environment: environment, file: file)
        #expect(all(.paymentDeadline) == 700)
        #expect(all.text(.stripeKey) == "sk_env")
        #expect(all.text(.paymentCapture) == "onShipment")
        #expect(all.text(.stripeURL) == "https://api.stripe.com")
        #expect(all.values.first { $0.setting.key == "payments.capture" }?.source == "file")
    }

    @Test("a secret is never shown, not even in a refusal")
    func secrets() async throws {
        let all = try await settings(environment: ["TRADEWIND_PAYMENTS_STRIPE_KEY": "sk_hidden"])
        let shown = all.values.filter { $0.setting.key.contains("stripe") }.map(\.shown)
        #expect(shown == ["https://api.stripe.com", "set", "unset"])
        do {
            _ = try await settings(["payments.stripe.key": "sk hidden"])
            Issue.record("a secret with a space was taken")
        } catch let error as SettingError {
            #expect(!error.description.contains("hidden"))
        }
    }

    @Test(
        "what a setting does not take is refused by its name",
        arguments: [
            ("payments.capture", "never"), ("payments.capture", ""), ("payments.providers", "sandbox,paypal"),
            ("payments.providers", "stripe,stripe"), ("payments.stripe.url", "stripe.com"),
            ("payments.deadline", "99"), ("payments.deadline", "soon"), ("ledger.max-batch", "1e3"),
        ]
    )
    func refused(key: String, value: String) async throws {
        do {
            _ = try await settings([key: value])
            Issue.record("\(key)=\(value) was taken")
        } catch let error as SettingError {
            #expect(error.description.hasPrefix("\(key) (flag): "), "\(error)")
        }
    }

    @Test("providers and carriers are made from the settings, in their order")
    func providers() async throws {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        let set = try ProviderSet(
            try await settings([
                "payments.providers": "stripe,sandbox", "payments.stripe.key": "sk_1",
                "payments.sandbox.url": "http://127.0.0.1:1", "payments.sandbox.webhook-secret": "\(secret),\(secret)",
                "deliveries.carriers": "sandbox", "deliveries.sandbox.url": "http://127.0.0.1:1/",
            ])
        )
        #expect(set.paymentOrder == ["stripe", "sandbox"] && Set(set.payments.keys) == ["stripe", "sandbox"])
        #expect(set.payments["stripe"]?.capturesInParts == false && set.payments["sandbox"]?.capturesInParts == true)
        #expect(set.carrierOrder == ["sandbox"] && set.carriers["sandbox"]?.name == "sandbox")
        await set.shutdown()
        let none = try ProviderSet(try await settings())
        #expect(none.payments.isEmpty && none.carriers.isEmpty)
        await none.shutdown()
    }

    @Test(
        "a provider that is named and lacks what it needs is told",
        arguments: [
            (["payments.providers": "stripe"], "payments.stripe.key"),
            (["payments.providers": "sandbox"], "payments.sandbox.url"),
            (["deliveries.carriers": "sandbox"], "deliveries.sandbox.url"),
            (
                [
                    "deliveries.carriers": "sandbox", "deliveries.sandbox.url": "http://x",
                    "deliveries.sandbox.webhook-secret": "whsec_short",
                ], "deliveries.sandbox.webhook-secret"
            ),
        ]
    )
    func incomplete(overrides: [String: String], key: String) async throws {
        let all = try await settings(overrides)
        do {
            _ = try ProviderSet(all)
            Issue.record("\(overrides) was enough")
        } catch {
            #expect(error.description.hasPrefix(key), "\(error)")
        }
    }

    @Test("a certificate and its key go together, and make an address begin with https")
    func certificate() async throws {
        #expect(try await settings().certificateFiles == nil)
        #expect(try await settings().scheme == "http")
        for one in ["tls.certificate", "tls.key"] {
            let half = try await settings([one: "shop.pem"])
            #expect(throws: SettingError.self) { try half.certificateFiles }
        }
        let both = try await settings(["tls.certificate": "shop.pem", "tls.key": "shop.key"])
        #expect(try both.certificateFiles?.certificate == "shop.pem")
        #expect(try both.certificateFiles?.key == "shop.key")
        #expect(both.scheme == "https")
    }
}
