// Stripe by its PaymentIntents: one intent for each of our payments, whose id is the charge's reference. Tokens are payment
// methods (`pm_…`) that Stripe's own page made.
//
// Source: Stripe's OpenAPI document of API version 2023-08-16, against whose operations the tests check every request.

import Bytes
import JSON
import NIOHTTP1
import Providers
import Secrets
import Trading

/// Stripe, or any server with its API.
public struct StripePayments: PaymentProvider {
    /// The version of the API.
    static let version = "2023-08-16"
    /// Stripe's URL.
    public static let defaultURL = "https://api.stripe.com"
    /// The most pages that a look-up reads.
    private static let lookUpPagesMax = 50

    /// Its name.
    public let name: String
    let client: ProviderClient
    private let key: Secret<String>
    private let signature: StripeSignature?

    /// Stripe behind `client`.
    ///
    /// - Parameters:
    ///   - key: the secret API key.
    ///   - signature: checks its webhooks; without it all are rejected.
    public init(name: String = "stripe", client: ProviderClient, key: Secret<String>, signature: StripeSignature?) {
        self.name = name
        self.client = client
        self.key = key
        self.signature = signature
    }

    /// False: one capture ends an intent in this version of the API and releases the rest.
    public var capturesInParts: Bool { false }

    /// The representable amounts of a currency.
    public func amounts(in currency: Currency) -> AmountRule? { StripeAmount.rule(currency) }

