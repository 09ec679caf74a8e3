import Foundation
import TestSupport
import Testing
import Trading

@testable import Ledger

/// What the merchant, the buyer, the carrier or an operator in the provider's dashboard may do in a walk.
private enum Doing: String, CaseIterable {
    case pay, payAgain, cancel, cancelUnit, ship, pack, arrive, callOff, takeBack, collect, capturePart, refund,
        refundPart, void
    case credit, payOut, complete, voidOutside, refundOutside, captureOutside, refuse

    func act(_ shop: TestShop, _ id: ID<Order>) async throws {
        let order = try await shop.order(id)
        let payments = try await shop.payments(of: id)
        let last = payments.last
        switch self {
        case .pay: await shop.attempt(ChangeOrder(id, .pay(reason: nil)))
        case .payAgain:
            await shop.attempt(StartPayment(id, .card(token: "t", provider: nil), terms: TestShop.terms))
        case .cancel: await shop.attempt(ChangeOrder(id, .cancel(reason: nil)))
        case .cancelUnit: await shop.attempt(ChangeOrder(id, .cancel([UnitsToCancel(.line(1), 1)], reason: nil)))
        case .ship: await shop.attempt(ChangeOrder(id, .fulfil([LineQuantity(line: 1, quantity: 1)])))
        case .pack:
            let lines = [LineQuantity(line: 1, quantity: 1)]
            await shop.attempt(CreateShipment(order: id, lines: lines, carrier: Shipment.manualCarrier))
        case .arrive, .callOff:
            for id in try await shop.row(HandlingRow.self, id)?.shipments ?? [] {
                if self == .callOff {
                    await shop.attempt(CancelShipment(id))
                } else {
                    await shop.attempt(RecordEvents(id, [shop.event(.delivered)], completesOrder: true))
                }
            }
        case .takeBack:
            let line = ReturnRequestLine(line: 1, quantity: 1, disposition: .restock)
            await shop.attempt(TakeBack(order: id, lines: [line], reason: "r"))
        case .collect: await shop.attempt(ChangeOrder(id, .collected))
        case .capturePart:
            if let last { await shop.attempt(ChangePayment(last.id, .capture(Money(1000, .gbp), isFinal: true))) }
        case .refund: if let last { await shop.attempt(ChangePayment(last.id, .refund(nil))) }
        case .refundPart: if let last { await shop.attempt(ChangePayment(last.id, .refund(Money(500, .gbp)))) }
        case .void: if let last { await shop.attempt(ChangePayment(last.id, .void)) }
        case .credit: await shop.credit(order, 500, .credit)
        case .payOut: await shop.credit(order, order.owed.amount, .payout)
        case .complete: await shop.attempt(ChangeOrder(id, .complete))
        case .refuse:
            if let open = payments.first(where: { $0.openOperation != nil }) {
                try await shop.end(open, .refused(code: "no"))
            }
        case .voidOutside, .refundOutside, .captureOutside:
            for payment in payments where payment.canBeLookedAt && payment.openOperation == nil {
                try await outside(shop, payment)
            }
        }
    }

    private func outside(_ shop: TestShop, _ payment: Payment) async throws {
        var refunds = payment.operations.filter { $0.kind == .refund && $0.state == .done }.map {
            FoundRefund(id: $0.action ?? $0.key, key: $0.isOutside ? nil : $0.key, amount: $0.amount)
        }
        var captured = payment.captured
        if self == .captureOutside { captured += min(1000, payment.held) }
        if self == .refundOutside, payment.refundable > 0 {
            refunds.append(FoundRefund(id: "out_\(payment.id)_\(refunds.count)", amount: min(1000, payment.refundable)))
        }
        let held = self == .refundOutside ? payment.held : 0
        let charge = FoundCharge(
            reference: payment.reference ?? "",
            state: captured > 0 ? .taken : held > 0 ? .held : .gone,
            held: held,
            captured: captured,
            refunds: refunds,
            fees: 0
        )
        try await shop.run(LookAtPayments([payment.id]))
        guard let claim = try await shop.run(ClaimPayments([payment.id], seconds: 30)).first else { return }
        try await shop.record(claim, .found(charge))
    }
}

extension TestShop {
    fileprivate func attempt<C: Command>(_ command: C) async {
        do throws(CommitError<C.Refusal>) {
            _ = try await committer.submit(command)
        } catch {
            // An action that is not possible in the current state is no step.
        }
    }

    fileprivate func payments(of id: ID<Order>) async throws -> [Payment] {
        var found: [Payment] = []
        for payment in try await order(id).allPayments {
            if let payment = try await row(PaymentRow.self, payment)?.payment { found.append(payment) }
        }
        return found
    }

    fileprivate func credit(_ order: Order, _ amount: Int64, _ kind: CreditKind) async {
        guard amount > 0 else { return }
        await attempt(GiveCredit(kind: kind, amount: Money(amount, .gbp), reason: "r", order: order.id))
    }

