import JSON
import Trading

extension Payment: ListedDocument {
    package static var blank: Payment {
        Payment(
            order: .blank,
            number: 0,
            method: .manual,
            provider: nil,
            amount: .blank,
            createdAt: .blank,
            updatedAt: .blank
        )
    }

    /// The payment as the API answers it, without the provider's token.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.shown("id", id, "The id.")
        try visit.member("order", &order, "Of which order.")
        try visit.unlessBlank("probe", &isProbe, .example(true, "Whether it pays a prober's order."))
        try visit.member(
            "number",
            &number,
            .integer(from: 1, to: Int64(Payment.maxAttempts), example: 1, "Its number among the order's attempts.")
        )
        try visit.member("method", &method)
        try visit.shown("state", status)
        try visit.member("provider", &provider, .example("stripe", "Who moves the money."))
        try visit.member("giftCard", source?.giftCard, "The gift card that it was paid from.") {
            source = .giftCard($0)
        }
        try visit.member("customer", source?.customer, "The customer whose store credit it was paid from.") {
            source = .storeCredit($0)
        }
        try visit.member("amount", &amount)
        try visit.member("capture", &capture, "When money that is held is taken.")
        try visit.member(
            "reference",
            &reference,
            .example("pi_3MtwBwLkdIwHu7ix28a3tqPa", "The provider's id of the charge.")
        )
        try visit.member("authorised", &authorised, in: amount.currency, "What is held or was taken.")
        try visit.member("captured", &captured, in: amount.currency, "What was taken.")
        try visit.member("refunded", &refunded, in: amount.currency, "What was given back.")
        try visit.member("fees", &fees, in: amount.currency, "What the provider kept for itself.")
        try visit.unlessBlank(
            "disputed",
            &disputed,
            in: amount.currency,
            "What the customer's bank took back."
        )
        let currency = amount.currency
        try visit.list("operations", &operations, of: .blank, "What was asked of the provider, in order.") {
            (operation, _, visit) throws(JSONError) in
            try operation.members(&visit, currency)
        }
        try visit.member("createdAt", &createdAt)
        try visit.member("updatedAt", &updatedAt)
        try visit.member("version", &version, .version)
        try visit.unlessBlank(
            "epoch",
            &epoch,
            .integer(from: 1, example: 1_795_411_261_123, "The epoch in which its next operations are made.")
        )
        try visit.member(
            "lostOrder",
            &lostOrder,
            "Its order was lost when the shop was restored from a backup: whether its money is given back or kept for a person."
        )
    }
}

extension PaymentOperation {
    package static var blank: PaymentOperation { PaymentOperation(.blank, key: "", amount: 0) }

    /// The operation as the API answers it, in the payment's currency.
    fileprivate mutating func members(_ visit: inout some MemberVisitor, _ currency: Currency) throws(JSONError) {
        try visit.member("kind", &kind)
        try visit.member(
            "key",
            &key,
            .example(
                "pay_0199c2f0a3b47c6e8d2f5a1b3c4d5e6f-1",
                "Names it at the provider: one effect however often it is sent."
            )
        )
        try visit.member("amount", &amount, in: currency)
        try visit.unlessBlank("final", &isFinal, "Whether a capture lets go of the rest.")
        try visit.member("return", &takenBack, "The return that a refund is for.")
        try visit.member(
            "state",
            isUnknown ? "unknown" : state.rawValue,
            .oneOf(["unknown"] + State.allCases.map(\.rawValue))
        ) {
            state = State(rawValue: $0) ?? .open
        }
        try visit.member("tries", &tries, .integer(from: 0))
        try visit.unlessBlank(
            "unresolved",
            &unresolved,
            .integer(from: 1, "Tries that may have reached the provider.")
        )
        try visit.member("firstTriedAt", &firstTriedAt)
        try visit.member("code", &code, .example("card_declined", "Why it was refused, or what the last try met."))
        // The provider's own text may name the payer, and so may the redirect of the payer.
        try visit.personal(
            "detail",
            &detail,
            .text(
                to: ProviderWords.maxScalars,
                .example("Your card has insufficient funds.", "The same in the provider's own words.")
            )
        )
        try visit.personal("action", &action, "The provider's own id of the action.")
        try visit.unlessBlank("taken", &taken, in: currency, "What was taken with an authorisation.")
        try visit.unlessBlank(
            "outside",
            &isOutside,
            "It was done at the provider by other hands, and found by a look."
        )
    }
}

extension PaymentSource {
    /// The gift card that it is.
    fileprivate var giftCard: ID<GiftCard>? { if case .giftCard(let card) = self { card } else { nil } }

    /// The customer whose store credit it is.
    fileprivate var customer: ID<Customer>? { if case .storeCredit(let customer) = self { customer } else { nil } }
}

extension CaptureMode: NamedValue {}
extension PaymentOperation.Kind: NamedValue {}
extension PaymentStatus: NamedValue {}
extension LostMoneyRule: NamedValue {}
