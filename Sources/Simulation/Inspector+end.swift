// What must hold a while after the last fault: no work is left, and all books agree.

import Ledger
import Trading

extension Inspector {
    func inspectEnd() {
        inspectEverything()
        let orders = world.rows(OrderRow.self).map(\.order)
        let payments = world.rows(PaymentRow.self)
        for order in orders {
            world.expect(order.state != .pendingPayment, .ends, "\(order.id) still waits for payment")
        }
        for row in payments {
            let isOver = row.payment.openOperation == nil && row.due == nil
            world.expect(isOver, .ends, "\(row.payment.id) has something to do: \(row.payment)")
            for operation in row.payment.operations where operation.state == .refused && operation.kind != .authorise {
                world.fail(.ends, "\(row.payment.id) is stuck: \(operation)")
            }
        }
        for task in world.rows(TaskRow.self) where task.key.kind != .trackShipment && task.key.kind != .lateShipment {
            world.fail(.ends, "\(task) is left")
        }
        compareProviders(payments.map(\.payment))
        for order in orders { compare(order, payments.map(\.payment).filter { $0.order == order.id }) }
        compareCarrier()
    }

    /// Checks that every charge is one of our payments and vice versa, and that the clearing account is the provider's debt.
    private func compareProviders(_ payments: [Payment]) {
        for provider in world.providers {
            var owed: Int64 = 0
            for charge in provider.charges {
                owed += charge.captured - charge.refunded - charge.fee
                guard let payment = payments.first(where: { $0.id.description == charge.payment }) else {
                    return world.fail(.providersBooks, "\(charge) is none of ours")
                }
                let held = charge.state == .authorised ? charge.amount : 0
                let isSame =
                    payment.provider == provider.name && payment.captured == charge.captured
                    && payment.refunded == charge.refunded && payment.fees == charge.fee
                    && (charge.live > 0 || charge.captured > 0 ? payment.reference == charge.reference : true)
                    && (charge.state == .authorised ? payment.authorised == held : true)
                    && (charge.state == .declined || charge.state == .voided ? payment.authorised == 0 : true)
                world.expect(isSame, .providersBooks, "\(charge) is to us \(payment)")
            }
            for payment in payments where payment.provider == provider.name {
                let count = provider.charges.count { $0.payment == payment.id.description }
                let isKnown = count == 1 || (count == 0 && payment.authorised == 0)
                world.expect(isKnown, .providersBooks, "\(payment) is \(count) charges at \(provider.name)")
            }
            let key = BalanceRow.Key(.clearing(provider: provider.name), .gbp)
            let booked = world.row(BalanceRow.self, key)?.amount ?? 0
            world.expect(booked == owed, .providersBooks, "\(provider.name) owes \(owed), the books say \(booked)")
        }
    }

    /// Compares an order customer's balance in the journal with the order and its payments.
    private func compare(_ order: Order, _ payments: [Payment]) {
        let entries = world.rows(JournalRow.self).filter { $0.entry.order == order.id }
        let booked = entries.flatMap(\.entry.postings).reduce(0) {
            $1.account == .receivable ? $0 + $1.amount.amount : $0
        }
        let returned = world.rows(ReturnRow.self).map(\.value).filter { $0.order == order.id }
            .reduce(0) { $0 + $1.credit.amount }
        let isOff = order.state == .cancelled || order.state == .expired
        let sold = isOff ? 0 : order.payable.amount
        let owes = sold - returned - order.payments.captured + order.payments.refunded
        world.expect(booked == owes, .books, "\(order.id) owes \(owes), the books say \(booked)")
        guard isOff else { return }
        for payment in payments where payment.provider != nil || payment.source != nil {
            let isBack = payment.captured == payment.refunded && payment.authorised == payment.captured
            world.expect(isBack, .payments, "\(order.id) is called off and keeps money: \(payment)")
        }
    }

    /// Checks that every parcel is booked once, and that our cancellations are cancelled there.
    private func compareCarrier() {
        let shipments = world.rows(ShipmentRow.self).map(\.shipment)
        for parcel in world.carrier.parcels {
            guard let shipment = shipments.first(where: { $0.id.description == parcel.shipment }) else {
                return world.fail(.carriersBooks, "\(parcel) is none of ours")
            }
            let isSame = shipment.reference == parcel.reference && (shipment.state == .cancelled) == parcel.isCancelled
            world.expect(isSame, .carriersBooks, "\(parcel) is to us \(shipment)")
            world.expect(
                hasHeard(shipment, of: parcel),
                .carriersBooks,
                "\(shipment) misses what was told of \(parcel)"
            )
        }
        for shipment in shipments where shipment.state != .cancelled && shipment.state != .packed {
            let count = world.carrier.parcels.count { $0.shipment == shipment.id.description }
            world.expect(count == 1, .carriersBooks, "\(shipment.id) is booked \(count) times")
        }
    }
    /// Whether a shipment has its parcel's events; after a final event, missing earlier ones are not polled.
    private func hasHeard(_ shipment: Shipment, of parcel: SimulatedCarrier.Parcel) -> Bool {
        guard shipment.state != .cancelled else { return true }
        let heard = Set(shipment.events.map(\.id))
        let all = parcel.events.map(\.id)
        if shipment.state.isTracked { return heard == Set(all) }
        return heard.isSubset(of: all) && all.last.map(heard.contains) ?? true
    }
}