    /// Records the provider's answer to the open operation of a payment.
    fileprivate func end(_ payment: Payment, _ outcome: PaymentOutcome? = nil) async throws {
        guard let claim = try await run(ClaimPayments([payment.id], seconds: 30)).first else { return }
        let index = claim.step.operation ?? 0
        let proof = PaymentProof(reference: "ch_\(payment.id)", action: "act_\(payment.id)_\(index)")
        try await record(claim, outcome ?? .done(proof))
    }

    /// Does what is needed to finish an order; false when nothing is left to do.
    fileprivate func moveOn(_ id: ID<Order>) async throws -> Bool {
        let order = try await order(id)
        let payments = try await payments(of: id)
        if let open = payments.first(where: { $0.openOperation != nil }) {
            try await end(open)
            return true
        }
        if order.state.successors.isEmpty, let held = payments.first(where: { $0.held > 0 }) {
            await attempt(ChangePayment(held.id, .void))
            return true
        }
        if order.due.amount > 0 || order.state == .pendingPayment {
            await attempt(ChangeOrder(id, .pay(reason: nil)))
            await attempt(ChangeOrder(id, .collected))
            if order.isCalledOff { await credit(order, order.due.amount, .credit) }
            return true
        }
        if order.owed.amount > 0 {
            if let payment = payments.first(where: { $0.refundable > 0 }) {
                let part = Money(min(payment.refundable, order.owed.amount), .gbp)
                await attempt(ChangePayment(payment.id, .refund(part)))
            } else {
                await credit(order, order.owed.amount, .payout)
            }
            return true
        }
        switch order.state {
        case .confirmed, .partlyFulfilled:
            for parcel in try await row(HandlingRow.self, id)?.shipments ?? [] { await attempt(HandOver(parcel)) }
            await attempt(ChangeOrder(id, .fulfil(nil)))
        case .fulfilled: await attempt(ChangeOrder(id, .complete))
        case .pendingPayment, .completed, .cancelled, .expired: return false
        }
        return true
    }

    /// What customers owe according to the books, per order.
    fileprivate func receivables() async throws -> [ID<Order>: Int64] {
        var sums: [ID<Order>: Int64] = [:]
        for entry in try await rows(JournalRow.self).map(\.entry) {
            guard let order = entry.order else { continue }
            for posting in entry.postings where posting.account == .receivable {
                sums[order, default: 0] += posting.amount.amount
            }
        }
        return sums
    }
}

extension DeadEndTests {
    /// How many random walks are run for each payment method.
    private static let walks = ProcessInfo.processInfo.environment["TRADEWIND_DRILLS"] == nil ? 150 : 5000

    @Test("whatever was done, an order comes to its end with nothing held, due or owed", arguments: ways.indices)
    func wayOut(_ way: Int) async throws {
        let (choice, capture) = Self.ways[way]
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["MUG": 1_000_000], price: 1000)
            let gift = Money(1_000_000_000, .gbp)
            try await shop.run(IssueGiftCard(ID(high: 1, low: 1), amount: gift, funding: .sold, reference: nil))
            var random = SeededGenerator(seed: UInt64(way))
            var paths: [ID<Order>: [Doing]] = [:]
            for _ in 0..<Self.walks {
                let id = try await shop.place([("MUG", 2)], choice, capture: capture).id
                var path: [Doing] = []
                for _ in 0..<8 {
                    if random.next() % 4 != 0 {
                        while let open = try await shop.payments(of: id).first(where: { $0.openOperation != nil }) {
                            try await shop.end(open)
                        }
                    }
                    let doing = Doing.allCases[Int(random.next() % UInt64(Doing.allCases.count))]
                    path.append(doing)
                    try await doing.act(shop, id)
                    try await shop.expectAgreement(id, path)
                }
                paths[id] = path
                for _ in 0..<40 { guard try await shop.moveOn(id) else { break } }
                let order = try await shop.order(id)
                #expect(order.state.successors.isEmpty, "\(path.map(\.rawValue))")
                #expect(order.due.isZero && order.owed.isZero, "\(path.map(\.rawValue))")
                #expect(order.payments.authorised == order.payments.captured, "\(path.map(\.rawValue))")
            }
            for (id, sum) in try await shop.receivables() where sum != 0 {
                Issue.record("\(sum) is receivable for ever after \((paths[id] ?? []).map(\.rawValue))")
            }
            try await shop.expectSound()
        }
    }
}

extension TestShop {
    /// Expects that what an order shows as due or owed equals its customer's balance in the books.
    fileprivate func expectAgreement(_ id: ID<Order>, _ path: [Doing]) async throws {
        let order = try await order(id)
        let payments = try await payments(of: id)
        guard order.state != .pendingPayment, !payments.contains(where: { $0.openOperation != nil || $0.held > 0 })
        else { return }
        let receivable = order.claim - (order.payments.captured - order.payments.refunded)
        #expect(order.due.amount - order.owed.amount == receivable, "\(path.map(\.rawValue))")
    }
}
