// Payments compared with their orders and with themselves: I4 (one order, one charge), I5 (a payment's sums match its operations
// at the provider), and the part of I9 that orders alone cannot show.

import Ledger
import Trading

extension AuditPass {
    /// Reads every payment; attempts of one order are adjacent, because their ids count up from the order's.
    func auditPayments() throws(LedgerFailure) {
        var group: [Payment] = []
        var rows = 0
        // Payments whose orders were lost with a restore; no order counts them.
        var lost = 0
        try view.pages(AuditedPayment.self) { (page) throws(LedgerFailure) in
            for row in page {
                rows += 1
                guard let payment = try checkPayment(row) else { continue }
                books.add(payment)
                guard payment.lostOrder == nil else {
                    lost += 1
                    try checkLost(payment)
                    continue
                }
                if let first = group.first, first.order != payment.order {
                    try checkGroup(group)
                    group = []
                }
                group.append(payment)
            }
            count("payments", page.count)
        }
        try checkGroup(group)
        if rows - lost != attempts { try findMissingPayments() }
    }

    /// Checks the payments of one order; for an incremental audit.
    func checkPayments(of order: Order) throws(LedgerFailure) {
        var payments: [Payment] = []
        for id in order.allPayments.prefix(Payment.maxAttempts + 1) {
            guard let row = try view.row(AuditedPayment.self, id.bits) else {
                add(.stateAgreement, "orders", order.id, "\(id), which it counts", "none")
                continue
            }
            if let payment = try checkPayment(row) { payments.append(payment) }
        }
        check(payments, of: order)
    }

    private func checkGroup(_ payments: [Payment]) throws(LedgerFailure) {
        guard let first = payments.first else { return }
        guard let row = try view.row(AuditedOrder.self, first.order.bits) else {
            return add(.noPhantom, "payments", first.id, "its order", "no \(first.order)")
        }
        guard let order = Order(document: row.document) else { return }
        check(payments, of: order)
    }

    /// Checks a payment whose order was lost: once no operation is open, nothing is kept that was to be given back.
    private func checkLost(_ payment: Payment) throws(LedgerFailure) {
        if try view.has(OrderRow.self, payment.order) {
            add(.stateAgreement, "payments", payment.id, "no order, since it was lost", "\(payment.order)")
        }
        let isStuck = payment.operations.contains { $0.kind != .authorise && $0.state == .refused }
        guard payment.lostOrder == .refund, payment.openOperation == nil, !isStuck else { return }
        let kept = payment.captured - payment.disputed - payment.refunded
        if kept > 0 || payment.held > 0 {
            add(.stateAgreement, "payments", payment.id, "all given back, since its order was lost", "a part kept")
        }
    }

    /// Compares an order's sums with its payments.
    private func check(_ payments: [Payment], of order: Order) {
        let open = payments.filter(\.isProcessing)
        if open.count > 1 {
            let ids = open.map(\.id.description).joined(separator: ", ")
            add(.oneCharge, "orders", order.id, "at most one open attempt", ids)
        }
        if let last = open.first, last.id != order.currentPayment {
            add(.oneCharge, "payments", last.id, "to be over, as a later attempt was made", "processing")
        }
        var sums = (authorised: Int128(0), captured: Int128(0), refunded: Int128(0), disputed: Int128(0))
        for payment in payments {
            sums.authorised += Int128(payment.authorised)
            sums.captured += Int128(payment.captured)
            sums.refunded += Int128(payment.refunded)
            sums.disputed += Int128(payment.disputed)
        }
        let said = order.payments
        let told = (
            Int128(said.authorised), Int128(said.captured), Int128(said.refunded), Int128(said.disputed)
        )
        if payments.count != said.attempts || sums != told {
            let found = "\(said.attempts): \(said.authorised), \(said.captured), \(said.refunded), \(said.disputed)"
            let expected =
                "\(payments.count): \(sums.authorised), \(sums.captured), \(sums.refunded), \(sums.disputed)"
            add(.stateAgreement, "orders", order.id, "attempts with sums \(expected), by its payments", found)
        }
        if let setback = said.setback,
            !payments.contains(where: { $0.id == order.currentPayment && $0.status.setback == setback })
        {
            add(.stateAgreement, "orders", order.id, "a last attempt that was \(setback.rawValue)", "another one")
        }
        let isBacked = payments.contains { payment in
            payment.method == .cashOnDelivery
                || payment.operations.contains { $0.state == .done && ($0.kind == .authorise || $0.kind == .capture) }
        }
        let goesOn = [.confirmed, .partlyFulfilled, .fulfilled, .completed].contains(order.state)
        if goesOn, !isBacked, Worth(order).payable > Int128(said.credited) {
            add(.stateAgreement, "orders", order.id, "\(order.state.name) with money that was once there", "none")
        }
        let isUnderWay = payments.contains { $0.openOperation != nil }
        let isStuck = payments.contains { payment in
            payment.operations.contains { $0.kind != .authorise && $0.state == .refused }
        }
        guard !isUnderWay, !isStuck else { return }
        let kept = sums.captured - sums.refunded
        let most = Worth(order).total + max(0, -Int128(said.credited))
        if kept > most { add(.oneCharge, "orders", order.id, "at most \(most) kept", "\(kept)") }
        checkSettled(order, payments)
    }

