import API
import Foundation
import Secrets
import Testing
import Trading

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
                case .secret(let secret): secret.reveal()
                }
            #expect(try setting.kind.read(said) == setting.kind.fallback, "\(setting.key)")
        }
    }

    @Test("a variable that looks like a setting and is none is told, with what may have been meant")
    func mistypedVariables() async throws {
        let all = try await settings(environment: [
            "TRADEWIND_PAYMENTS_STRIPE_KYE": "sk_x", "TRADEWIND_PAYMENTS_STRIPE_KEY": "sk_y", "TRADEWIND_URL": "u",
            "HOME": "/",
            "TRADEWIND_CONFIG": "f", "TRADEWIND_KEY": "k",
        ])
        #expect(all.warnings.count == 1)
        let words = try #require(all.warnings.first)
        #expect(
            words.contains("TRADEWIND_PAYMENTS_STRIPE_KYE")
                && words.contains("did you mean TRADEWIND_PAYMENTS_STRIPE_KEY?")
        )
        #expect(!words.contains("sk_x"))
    }

    @Test("a mark before UTF-8 is no mistake in a file")
    func mark() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString).json")
            .path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data("\u{FEFF}{\"payments\": {\"deadline\": 500}}".utf8).write(to: URL(fileURLWithPath: file))
        #expect(try await settings(file: file)(.paymentDeadline) == 500)
    }

    @Test("where too few files may be open, it is said how many are needed")
    func fewFiles() async throws {
        let all = try await settings()
        let error = #expect(throws: SettingError.self) { try all.connectionsMax(within: 160) }
        let needed = try #require(error?.description.firstMatch(of: /needs ([0-9]+)/)?.1)
        #expect(try all.connectionsMax(within: try #require(Int(needed))) >= 16)
        #expect(throws: SettingError.self) { try all.connectionsMax(within: try #require(Int(needed)) - 100) }
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
        #expect(all.secrets(.stripeKey).map { $0.reveal() } == ["sk_env"])
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
            _ = try await settings(environment: ["TRADEWIND_PAYMENTS_STRIPE_KEY": "sk hidden"])
            Issue.record("a secret with a space was taken")
        } catch let error as SettingError {
            #expect(!error.description.contains("hidden"))
        }
    }

    @Test("a secret on the command line is refused, with the way out; the name of a file with it is taken")
    func secretFiles() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data("sk_test_1\n".utf8).write(to: URL(fileURLWithPath: file))
        do {
            _ = try await settings(["payments.stripe.key": "sk_live_1"])
            Issue.record("a secret on the command line was taken")
        } catch let error as SettingError {
            #expect(!error.description.contains("sk_live_1"))
            #expect(error.description.contains("--set payments.stripe.key=@FILE"))
            #expect(error.description.contains("TRADEWIND_PAYMENTS_STRIPE_KEY"))
        }
        for all in [
            try await settings(["payments.stripe.key": "@\(file)"]),
            try await settings(environment: ["TRADEWIND_PAYMENTS_STRIPE_KEY": "@\(file)"]),
        ] {
            #expect(all.secrets(.stripeKey).map { $0.reveal() } == ["sk_test_1"])
        }
        let two = try await settings(["payments.stripe.webhook-secret": "@\(file),@\(file)"])
        #expect(two.secrets(.stripeSecret).map { $0.reveal() } == ["sk_test_1", "sk_test_1"])
        for path in ["/nowhere/at/all", "/dev/null"] {
            await #expect(throws: SettingError.self) { try await settings(["payments.stripe.key": "@\(path)"]) }
        }
    }

    @Test("no way of printing what holds a secret prints it")
    func unprintable() async throws {
        let all = try await settings(
            ["payments.providers": "stripe,sandbox", "payments.sandbox.url": "http://127.0.0.1:1"],
            environment: [
                "TRADEWIND_PAYMENTS_STRIPE_KEY": "sk_sesame",
                "TRADEWIND_PAYMENTS_STRIPE_WEBHOOK_SECRET": "whsec_sesame",
                "TRADEWIND_PAYMENTS_SANDBOX_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            ]
        )
        let set = try ProviderSet(all)
        let secrets = OrderSecret(shopSecret: Array("shop sesame".utf8))
        for held in [all, set, set.payments, secrets, Secret("sk_sesame"), ["a": Secret(424_242)]] as [Any] {
            var dumped = ""
            dump(held, to: &dumped)
            for text in ["\(held)", String(reflecting: held), dumped] {
                for part in ["sesame", "MfKQ9r8", "424242"] { #expect(!text.contains(part), "\(type(of: held))") }
            }
        }
        await set.shutdown()
    }

    @Test(
        "what a setting does not take is refused by its name",
        arguments: [
            ("payments.capture", "never"), ("payments.capture", ""), ("payments.providers", "sandbox,paypal"),
            ("payments.providers", "stripe,stripe"), ("payments.stripe.url", "stripe.com"),
            ("payments.deadline", "99"), ("payments.deadline", "soon"), ("ledger.max-batch", "1e3"),
            ("payments.stripe.url", "https://x\u{1B}[2J"), ("tls.certificate", "a\0b"),
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
            try await settings(
                [
                    "payments.providers": "stripe,sandbox", "payments.sandbox.url": "http://127.0.0.1:1",
                    "deliveries.carriers": "sandbox", "deliveries.sandbox.url": "http://127.0.0.1:1/",
                ],
                environment: [
                    "TRADEWIND_PAYMENTS_STRIPE_KEY": "sk_1",
                    "TRADEWIND_PAYMENTS_SANDBOX_WEBHOOK_SECRET": "\(secret),\(secret)",
                ]
            )
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
            (["payments.providers": "stripe"], [:], "payments.stripe.key"),
            (["payments.providers": "sandbox"], [:], "payments.sandbox.url"),
            (["deliveries.carriers": "sandbox"], [:], "deliveries.sandbox.url"),
            (
                ["deliveries.carriers": "sandbox", "deliveries.sandbox.url": "http://x"],
                ["TRADEWIND_DELIVERIES_SANDBOX_WEBHOOK_SECRET": "whsec_short"], "deliveries.sandbox.webhook-secret"
            ),
        ]
    )
    func incomplete(overrides: [String: String], environment: [String: String], key: String) async throws {
        let all = try await settings(overrides, environment: environment)
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

    @Test("what bounds clients is on and guests' cash on delivery off, unless settings say otherwise")
    func limits() async throws {
        let fresh = try await settings()
        #expect(fresh.clientLimits != nil)
        #expect(fresh.unpaidLimits == UnpaidLimits(unitsOfClient: 100, shareOfSKU: 50))
        #expect(!fresh.isOn(.cashOnDelivery))
        let open = try await settings([
            "limits.rates": "0", "orders.guest-units": "0", "payments.cash-on-delivery": "1",
            "http.trusted-proxies": "10.0.0.0/8,::1",
        ])
        #expect(open.clientLimits == nil)
        #expect(open.unpaidLimits.unitsOfClient == nil)
        #expect(open.isOn(.cashOnDelivery))
        for wrong in ["10.0.0.0/33", "localhost", "10.0.0.1,", ","] {
            await #expect(throws: SettingError.self) { _ = try await settings(["http.trusted-proxies": wrong]) }
        }
    }
}
