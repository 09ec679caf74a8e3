import Testing
import Trading

@Suite("The books")
struct BooksTests {
    private static let order = OrderExamples.placed()
    private static let card = PaymentExamples.charge()
    private static let gift = GiftCard(
        id: ID(high: 1, low: 1),
        issued: Money(70, .eur),
        balance: Money(70, .eur),
        reference: nil,
        createdAt: OrderExamples.start,
        updatedAt: OrderExamples.start
    )

    private static func credit(_ kind: CreditKind, _ amount: Int64) -> BookedEvent {
        .credited(
            Credit(
                id: ID(high: 1, low: 1),
                kind: kind,
                amount: Money(amount, .gbp),
                reason: "r",
                createdAt: OrderExamples.start
            )
        )
    }

    private static func settled(_ method: PaymentMethod) -> Payment {
        .settled(order.id, number: 1, method: method, amount: Money(9, .gbp), at: OrderExamples.start)
    }

    private static let table: [(BookedEvent, JournalKind, [(Account, Int64)])] = [
        (.orderConfirmed(order), .orderConfirmed, [(.receivable, 2395), (.revenue, -2395)]),
        (.orderCancelled(order, order.total), .orderCancelled, [(.revenue, 2395), (.receivable, -2395)]),
        (.orderCancelled(order, Money(500, .gbp)), .orderCancelled, [(.revenue, 500), (.receivable, -500)]),
        (.captured(card, 5), .captured, [(.clearing(provider: "first"), 5), (.receivable, -5)]),
        (.captured(settled(.manual), 5), .captured, [(.bank, 5), (.receivable, -5)]),
        (.captured(settled(.cashOnDelivery), 5), .captured, [(.cashInTransit, 5), (.receivable, -5)]),
        (.captured(settled(.giftCard), 5), .captured, [(.giftCards, 5), (.receivable, -5)]),
        (.captured(settled(.storeCredit), 5), .captured, [(.storeCredit, 5), (.receivable, -5)]),
        (.refunded(card, 5), .refunded, [(.receivable, 5), (.clearing(provider: "first"), -5)]),
        (.disputed(card, 2), .disputed, [(.disputes, 2), (.clearing(provider: "first"), -2)]),
        (.fee(card, 2), .fee, [(.fees, 2), (.clearing(provider: "first"), -2)]),
        (credit(.return, 3), .returned, [(.returns, 3), (.receivable, -3)]),
        (credit(.credit, 3), .credited, [(.goodwill, 3), (.receivable, -3)]),
        (credit(.payout, 3), .paidOut, [(.receivable, 3), (.bank, -3)]),
        (credit(.adjustment, -3), .adjusted, [(.adjustments, -3), (.receivable, 3)]),
        (.giftCardIssued(gift, .sold), .giftCardIssued, [(.bank, 70), (.giftCards, -70)]),
        (.giftCardIssued(gift, .given), .giftCardIssued, [(.goodwill, 70), (.giftCards, -70)]),
        (
            .storeCreditGranted(Money(4, .jpy), to: ID(high: 3, low: 4), reason: "r"), .storeCreditGranted,
            [(.goodwill, 4), (.storeCredit, -4)]
        ),
    ]

    @Test("post what the table says, and every entry balances")
    func rules() throws {
        for (event, kind, postings) in Self.table {
            let entry = try #require(event.entry)
            #expect(entry.kind == kind)
            #expect(entry.postings.map(\.account) == postings.map(\.0))
            #expect(entry.postings.map(\.amount.amount) == postings.map(\.1))
            #expect(entry.postings.map(\.amount.amount).reduce(0, +) == 0)
            let again = try JournalEntry(
                kind,
                order: entry.order,
                payment: entry.payment,
                note: entry.note,
                postings: entry.postings
            )
            #expect(again == entry)
        }
        #expect(Set(Self.table.map(\.1)) == Set(JournalKind.allCases))
    }

    @Test("post nothing where no money moves")
    func nothing() {
        #expect(BookedEvent.captured(Self.card, 0).entry == nil)
        #expect(Self.credit(.return, 0).entry == nil)
    }

    @Test("refuse an entry that does not balance in each of its currencies")
    func balance() {
        let cases: [([Posting], JournalRefusal)] = [
            ([], .empty), ([Posting(.bank, Money(1, .gbp))], .unbalanced(.gbp)),
            ([Posting(.bank, Money(1, .gbp)), Posting(.revenue, Money(-1, .eur))], .unbalanced(.gbp)),
            (
                [
                    Posting(.bank, Money(1, .gbp)), Posting(.revenue, Money(-1, .gbp)), Posting(.bank, Money(2, .eur)),
                    Posting(.revenue, Money(-1, .eur)),
                ], .unbalanced(.eur)
            ),
            ([Posting(.bank, Money(.max, .gbp)), Posting(.bank, Money(1, .gbp))], .overflow),
        ]
        for (postings, refusal) in cases {
            #expect(throws: refusal) { try JournalEntry(.captured, postings: postings) }
        }
    }

    @Test("know every account by its number and by its name")
    func accounts() {
        let all = Account.fixed + [.clearing(provider: "stripe"), .clearing(provider: "a/b")]
        for account in all {
            #expect(Account(number: account.number, provider: account.provider) == account)
            #expect(Account(name: account.name) == account)
        }
        #expect(Set(all.map(\.number)).count == Account.fixed.count + 1)
        #expect(Account(number: 2, provider: "") == nil)
        #expect(Account(number: 1, provider: "x") == nil)
        #expect(Account(name: "clearing") == nil)
        #expect(Account(name: "clearing/") == nil)
        #expect(Set(JournalKind.allCases.map(\.name)).count == JournalKind.allCases.count)
        #expect(PaymentStatus.allCases.allSatisfy { PaymentStatus(name: $0.name) == $0 })
    }
}
