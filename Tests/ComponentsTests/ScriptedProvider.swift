import Ledger
import Providers
import Synchronization
import Trading

/// A payment provider in memory with its own books that misbehaves as scripted.
final class ScriptedProvider: PaymentProvider {
    /// The fate of one call.
    enum Turn: Sendable {
        /// The operation is performed and answered.
        case ok
        /// The operation is performed, but the answer is lost.
        case lostReply
        /// The request is lost: nothing is performed, and the caller cannot tell.
        case lostRequest
        /// The connection fails before anything is sent.
        case unreachable
        /// The operation is declined.
        case decline
        /// The operation is performed after this delay.
        case slow(Duration)
    }

    fileprivate struct Books {
        var charges: [String: ProviderCharge] = [:]
        var keys: [String: PaymentReceipt] = [:]
        var turns: [Turn] = []
        var calls: [String] = []
        var underWay = 0
        var mostUnderWay = 0
    }

    let name: String
    let capturesInParts: Bool
    private let rule: AmountRule
    private let books = Mutex(Books())
    private let usual: @Sendable (_ number: Int, _ ofKey: Int) -> Turn

    /// - Parameter usual: the fate of a call that the script does not cover, by its number overall and its number for the same
    ///   key.
    init(
        _ name: String,
        capturesInParts: Bool = true,
        rule: AmountRule = AmountRule(),
        usual: @escaping @Sendable (_ number: Int, _ ofKey: Int) -> Turn = { _, _ in .ok }
    ) {
        self.name = name
        self.capturesInParts = capturesInParts
        self.rule = rule
        self.usual = usual
    }

    func amounts(in currency: Currency) -> AmountRule? { rule }

    /// Sets the fate of the next calls.
    func script(_ turns: Turn...) {
        books.withLock { $0.turns += turns }
    }

    /// The charges in their current state.
    var charges: [ProviderCharge] { books.withLock { Array($0.charges.values) } }

    /// The largest number of calls that were in progress at the same time.
    var mostUnderWay: Int { books.withLock { $0.mostUnderWay } }

    /// The keys of the calls, in order.
    var calls: [String] { books.withLock { $0.calls } }

    func perform(
        _ request: PaymentRequest,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<PaymentReceipt> {
        let turn = books.withLock { books in
            books.calls.append(request.key)
            books.underWay += 1
            books.mostUnderWay = max(books.mostUnderWay, books.underWay)
            let ofKey = books.calls.count { $0 == request.key }
            return books.turns.isEmpty ? usual(books.calls.count, ofKey) : books.turns.removeFirst()
        }
        defer { books.withLock { $0.underWay -= 1 } }
        switch turn {
        case .unreachable: return .notDone(ProviderTrouble(code: "connect"))
        case .lostRequest: return .unknown(ProviderTrouble(code: "timeout"))
        case .decline: return .refused(ProviderRefusal(code: "card_declined", detail: "Not\u{7}enough\nfunds."))
        case .slow(let duration): try? await Task.sleep(for: duration)
        case .ok, .lostReply: break
        }
        guard let receipt = books.withLock({ $0.perform(request) }) else {
            return .refused(ProviderRefusal(code: "invalid_request"))
        }
        if case .lostReply = turn { return .unknown(ProviderTrouble(code: "reset")) }
        return .done(receipt)
    }

    func find(
        payment: String,
        reference: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?> {
        .done(books.withLock { $0.charges[payment] })
    }

    func charges(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderPage> {
        // Two per page, so that paging is exercised.
        let all = books.withLock { $0.charges.values.sorted { $0.reference < $1.reference } }
        let start =
            cursor.flatMap { cursor in all.firstIndex { $0.reference > cursor } } ?? (cursor == nil ? 0 : all.count)
        let page = Array(all[start...].prefix(2))
        let hasMore = start + page.count < all.count
        return .done(ProviderPage(charges: page, next: hasMore ? page.last?.reference : nil))
    }

    func changed(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ChangedCharges> {
        let all = books.withLock { $0.charges.values.filter { !$0.captured.isZero }.map(\.reference) }
        return .done(ChangedCharges(references: all, next: nil))
    }

    /// Parses a webhook: its body is `id payment`, and its signature is the word `secret`.
    func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice {
        guard let signature = headers.first(where: { $0.name.lowercased() == "signature" })?.value else {
            throw .unsigned
        }
        guard signature == "secret" else { throw .forged }
        let words = String(decoding: body, as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 2 else { throw .malformed }
        // A notice says only that something happened.
        return ProviderNotice(
            id: words[0],
            reference: words[1].hasPrefix("ch_") ? words[1] : nil,
            subject: words[1].hasPrefix("pay_") ? words[1] : nil,
            type: "charge"
        )
    }

    /// Modifies the provider's books directly.
    func spoil(_ change: (inout [String: ProviderCharge]) -> Void) {
        books.withLock { change(&$0.charges) }
    }
}

extension ScriptedProvider.Books {
    /// Performs an operation once per key; nil for one that no provider would perform.
    fileprivate mutating func perform(_ request: PaymentRequest) -> PaymentReceipt? {
        if let done = keys[request.key] { return done }
        let currency = request.amount.currency
        if case .authorise(_, let isAtOnce) = request.action {
            guard charges[request.payment] == nil else { return nil }
            charges[request.payment] = ProviderCharge(
                reference: "ch_\(charges.count + 1)_\(request.payment.suffix(8))",
                payment: request.payment,
                state: isAtOnce ? .captured : .authorised,
                amount: request.amount,
                held: isAtOnce ? .zero(currency) : request.amount,
                captured: isAtOnce ? request.amount : .zero(currency),
                refunds: [],
                fee: .zero(currency),
                createdAt: .now
            )
            charges[request.payment]?.order = request.metadata["order"]
        }
        guard var charge = charges[request.payment] else { return nil }
        let amount = request.amount.amount
        switch request.action {
        case .authorise: break
        case .capture(let isFinal):
            guard charge.state != .voided, amount <= charge.held.amount else { return nil }
            charge.captured = Money(charge.captured.amount + amount, currency)
            charge.held = isFinal ? .zero(currency) : Money(charge.held.amount - amount, currency)
            charge.state = .captured
        case .refund:
            guard charge.refunded.amount + amount <= charge.captured.amount else { return nil }
            charge.refunds.append(ProviderRefund(id: request.key, key: request.key, amount: request.amount))
        case .void:
            guard charge.held.amount > 0 else { return nil }
            charge.held = .zero(currency)
            if charge.captured.isZero { charge.state = .voided }
        }
        charges[request.payment] = charge
        let receipt = PaymentReceipt(reference: charge.reference, action: request.key, amount: request.amount)
        keys[request.key] = receipt
        return receipt
    }
}
