import Trading

@testable import Ledger

extension DocumentExamples {
    private static let now = Timestamp(milliseconds: 1_795_411_261_123)

    /// Payments with every kind of operation in every state, and one without operations.
    static var payments: [PaymentRow] {
        var operations: [PaymentOperation] = []
        for kind in PaymentOperation.Kind.allCases {
            for state in PaymentOperation.State.allCases {
                operations.append(
                    PaymentOperation(
                        kind,
                        key: "k-\(operations.count)",
                        amount: OrderLimits.maxAmount,
                        isFinal: true,
                        takenBack: ID(high: 9, low: 9),
                        state: state,
                        tries: 3,
                        unresolved: 2,
                        firstTriedAt: now,
                        code: "naïve \"code\"",
                        detail: "in its own \"words\"",
                        action: "re_1",
                        taken: 4,
                        isOutside: state == .done
                    )
                )
            }
        }
        let full = Payment(
            order: ID(high: 1, low: 1),
            number: 20,
            method: .card,
            provider: "stripe",
            token: "tok_1",
            amount: Money(OrderLimits.maxAmount, .kwd),
            capture: .onShipment,
            reference: "ch_1",
            authorised: 9,
            captured: 8,
            refunded: 7,
            fees: 6,
            disputed: 5,
            operations: operations,
            createdAt: .earliest,
            updatedAt: .latest,
            version: .max
        )
        let plain = [PaymentSource.giftCard(ID(high: 2, low: 2)), .storeCredit(ID(high: 3, low: 3)), nil].map {
            source in
            PaymentRow(
                Payment.awaited(ID(high: 0, low: 0), number: 1, source: source, amount: .zero(.jpy), at: now)
            )
        }
        return [PaymentRow(full, due: .latest, epoch: .max)] + plain
    }

    static var giftCards: [GiftCard] {
        [
            GiftCard(
                id: ID(high: 1, low: 1),
                issued: Money(OrderLimits.maxAmount, .gbp),
                balance: Money(1, .gbp),
                reference: "naïve \u{1}",
                createdAt: .earliest,
                updatedAt: .latest,
                version: .max
            ),
            GiftCard(
                id: ID(high: 0, low: 0),
                issued: Money(1, .jpy),
                balance: .zero(.jpy),
                reference: nil,
                createdAt: now,
                updatedAt: now
            ),
        ]
    }

    static var entries: [JournalEntry] {
        let order = orders[0]
        let payment = payments[0].payment
        return [
            BookedEvent.captured(payment, 5).entry, BookedEvent.orderConfirmed(order).entry,
            BookedEvent.storeCreditGranted(Money(7, .eur), to: ID(high: 3, low: 4), reason: "sorry \u{1}").entry,
        ].compactMap(\.self)
    }
}
