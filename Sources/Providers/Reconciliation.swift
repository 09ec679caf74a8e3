// Compares our payments with a provider's own list, both ways. An open operation is not a difference yet; any other charge that
// is missing on one side, or has other amounts, is money that a person has to look for. The important figure is the value of the
// differences.

import Trading

/// A difference between us and a provider.
public enum Mismatch: Hashable, Sendable {
    /// Our payment is authorised or captured; the provider has no such charge.
    case missingThere(ID<Payment>)
    /// The provider has a charge for which we have no payment.
    case missingHere(ProviderCharge)
    /// Both sides have it, with different amounts.
    case differs(ID<Payment>, ours: Amounts, theirs: Amounts)

    /// The authorised, captured, refunded and disputed amounts.
    public struct Amounts: Hashable, Sendable {
        /// Authorised and not captured.
        public var held: Money
        /// Captured.
        public var captured: Money
        /// Refunded.
        public var refunded: Money
        /// Taken back by the customer's bank.
        public var disputed: Money

        /// The amounts of our payment.
        public init(_ payment: Payment) {
            let currency = payment.amount.currency
            held = Money(payment.held, currency)
            captured = Money(payment.captured, currency)
            refunded = Money(payment.refunded, currency)
            disputed = Money(payment.disputed, currency)
        }

        /// The amounts of a provider's charge.
        public init(_ charge: ProviderCharge) {
            (held, captured, refunded, disputed) = (charge.held, charge.captured, charge.refunded, charge.disputed)
        }
    }

    /// The payment, or the provider's id of the charge.
    public var subject: String {
        switch self {
        case .missingThere(let id), .differs(let id, _, _): id.description
        case .missingHere(let charge): charge.reference
        }
    }

    /// One of three words.
    public var name: String {
        switch self {
        case .missingThere: "missingThere"
        case .missingHere: "missingHere"
        case .differs: "differs"
        }
    }
}

/// The result of comparing our payments with a provider's list.
public struct Reconciliation: Hashable, Sendable {
    /// Charges that agree.
    public private(set) var matched = 0
    /// Charges with an open operation on our side.
    public private(set) var open = 0
    /// The differences.
    public private(set) var mismatches: [Mismatch] = []
    /// The value of the differences, in minor units of each currency.
    public private(set) var unmatched: [Currency: Int64] = [:]
    /// Amounts authorised at providers and not captured, of charges that agree, in minor units of each currency.
    public private(set) var held: [Currency: Int64] = [:]

    /// Payments that both sides have, with different amounts: a look-up of each adopts the provider's changes.
    public var differing: [ID<Payment>] {
        mismatches.compactMap { mismatch in
            if case .differs(let id, _, _) = mismatch { id } else { nil }
        }
    }

    /// Charges that no payment explains.
    public var missingHere: [ProviderCharge] {
        mismatches.compactMap { mismatch in
            if case .missingHere(let charge) = mismatch { charge } else { nil }
        }
    }

    /// Whether there are no differences.
    public var isClean: Bool { mismatches.isEmpty }

    /// Compares our payments at one provider with that provider's charges.
    public init(ours: [Payment], theirs: [ProviderCharge]) {
        let payments = Dictionary(ours.map { ($0.id.description, $0) }) { first, _ in first }
        var seen: Set<String> = []
        for charge in theirs {
            guard let payment = charge.payment.flatMap({ payments[$0] }), seen.insert(payment.id.description).inserted
            else {
                compareUnknown(charge)
                continue
            }
            compare(payment, charge)
        }
        for payment in ours where !seen.contains(payment.id.description) { compareMissing(payment) }
    }

    private mutating func compare(_ payment: Payment, _ charge: ProviderCharge) {
        guard payment.openOperation == nil else {
            open += 1
            return
        }
        let (ours, theirs) = (Mismatch.Amounts(payment), Mismatch.Amounts(charge))
        guard ours != theirs else {
            matched += 1
            if theirs.held.amount != 0 { held[theirs.held.currency, default: 0] += theirs.held.amount }
            return
        }
        mismatches.append(.differs(payment.id, ours: ours, theirs: theirs))
        add(ours.captured, less: theirs.captured)
        add(ours.refunded, less: theirs.refunded)
        add(ours.held, less: theirs.held)
        add(ours.disputed, less: theirs.disputed)
    }

    /// A charge without a payment, or a second one of the same payment: harmless only if it holds no money.
    private mutating func compareUnknown(_ charge: ProviderCharge) {
        switch charge.state {
        case .declined, .voided: matched += 1
        case .pending: open += 1
        case .authorised, .captured:
            mismatches.append(.missingHere(charge))
            let value = charge.state == .authorised ? charge.held : charge.captured
            add(value, less: charge.refunded)
        }
    }

