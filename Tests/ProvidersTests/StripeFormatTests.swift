import Secrets
import Testing
import Trading

@testable import ProviderClients
@testable import Providers

@Suite("Stripe's formats")
struct StripeFormatTests {
    @Test("a form keeps its order and its brackets, and encodes everything else")
    func form() {
        var form = StripeForm()
        form.set("amount", 1000)
        form.set("confirm", true)
        form.set("expand[]", "latest_charge")
        form.set(metadata: ["order": "ord 1&2=3", "a[b]": "é", "payment": String(repeating: "x", count: 600)])
        let long = String(repeating: "x", count: 500)
        #expect(
            form.text == "amount=1000&confirm=true&expand[]=latest_charge&metadata[ab]=%C3%A9"
                + "&metadata[order]=ord%201%262%3D3&metadata[payment]=\(long)"
        )
        var odd = StripeForm()
        odd.set("a&b[c d]", "+")
        #expect(odd.text == "a%26b[c%20d]=%2B")
    }

    @Test(
        "amounts are counted as Stripe counts them, both ways",
        arguments: [
            ("GBP", Int64(1250), Int64(1250), "gbp"), ("JPY", 500, 500, "jpy"), ("KWD", 5120, 5120, "kwd"),
            ("ISK", 5, 500, "isk"), ("UGX", 5, 500, "ugx"), ("MGA", 500, 5, "mga"), ("HUF", 1045, 1045, "huf"),
            ("TWD", 80_045, 80_045, "twd"), ("VND", 10_000, 10_000, "vnd"),
        ]
    )
    func amounts(code: String, minor: Int64, stripe: Int64, lower: String) throws {
        let money = Money(minor, try #require(Currency(code)))
        let amount = try #require(StripeAmount(money))
        #expect(amount.value == stripe && amount.currency == lower)
        #expect(StripeAmount.money(stripe, lower) == money)
    }

    @Test(
        "what Stripe can say of a currency is known before anything is sent: its steps, its bounds, and which it takes"
    )
    func rules() throws {
        func rule(_ code: String) throws -> AmountRule? { StripeAmount.rule(try #require(Currency(code))) }
        #expect(try rule("KWD") == AmountRule(step: 10, 1...99_999_990))
        #expect(try rule("USD") == AmountRule(50...99_999_999))
        #expect(try rule("JPY") == AmountRule(50...99_999_999))
        #expect(try rule("ISK") == AmountRule(1...999_999), "in hundredths at Stripe, whole in ISO 4217")
        #expect(try rule("MGA") == AmountRule(step: 100, 1...9_999_999_900))
        for code in ["IQD", "CLF", "KPW"] { #expect(try rule(code) == nil, "\(code)") }
        for currency in Currency.all {
            guard let rule = StripeAmount.rule(currency) else { continue }
            let most = try #require(StripeAmount(Money(rule.bounds.upperBound, currency)), "\(currency)")
            #expect(most.value <= 99_999_999)
            #expect(StripeAmount(Money(rule.step, currency)) != nil, "\(currency)")
            if rule.step > 1 { #expect(StripeAmount(Money(rule.step - 1, currency)) == nil, "\(currency)") }
        }
    }

    @Test("what Stripe cannot count is not sent, and what ISO 4217 cannot say is not believed")
    func impossible() throws {
        #expect(StripeAmount(Money(5124, .kwd)) == nil)
        #expect(StripeAmount(Money(501, try #require(Currency("MGA")))) == nil)
        #expect(StripeAmount(Money(.max, try #require(Currency("ISK")))) == nil)
        #expect(StripeAmount.money(501, "isk") == nil)
        #expect(StripeAmount.money(1, "zzz") == nil)
    }
}

@Suite("Stripe's signatures")
struct StripeSignatureTests {
    private static let secret = "whsec_test_secret"
    private static let time: Int64 = 1_700_000_000
    private static let now = Timestamp(milliseconds: time * 1000)
    private static let body =
        Array(
            #"{"id":"evt_1","type":"charge.refunded","data":{"object":{"id":"ch_1","object":"charge","payment_intent":"pi_9","#
                .utf8
        ) + Array(#""metadata":{"payment":"pay_1"}}}}"#.utf8)

    private func notice(
        _ header: String?,
        secrets: [String] = [secret],
        body: [UInt8] = body,
        now: Timestamp = now
    ) async throws -> Result<ProviderNotice, NoticeRefusal> {
        try await withTransport { transport in
            let client = try #require(ProviderClient("stripe", url: "http://127.0.0.1:1", transport: transport))
            let stripe = StripePayments(
                client: client,
                key: Secret("k"),
                signature: StripeSignature(secrets.map { Secret($0) })
            )
            let headers = header.map { [(name: "Stripe-Signature", value: $0)] } ?? []
            do throws(NoticeRefusal) {
                return .success(try stripe.notice(headers: headers, body: body, now: now))
            } catch {
                return .failure(error)
            }
        }
    }

    private var good: String { StripeSignature.header(secret: Self.secret, timestamp: Self.time, body: Self.body) }

    @Test("a good signature is believed, and so is a replay within its time, with the same id")
    func believed() async throws {
        let expected = ProviderNotice(
            id: "evt_1",
            reference: "pi_9",
            subject: "pay_1",
            type: "charge.refunded",
            news: ChargeNews(.refunded)
        )
        #expect(try await notice(good) == .success(expected))
        #expect(try await notice(good, now: Self.now.adding(seconds: 299)) == .success(expected))
        let rotated = StripeSignature.header(secret: "whsec_new", timestamp: Self.time, body: Self.body)
        let code = try #require(rotated.split(separator: "=").last)
        #expect(try await notice("\(good),v1=\(code),v0=ff", secrets: ["whsec_new"]) == .success(expected))
        #expect(try await notice(good, secrets: ["whsec_new", Self.secret]) == .success(expected))
    }

    @Test("a bad, an old, a future and a late replayed signature are told apart")
    func refused() async throws {
        #expect(try await notice(good, body: Self.body + [0x20]) == .failure(.forged))
        #expect(try await notice(good, secrets: ["other"]) == .failure(.forged))
        #expect(try await notice(good.replacing("t=17", with: "t=18")) == .failure(.stale))
        #expect(try await notice(good, now: Self.now.adding(seconds: 301)) == .failure(.stale))
        #expect(try await notice(good, now: Self.now.adding(seconds: -301)) == .failure(.stale))
        #expect(try await notice(good, secrets: []) == .failure(.forged))
    }

    @Test(
        "what cannot be read is unsigned, and what makes no sense is malformed",
        arguments: [
            nil, "", "t=1", "v1=ff", "t=x,v1=ff", "t=1700000000,v1=zz", "t=1700000000,v0=ffff", "nonsense",
        ]
    )
    func unsigned(header: String?) async throws {
        #expect(try await notice(header) == .failure(.unsigned))
    }

    @Test("a signed body that is no event is malformed", arguments: ["", "[]", "{}", #"{"id":"evt_1"}"#])
    func malformed(body: String) async throws {
        let bytes = Array(body.utf8)
        let header = StripeSignature.header(secret: Self.secret, timestamp: Self.time, body: bytes)
        #expect(try await notice(header, body: bytes) == .failure(.malformed))
    }
}
