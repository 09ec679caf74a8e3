import Bytes
import JSON
import NIOHTTP1
import Providers
import Trading

/// The payment sandbox as a provider.
///
/// Source: `docs/sandbox.md`.
public struct SandboxPayments: PaymentProvider {
    /// Its name.
    public let name: String
    private let client: ProviderClient
    private let signature: WebhookSignature?

    /// The sandbox behind `client`.
    ///
    /// - Parameter signature: checks its webhooks; without it all are rejected.
    public init(name: String = "sandbox", client: ProviderClient, signature: WebhookSignature?) {
        self.name = name
        self.client = client
        self.signature = signature
    }

    /// Up to a trillion minor units of any currency.
    public func amounts(in currency: Currency) -> AmountRule? { AmountRule(1...1_000_000_000_000) }

    /// Authorises, captures, refunds or voids.
    ///
    /// A charge that is `pending` at the provider is `unknown`, with the code `pending`: it is decided later.
    public func perform(
        _ request: PaymentRequest,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<PaymentReceipt> {
        guard let call = Self.call(request) else {
            return .refused(ProviderRefusal(code: "no_reference", detail: "there is no charge to do this with"))
        }
        return await client.call(call, deadline: deadline) { reply in
            SandboxReply.rules.answer(reply, words: SandboxReply.words) { reply throws(JSONError) in
                let action = try reply.json { json throws(JSONError) in try SandboxAction(&json) }
                return action.answer
            }
        }
    }

    /// The charge of a payment: by its reference if that is known, otherwise by our own id.
    public func find(
        payment: String,
        reference: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?> {
        let path =
            reference.map { "/charges/" + PercentEncoding.encode($0) }
            ?? "/charges?payment=" + PercentEncoding.encode(payment)
        return await client.call(ProviderRequest("find", .GET, path), deadline: deadline) { reply in
            if reply.status == 404, SandboxReply.words(reply)?.code == "not_found" { return .done(nil) }
            return SandboxReply.rules.answer(reply, words: SandboxReply.words) { reply throws(JSONError) in
                let charges =
                    reference == nil
                    ? try reply.json { json throws(JSONError) in try SandboxCharges(&json) }.charges
                    : [try reply.json { json throws(JSONError) in try ProviderCharge(sandbox: &json) }]
                // A declined charge matters less than any other of the same payment.
                return .done(charges.first { $0.state != .declined } ?? charges.first)
            }
        }
    }

    /// A page of the sandbox's list.
    public func charges(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderPage> {
        var path = "/charges?limit=200&from=\(PercentEncoding.encode("\(from)"))&to=\(PercentEncoding.encode("\(to)"))"
        if let cursor { path += "&after=" + PercentEncoding.encode(cursor) }
        return await client.call(ProviderRequest("list", .GET, path), deadline: deadline) { reply in
            SandboxReply.rules.answer(reply, words: SandboxReply.words) { reply throws(JSONError) in
                let page = try reply.json { json throws(JSONError) in try SandboxCharges(&json) }
                return .done(ProviderPage(charges: page.charges, next: page.next))
            }
        }
    }

    /// A page of the sandbox's charges with a capture or a refund in a span of time; it knows no disputes.
    public func changed(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ChangedCharges> {
        var path = "/charges?limit=200&changedFrom=\(PercentEncoding.encode("\(from)"))"
        path += "&changedTo=\(PercentEncoding.encode("\(to)"))"
        if let cursor { path += "&after=" + PercentEncoding.encode(cursor) }
        return await client.call(ProviderRequest("changed", .GET, path), deadline: deadline) { reply in
            SandboxReply.rules.answer(reply, words: SandboxReply.words) { reply throws(JSONError) in
                let page = try reply.json { json throws(JSONError) in try SandboxCharges(&json) }
                return .done(ChangedCharges(references: page.charges.map(\.reference), next: page.next))
            }
        }
    }

    /// Reads a webhook of the sandbox.
    public func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice {
        try SandboxNotice.read(headers: headers, body: body, now: now, signature: signature, subject: "payment")
    }

    /// The call for an action; nil where the charge's reference is missing.
    private static func call(_ request: PaymentRequest) -> ProviderRequest? {
        var json = JSONWriter()
        func action(_ operation: String, _ path: String) -> ProviderRequest? {
            guard let reference = request.reference else { return nil }
            return ProviderRequest(operation, .POST, "/charges/\(PercentEncoding.encode(reference))/\(path)")
        }
        let call: ProviderRequest?
        json.beginObject()
        switch request.action {
        case .authorise(let token, let captureAtOnce):
            call = ProviderRequest("authorise", .POST, "/charges")
            json.member("payment", request.payment)
            json.member("token", token)
            json.member("capture", captureAtOnce)
            json.money(request.amount)
            json.key("metadata")
            json.object { json in
                for (name, value) in request.metadata.sorted(by: { $0.key < $1.key }) {
                    json.key(name)
                    json.string(value)
                }
            }
        case .capture(let isFinal):
            call = action("capture", "captures")
            json.money(request.amount)
            json.member("final", isFinal)
        case .refund:
            call = action("refund", "refunds")
            json.money(request.amount)
        case .void:
            call = action("void", "void")
        }
        json.endObject()
        return call?.header("idempotency-key", request.key).body(json.bytes, "application/json")
    }
}

extension JSONWriter {
    /// Writes the two members of an amount.
    fileprivate mutating func money(_ money: Money) {
        member("amount", money.amount)
        member("currency", money.currency.code)
    }
}