    private mutating func compareMissing(_ payment: Payment) {
        switch payment.status {
        case .processing: open += 1
        case .declined, .failed, .voided, .awaited: break
        case .authorised, .partlyCaptured, .captured, .refunded:
            mismatches.append(.missingThere(payment.id))
            add(Money(payment.authorised, payment.amount.currency), less: .zero(payment.amount.currency))
        }
    }

    /// Adds a difference; amounts in two currencies differ by both.
    private mutating func add(_ ours: Money, less theirs: Money) {
        if ours.currency == theirs.currency {
            let difference = ours.amount - theirs.amount
            guard difference != 0 else { return }
            unmatched[ours.currency, default: 0] += abs(difference)
        } else {
            unmatched[ours.currency, default: 0] += abs(ours.amount)
            unmatched[theirs.currency, default: 0] += abs(theirs.amount)
        }
    }
}

/// Our side of a reconciliation.
public struct PaymentBook: Sendable {
    /// Reads our payments at a provider that were made in a span of time.
    ///
    /// Called outside of any transaction; what it throws ends the reconciliation.
    public let payments: @Sendable (_ provider: String, _ from: Timestamp, _ to: Timestamp) async throws -> [Payment]
    /// Reads one of our payments; nil where there is none.
    public let payment: @Sendable (ID<Payment>) async throws -> Payment?

    /// A book with these reads.
    public init(
        payments:
            @escaping @Sendable (_ provider: String, _ from: Timestamp, _ to: Timestamp) async throws -> [Payment],
        payment: @escaping @Sendable (ID<Payment>) async throws -> Payment?
    ) {
        self.payments = payments
        self.payment = payment
    }
}

/// Why a reconciliation could not be completed.
///
/// It may be tried again.
public struct ReconciliationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The code of the error in reading the provider's list.
    public let code: String

    /// For people.
    public var description: String { "the provider's list cannot be read: \(code)" }
}

/// Compares our payments with a provider's list.
///
/// Clocks differ, and an attempt may reach the provider long after it was made. An entry that only one side lists in the span is
/// therefore looked up individually on the other before it counts as missing.
public struct Reconciler: Sendable {
    private let provider: any PaymentProvider
    private let book: PaymentBook
    /// The timeout of one page of the provider's list, or of one look-up.
    private let patience: Duration

    /// Reconciles a book with a provider.
    public init(provider: any PaymentProvider, book: PaymentBook, patience: Duration = .seconds(10)) {
        self.provider = provider
        self.book = book
        self.patience = patience
    }

    /// Compares the payments made in a span of time.
    ///
    /// Cost: a call for each page of the provider's list, and one for each entry that only one side has.
    ///
    /// - Throws: ``ReconciliationFailure`` where the list cannot be read, or an error of the book; it may be tried again.
    public func run(from: Timestamp, to: Timestamp) async throws -> Reconciliation {
        var theirs = try await list(from: from, to: to)
        var ours = try await book.payments(provider.name, from, to)
        var here = Set(ours.map(\.id))
        for charge in theirs {
            guard let id = charge.payment.flatMap({ ID<Payment>($0) }), here.insert(id).inserted,
                let payment = try await book.payment(id), payment.provider == provider.name
            else { continue }
            ours.append(payment)
        }
        let there = Set(theirs.compactMap(\.payment))
        for payment in ours where payment.authorised > 0 && !there.contains(payment.id.description) {
            let answer = await provider.find(
                payment: payment.id.description,
                reference: payment.reference,
                deadline: .now + patience
            )
            switch answer {
            case .done(let charge): if let charge { theirs.append(charge) }
            case .refused(let refusal): throw ReconciliationFailure(code: refusal.code)
            case .notDone(let trouble), .unknown(let trouble): throw ReconciliationFailure(code: trouble.code)
            }
        }
        return Reconciliation(ours: ours, theirs: theirs)
    }

    private func list(from: Timestamp, to: Timestamp) async throws(ReconciliationFailure) -> [ProviderCharge] {
        var charges: [ProviderCharge] = []
        var cursor: String?
        repeat {
            switch await provider.charges(from: from, to: to, after: cursor, deadline: .now + patience) {
            case .done(let page):
                charges += page.charges
                cursor = page.next
            case .refused(let refusal): throw ReconciliationFailure(code: refusal.code)
            case .notDone(let trouble), .unknown(let trouble): throw ReconciliationFailure(code: trouble.code)
            }
        } while cursor != nil
        return charges
    }
}