    /// Creates and confirms an intent, captures it, cancels it, or refunds a part of it.
    ///
    /// Cost: one call.
    ///
    /// A capture that is not final is refused, since the rest would be released against the caller's will.
    public func perform(
        _ request: PaymentRequest,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<PaymentReceipt> {
        guard let amount = StripeAmount(request.amount) else {
            let detail = "Stripe has no amount for \(request.amount)"
            return .refused(ProviderRefusal(code: "amount_not_representable", detail: detail))
        }
        switch request.action {
        case .authorise(let token, let captureAtOnce):
            return await authorise(request, amount, token, captureAtOnce, deadline)
        case .capture(let isFinal):
            guard isFinal else {
                return .refused(ProviderRefusal(code: "captures_once", detail: "one capture lets go of the rest"))
            }
            return await onIntent(request, "capture", deadline) { form in
                form.set("amount_to_capture", amount.value)
            } read: { intent in
                switch intent.state {
                case .captured: .done(intent.receipt(intent.received))
                case .pending: .done(PaymentReceipt(reference: intent.id, amount: request.amount, isPending: true))
                default: Self.unexpected(intent)
                }
            }
        case .void:
            return await onIntent(request, "cancel", deadline) { _ in
            } read: { intent in
                intent.state == .voided ? .done(intent.receipt(request.amount)) : Self.unexpected(intent)
            }
        case .refund:
            return await refund(request, amount, deadline)
        }
    }

    /// The intent of a payment: by its id if that is known, with one call.
    ///
    /// Without the id, a search that finds it is sufficient; a search without a result may only lag behind, so the list of
    /// intents since the payment decides. If that is longer than can be read, the answer is unknown, never "none".
    public func find(
        payment: String,
        reference: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?> {
        if let reference { return await retrieve(reference, deadline) }
        var query = StripeForm()
        query.set("query", "metadata['payment']:'\(payment.filter { $0 != "'" && $0 != "\\" })'")
        Self.expandCharge(&query, of: "data.")
        let found = await page("search", "/v1/payment_intents/search?\(query.text)", deadline)
        switch found {
        case .done(let page):
            if let intent = Self.best(page.intents, of: payment) { return await known(intent, deadline) }
        case .refused(let refusal): return .refused(refusal)
        case .notDone(let trouble): return .notDone(trouble)
        case .unknown(let trouble): return .unknown(trouble)
        }
        return await search(for: payment, deadline)
    }

    /// A page of the intents made in a span of time, the newest first, as Stripe lists them.
    public func charges(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderPage> {
        switch await list(from: from, to: to, after: cursor, deadline) {
        case .done(let page):
            var charges: [ProviderCharge] = []
            // An intent with an unknown status is left to a later release; it stays at Stripe.
            for intent in page.intents where intent.state != nil {
                switch await known(intent, deadline) {
                case .done(let charge): if let charge { charges.append(charge) }
                case .refused(let refusal): return .refused(refusal)
                case .notDone(let trouble): return .notDone(trouble)
                case .unknown(let trouble): return .unknown(trouble)
                }
            }
            return .done(ProviderPage(charges: charges, next: page.hasMore ? page.intents.last?.id : nil))
        case .refused(let refusal): return .refused(refusal)
        case .notDone(let trouble): return .notDone(trouble)
        case .unknown(let trouble): return .unknown(trouble)
        }
    }

    /// Reads a webhook of Stripe.
    public func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice {
        guard let signature else { throw .forged }
        try signature.verify(headers: headers, body: body, now: now)
        return try StripeEvent.read(body)
    }

    // MARK: Calls

    private func authorise(
        _ request: PaymentRequest,
        _ amount: StripeAmount,
        _ token: String,
        _ captureAtOnce: Bool,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<PaymentReceipt> {
        var form = StripeForm()
        form.set("amount", amount.value)
        form.set("currency", amount.currency)
        form.set("payment_method", token)
        form.set("payment_method_types[]", "card")
        form.set("confirm", true)
        form.set("capture_method", captureAtOnce ? "automatic" : "manual")
        // The customer cannot answer the bank's question here, so a charge that needs it is declined.
        form.set("error_on_requires_action", true)
        form.set(metadata: request.metadata.merging(["payment": request.payment]) { _, ours in ours })
        form.set("expand[]", "latest_charge.balance_transaction")
        return await client.call(post("authorise", "/v1/payment_intents", form, request), deadline: deadline) { reply in
            Self.read(reply) { json throws(JSONError) in try StripeIntent(&json).authorisation }
        }
    }

    private func onIntent(
        _ request: PaymentRequest,
        _ operation: String,
        _ deadline: ContinuousClock.Instant,
        _ fill: (inout StripeForm) -> Void,
        read: @escaping @Sendable (StripeIntent) -> ProviderAnswer<PaymentReceipt>
    ) async -> ProviderAnswer<PaymentReceipt> {
        guard let reference = request.reference else { return Self.noReference }
        var form = StripeForm()
        fill(&form)
        form.set("expand[]", "latest_charge.balance_transaction")
        let path = "/v1/payment_intents/\(PercentEncoding.encode(reference))/\(operation)"
        return await client.call(post(operation, path, form, request), deadline: deadline) { reply in
            Self.read(reply) { json throws(JSONError) in read(try StripeIntent(&json)) }
        }
    }

    private func refund(
        _ request: PaymentRequest,
        _ amount: StripeAmount,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<PaymentReceipt> {
        guard let reference = request.reference else { return Self.noReference }
        var form = StripeForm()
        form.set("payment_intent", reference)
        form.set("amount", amount.value)
        // By its operation the refund is recognised, whatever other refunds the charge has.
        let ours = ["payment": request.payment, StripeRefund.operationName: request.key]
        form.set(metadata: request.metadata.merging(ours) { _, ours in ours })
        return await client.call(post("refund", "/v1/refunds", form, request), deadline: deadline) { reply in
            Self.read(reply) { json throws(JSONError) in try StripeRefund(&json).answer(reference: reference) }
        }
    }

    private func retrieve(
        _ reference: String,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?> {
        var query = StripeForm()
        Self.expandCharge(&query)
        let path = "/v1/payment_intents/\(PercentEncoding.encode(reference))?\(query.text)"
        let found: ProviderAnswer<StripeIntent?> = await client.call(get("find", path), deadline: deadline) { reply in
            if reply.status == 404, StripeError(reply) != nil { return .done(nil) }
            return Self.read(reply) { json throws(JSONError) in .done(try StripeIntent(&json)) }
        }
        switch found {
        case .done(let intent?): return await known(intent, deadline)
        case .done(nil): return .done(nil)
        case .refused(let refusal): return .refused(refusal)
        case .notDone(let trouble): return .notDone(trouble)
        case .unknown(let trouble): return .unknown(trouble)
        }
    }

    /// Searches the list of intents from shortly before the payment until its key has certainly expired.
    private func search(
        for payment: String,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?> {
        let made = PaymentTime.of(payment)
        let from = made.map { $0.adding(seconds: -600) } ?? .earliest
        let to = made.map { $0.adding(seconds: 3 * 86_400) } ?? .latest
        var cursor: String?
        for _ in 0..<Self.lookUpPagesMax {
            switch await list(from: from, to: to, after: cursor, deadline) {
            case .done(let page):
                if let intent = Self.best(page.intents, of: payment) { return await known(intent, deadline) }
                guard page.hasMore, let last = page.intents.last else { return .done(nil) }
                cursor = last.id
            case .refused(let refusal): return .refused(refusal)
            case .notDone(let trouble): return .notDone(trouble)
            case .unknown(let trouble): return .unknown(trouble)
            }
        }
        return .unknown(
            ProviderTrouble(code: "list_too_long", detail: "\(payment) was not among \(Self.lookUpPagesMax) pages")
        )
    }

    private func list(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<StripeIntents> {
        var query = StripeForm()
        query.set("limit", 100)
        if from > .earliest { query.set("created[gte]", max(0, from.milliseconds / 1000)) }
        if to < .latest { query.set("created[lt]", max(0, (to.milliseconds + 999) / 1000)) }
        if let cursor { query.set("starting_after", cursor) }
        Self.expandCharge(&query, of: "data.")
        return await page("list", "/v1/payment_intents?\(query.text)", deadline)
    }

    private func page(
        _ operation: String,
        _ path: String,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<StripeIntents> {
        await client.call(get(operation, path), deadline: deadline) { reply in
            Self.read(reply) { json throws(JSONError) in .done(try StripeIntents(&json)) }
        }
    }

    // MARK: Requests and replies

    func get(_ operation: String, _ path: String) -> ProviderRequest {
        ProviderRequest(operation, .GET, path)
            .header("authorization", "Bearer \(key.reveal())")
            .header("stripe-version", Self.version)
    }

    private func post(
        _ operation: String,
        _ path: String,
        _ form: StripeForm,
        _ request: PaymentRequest
    ) -> ProviderRequest {
        ProviderRequest(operation, .POST, path)
            .header("authorization", "Bearer \(key.reveal())")
            .header("stripe-version", Self.version)
            .header("idempotency-key", request.key)
            .body(Array(form.text.utf8), "application/x-www-form-urlencoded")
    }

    /// The outcome of a reply: a value, an error of Stripe's, or unknown.
    static func read<Value: Sendable>(
        _ reply: ProviderReply,
        _ value: (inout JSONReader) throws(JSONError) -> ProviderAnswer<Value>
    ) -> ProviderAnswer<Value> {
        if (200..<300).contains(reply.status) {
            do throws(JSONError) {
                return try reply.json(value)
            } catch {
                return .unknown(ProviderTrouble(code: "nonsense", detail: "\(error)"))
            }
        }
        if let error = StripeError(reply) { return error.answer(reply) }
        return .unknown(ProviderTrouble(code: "status_\(reply.status)", retryAfter: reply.retryAfter))
    }

    private static let noReference = ProviderAnswer<PaymentReceipt>.refused(
        ProviderRefusal(code: "no_reference", detail: "there is no charge to do this with")
    )

    private static func unexpected(_ intent: StripeIntent) -> ProviderAnswer<PaymentReceipt> {
        .unknown(ProviderTrouble(code: "nonsense", detail: "\(intent.id) is \(intent.status)"))
    }

    /// Asks for the charge's refunds and fees in the answer.
    private static func expandCharge(_ query: inout StripeForm, of object: String = "") {
        query.set("expand[]", "\(object)latest_charge.balance_transaction")
        query.set("expand[]", "\(object)latest_charge.refunds")
    }

    /// The most significant intent of a payment: a declined one matters less than any other.
    private static func best(_ intents: [StripeIntent], of payment: String) -> StripeIntent? {
        let ours = intents.filter { $0.payment == payment }
        return ours.first { $0.state != .declined } ?? ours.first
    }
}

/// The time in our ids.
enum PaymentTime {
    /// When a payment was made, by the UUIDv7 in its id; nil for an id without one.
    static func of(_ payment: String) -> Timestamp? {
        guard let digits = payment.split(separator: "_").last, digits.utf8.count == 32,
            digits.utf8.dropFirst(12).first == UInt8(ascii: "7"), let milliseconds = Int64(digits.prefix(12), radix: 16)
        else { return nil }
        return Timestamp(milliseconds: milliseconds)
    }
}
