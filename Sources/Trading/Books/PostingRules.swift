// The postings of every event that concerns money: one table. Every entry of the journal is made here.
//
//   event                    debit                     credit
//   order confirmed          receivable                revenue, tax, shipping
//   order, units cancelled   revenue, tax, shipping    receivable
//   money captured           where the money is        receivable
//   money refunded           receivable                where the money was
//   provider's fee           fees                      clearing
//   dispute                  disputes                  clearing
//   goods came back          returns                   receivable
//   credit                   goodwill                  receivable
//   adjustment               adjustments               receivable
//   payout                   receivable                bank
//   gift card sold, given    bank, goodwill            gift cards
//   store credit granted     goodwill                  store credit

/// An event with a journal entry.
public enum BookedEvent: Hashable, Sendable {
    /// An order was confirmed.
    case orderConfirmed(Order)
    /// A confirmed order, or units of it, were cancelled; the amount is no longer to be paid.
    case orderCancelled(Order, Money)
    /// Minor units of a payment were captured.
    case captured(Payment, Int64)
    /// Minor units of a payment were refunded.
    case refunded(Payment, Int64)
    /// A provider's fee in minor units of a payment.
    case fee(Payment, Int64)
    /// Minor units of a payment that a customer's bank took back in a dispute; negative when it returned them.
    case disputed(Payment, Int64)
    /// A credit was given, for a return or without one.
    case credited(Credit)
    /// A gift card was issued.
    case giftCardIssued(GiftCard, GiftCardFunding)
    /// Store credit was granted.
    case storeCreditGranted(Money, to: ID<Customer>, reason: String)

    /// The entry; nil where no money moves.
    public var entry: JournalEntry? {
        switch self {
        case .orderConfirmed(let order):
            JournalEntry(.orderConfirmed, order: order.id, legs: [order.saleLeg(order.payable)])
        case .orderCancelled(let order, let worth):
            JournalEntry(.orderCancelled, order: order.id, legs: [order.saleLeg(worth).reversed])
        case .captured(let payment, let amount):
            payment.entry(.captured, JournalLeg(debit: payment.account, credit: .receivable, payment.money(amount)))
        case .refunded(let payment, let amount):
            payment.entry(.refunded, JournalLeg(debit: .receivable, credit: payment.account, payment.money(amount)))
        case .fee(let payment, let amount):
            payment.entry(.fee, JournalLeg(debit: .fees, credit: payment.account, payment.money(amount)))
        case .disputed(let payment, let amount):
            payment.entry(.disputed, JournalLeg(debit: .disputes, credit: payment.account, payment.money(amount)))
        case .credited(let credit):
            JournalEntry(credit.journalKind, order: credit.order, legs: [credit.leg])
        case .giftCardIssued(let card, let funding):
            JournalEntry(
                .giftCardIssued,
                note: card.reference,
                legs: [JournalLeg(debit: funding == .sold ? .bank : .goodwill, credit: .giftCards, card.issued)]
            )
        case .storeCreditGranted(let amount, let customer, let reason):
            JournalEntry(
                .storeCreditGranted,
                note: "\(customer) \(reason)",
                legs: [JournalLeg(debit: .goodwill, credit: .storeCredit, amount)]
            )
        }
    }
}

extension Order {
    /// The leg for the sale of the order, or of units of it.
    fileprivate func saleLeg(_ worth: Money) -> JournalLeg {
        JournalLeg(debit: .receivable, credit: .revenue, worth)
    }
}

extension Payment {
    /// The account that holds its money once it is captured.
    public var account: Account {
        switch (method, provider) {
        case (.giftCard, _): .giftCards
        case (.storeCredit, _): .storeCredit
        case (.cashOnDelivery, _): .cashInTransit
        case (.card, .some(let provider)): .clearing(provider: provider)
        case (.manual, _), (.card, nil): .bank
        }
    }

    fileprivate func money(_ amount: Int64) -> Money { Money(amount, self.amount.currency) }

    fileprivate func entry(_ kind: JournalKind, _ leg: JournalLeg) -> JournalEntry? {
        JournalEntry(kind, order: order, payment: id, legs: [leg])
    }
}

extension Credit {
    fileprivate var journalKind: JournalKind {
        switch kind {
        case .credit: .credited
        case .adjustment: .adjusted
        case .return: .returned
        case .payout: .paidOut
        }
    }

    fileprivate var leg: JournalLeg {
        switch kind {
        case .credit: JournalLeg(debit: .goodwill, credit: .receivable, amount)
        case .adjustment: JournalLeg(debit: .adjustments, credit: .receivable, amount)
        case .return: JournalLeg(debit: .returns, credit: .receivable, amount)
        case .payout: JournalLeg(debit: .receivable, credit: .bank, amount)
        }
    }
}

extension JournalLeg {
    fileprivate var reversed: JournalLeg { JournalLeg(debit: credit, credit: debit, amount) }
}