    /// Checks what must hold once no operation is open: the money of shipped goods is captured, and an order that ended keeps
    /// none.
    private func checkSettled(_ order: Order, _ payments: [Payment]) {
        // Money received by hand has to be paid back by hand: until then the order says that it is owed to the customer.
        let byHand = payments.filter { $0.provider == nil && $0.source == nil }
            .reduce(Int128(0)) { $0 + Int128($1.captured) - Int128($1.refunded) }
        let sums = order.payments
        let kept = Int128(sums.captured) - Int128(sums.disputed) - Int128(sums.refunded) - byHand
        switch order.state {
        case .cancelled, .expired:
            if order.payments.authorised > order.payments.captured {
                add(.stateAgreement, "orders", order.id, "\(order.state.name) with nothing held", "authorised")
            }
            if kept > 0 {
                add(.stateAgreement, "orders", order.id, "\(order.state.name) with all given back", "a part kept")
            }
        case .fulfilled, .completed:
            if order.paymentState == .authorised {
                add(.stateAgreement, "orders", order.id, "\(order.state.name) with its money taken", "authorised")
            }
        case .pendingPayment, .confirmed, .partlyFulfilled: break
        }
    }

    /// Compares a payment with its columns and its own operations; returns it where it is readable.
    private func checkPayment(_ row: AuditedPayment) throws(LedgerFailure) -> Payment? {
        let id = ID<Payment>(row.key)
        guard let payment = Payment(document: row.document) else {
            add(.structure, "payments", id, "a readable payment", "\(row.document.count) bytes that are not one")
            return nil
        }
        if payment.id != id { add(.stateAgreement, "payments", id, "id \(id)", "\(payment.id)") }
        if row.state != payment.status.rawValue {
            let found = row.state.flatMap(PaymentStatus.init).map(\.name) ?? "none"
            add(.stateAgreement, "payments", id, "column state of \(payment.status.name)", found)
        }
        if row.provider != payment.provider || row.reference != payment.reference {
            add(.stateAgreement, "payments", id, "columns of its provider and reference", "others")
        }
        checkOperations(payment)
        try checkReference(payment)
        let isWaiting = payment.provider != nil && payment.openOperation != nil
        // A look-up of a charge may be due although no operation is open.
        if isWaiting ? row.due == nil : row.due != nil && !payment.canBeLookedAt {
            let expected = isWaiting ? "a time at which its next step is due" : "no step that is due"
            add(.oneCharge, "payments", id, expected, row.due.map { "\(Timestamp(milliseconds: $0))" } ?? "none")
        }
        if isWaiting, let first = payment.openOperation.flatMap({ payment.operations[$0].firstTriedAt }),
            first.adding(seconds: Self.providerSeconds) < now
        {
            waitingForProvider += 1
        }
        if payment.operations.contains(where: { $0.kind != .authorise && $0.state == .refused }) { stuckPayments += 1 }
        return payment
    }

    /// Checks that a payment's sums match its completed operations.
    private func checkOperations(_ payment: Payment) {
        func done(_ kind: PaymentOperation.Kind) -> Int128 {
            payment.operations.filter { $0.kind == kind && $0.state == .done }.reduce(0) { $0 + Int128($1.amount) }
        }
        let taken = done(.capture) + payment.operations.reduce(0) { $0 + Int128($1.taken) }
        if Int128(payment.captured) != taken {
            add(
                .providerAgreement,
                "payments",
                payment.id,
                "\(taken) captured, by its operations",
                "\(payment.captured)"
            )
        }
        if Int128(payment.refunded) != done(.refund) {
            let expected = "\(done(.refund)) refunded, by its operations"
            add(.providerAgreement, "payments", payment.id, expected, "\(payment.refunded)")
        }
        if payment.refunded < 0 || payment.refunded > payment.captured || payment.captured > payment.authorised
            || payment.authorised > payment.amount.amount
        {
            let found = "\(payment.refunded), \(payment.captured), \(payment.authorised)"
            add(.oneCharge, "payments", payment.id, "refunded ≤ captured ≤ authorised ≤ amount", found)
        }
        if payment.disputed < 0 || payment.disputed > payment.captured {
            let found = "\(payment.disputed) of \(payment.captured)"
            add(.oneCharge, "payments", payment.id, "0 ≤ disputed ≤ captured", found)
        }
        let keys = payment.operations.map(\.key)
        if Set(keys).count != keys.count {
            add(.oneCharge, "payments", payment.id, "a key of its own for each operation", "one that stands twice")
        }
    }

    /// Checks that a payment with money at a provider has a reference that no other payment has.
    private func checkReference(_ payment: Payment) throws(LedgerFailure) {
        guard let provider = payment.provider else { return }
        guard let reference = payment.reference else {
            if payment.authorised > 0 {
                add(.providerAgreement, "payments", payment.id, "the provider's reference", "none")
            }
            return
        }
        let same = try view.rows(
            RowQuery<KeyOf<PaymentRow>>(
                [
                    Condition("provider", .equal, .text(provider)),
                    Condition("reference", .equal, .text(reference)),
                ],
                limit: 2
            )
        )
        if let other = same.first(where: { $0.key != payment.id }) {
            add(
                .providerAgreement,
                "payments",
                payment.id,
                "reference \(reference) alone",
                "\(other.key) too"
            )
        }
    }

    /// Finds orders that count more attempts than there are payments.
    private func findMissingPayments() throws(LedgerFailure) {
        try view.pages(AuditedOrder.self) { (page) throws(LedgerFailure) in
            for row in page {
                guard let order = Order(document: row.document) else { continue }
                for id in order.allPayments.prefix(Payment.maxAttempts + 1)
                where try !view.has(PaymentRow.self, id) {
                    add(.stateAgreement, "orders", order.id, "\(id), which it counts", "none")
                }
            }
        }
    }
}
