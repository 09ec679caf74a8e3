// A payment provider with books of its own. It keeps the one promise of providers: a key has one effect, and the same answer
// whenever it is sent again. In all other respects it behaves as badly as possible.

import Ledger
import Providers
import Trading

final class SimulatedPayments {
    struct Charge {
        let reference: String
        let payment: String
        let order: String
        let amount: Int64
        let currency: Currency
        let createdAt: Timestamp
        var state: ProviderCharge.State
        var captured: Int64 = 0
        var refunds: [FoundRefund] = []
        var fee: Int64 = 0
        /// Whether the uncaptured rest was released.
        var isClosed = false

        var refunded: Int64 { refunds.reduce(0) { $0 + $1.amount } }

        var held: Int64 {
            switch state {
            case .authorised, .captured: isClosed ? 0 : amount - captured
            case .pending, .declined, .voided: 0
            }
        }

        /// The customers' money that it holds, or may come to hold.
        var live: Int64 { state == .pending ? amount : held + captured - refunded }

        func money(_ amount: Int64) -> Money { Money(amount, currency) }
    }

    private struct Deed {
        let request: PaymentRequest
        let reference: String
        var answer: ProviderAnswer<PaymentReceipt>
    }

    let name: String
    private unowned let world: World
    private let outages: Outages
    private(set) var charges: [Charge] = []
    private var deeds: [String: Deed] = [:]
    private var notices = 0

    init(_ name: String, world: World) {
        self.name = name
        self.world = world
        outages = Outages(&world.dice, from: world.now)
    }

    var isDown: Bool { world.areFaultsOn && outages.contain(world.now) }

    /// Carries out an operation, or repeats the answer of a known key.
    func perform(_ request: PaymentRequest) -> ProviderAnswer<PaymentReceipt> {
        if let deed = deeds[request.key] {
            let isSame =
                deed.request.action == request.action && deed.request.payment == request.payment
                && deed.request.amount == request.amount
            world.expect(isSame, .keys, "\(name) was sent \(request) under the key of \(deed.request)")
            return deed.answer
        }
        let (reference, answer) = decide(request)
        world.note("\(name): \(request.key) \(request.action) \(request.amount.amount): \(answer)")
        deeds[request.key] = Deed(request: request, reference: reference, answer: answer)
        announce(reference)
        return answer
    }

    /// The charge of a payment in the provider's books.
    func find(payment: String) -> ProviderAnswer<ProviderCharge?> {
        .done(
            charges.last { $0.payment == payment }.map { charge in
                ProviderCharge(
                    reference: charge.reference,
                    payment: charge.payment,
                    state: charge.state,
                    amount: charge.money(charge.amount),
                    held: charge.money(charge.held),
                    captured: charge.money(charge.captured),
                    refunds: charge.refunds.map {
                        ProviderRefund(id: $0.id, key: $0.key, amount: charge.money($0.amount))
                    },
                    fee: charge.money(charge.fee),
                    createdAt: charge.createdAt
                )
            }
        )
    }

    // MARK: Deciding

    private func decide(_ request: PaymentRequest) -> (String, ProviderAnswer<PaymentReceipt>) {
        if case .authorise(_, let atOnce) = request.action { return authorise(request, atOnce) }
        guard let index = charges.lastIndex(where: { $0.payment == request.payment }) else {
            return ("", .refused(ProviderRefusal(code: "no_charge")))
        }
        let amount = request.amount.amount
        let reference = charges[index].reference
        guard apply(request, to: &charges[index]) else {
            return (reference, .refused(ProviderRefusal(code: "wrong_state")))
        }
        var fee: Int64 = 0
        if case .capture = request.action { fee = takeFee(index, amount) }
        return (reference, .done(receipt(index, request, fee: fee)))
    }

    private func apply(_ request: PaymentRequest, to charge: inout Charge) -> Bool {
        let amount = request.amount.amount
        switch request.action {
        case .authorise: return false
        case .capture(let isFinal):
            guard charge.state == .authorised || charge.state == .captured, !charge.isClosed,
                charge.captured + amount <= charge.amount
            else { return false }
            charge.state = .captured
            charge.captured += amount
            charge.isClosed = isFinal || charge.captured == charge.amount
        case .refund:
            guard charge.state == .captured, charge.refunded + amount <= charge.captured else { return false }
            charge.refunds.append(FoundRefund(id: "act-\(request.key)", key: request.key, amount: amount))
        case .void:
            // After a partial capture the rest is released.
            guard charge.state == .authorised || charge.state == .captured, !charge.isClosed else { return false }
            charge.isClosed = true
            if charge.state == .authorised { charge.state = .voided }
        }
        return true
    }

    private func authorise(_ request: PaymentRequest, _ atOnce: Bool) -> (String, ProviderAnswer<PaymentReceipt>) {
        let order = request.metadata["order"] ?? ""
        let others = world.providers.flatMap(\.charges).filter { $0.order == order && $0.live > 0 }
        let total = ID<Order>(order).flatMap { world.row(OrderRow.self, $0)?.order.total.amount } ?? 0
        // The lacking amount may be charged once more, but not while another charge is undecided.
        let isOnce =
            others.allSatisfy { $0.state != .pending } && others.reduce(request.amount.amount) { $0 + $1.live } <= total
        world.expect(isOnce, .oneCharge, "\(name) charges \(order) again: \(others.map(\.reference))")
        let charge = Charge(
            reference: "\(name)-\(charges.count + 1)",
            payment: request.payment,
            order: order,
            amount: request.amount.amount,
            currency: request.amount.currency,
            createdAt: world.now,
            state: .pending
        )
        charges.append(charge)
        let index = charges.count - 1
        guard world.dice.chance(150) else { return (charge.reference, settle(index, request, atOnce)) }
        world.time.after(world.dice.number(1000...900_000)) { [self] in
            deeds[request.key]?.answer = settle(index, request, atOnce)
            world.note("\(name): \(request.key) is \(charges[index].state)")
            announce(charge.reference)
        }
        return (charge.reference, .unknown(ProviderTrouble(code: "pending")))
    }

    private func settle(_ index: Int, _ request: PaymentRequest, _ atOnce: Bool) -> ProviderAnswer<PaymentReceipt> {
        guard !world.dice.chance(150) else {
            charges[index].state = .declined
            return .refused(ProviderRefusal(code: "card_declined"))
        }
        charges[index].state = atOnce ? .captured : .authorised
        guard atOnce else { return .done(receipt(index, request, fee: 0)) }
        charges[index].captured = charges[index].amount
        charges[index].isClosed = true
        return .done(receipt(index, request, fee: takeFee(index, charges[index].amount)))
    }

    private func takeFee(_ index: Int, _ amount: Int64) -> Int64 {
        let fee = amount / 100 + 5
        charges[index].fee += fee
        return fee
    }

    private func receipt(_ index: Int, _ request: PaymentRequest, fee: Int64) -> PaymentReceipt {
        PaymentReceipt(
            reference: charges[index].reference,
            action: "act-\(request.key)",
            amount: request.amount,
            fee: charges[index].money(fee)
        )
    }

    // MARK: Telling

    /// Sends a webhook: never, once or several times, soon or late, to any process.
    private func announce(_ reference: String) {
        guard let charge = charges.first(where: { $0.reference == reference }) else { return }
        notices += 1
        let notice = TakeNotice(InboxRow.Key(name, "evt-\(notices)"), payment: ID(charge.payment))
        for _ in 0..<world.dice.number(0...2) {
            world.time.after(world.dice.number(10...120_000)) { [world] in
                world.dice.pick(world.processes).submit(notice)
            }
        }
    }
}
