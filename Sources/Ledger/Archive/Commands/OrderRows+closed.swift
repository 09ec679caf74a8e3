import Trading

extension OrderRows {
    /// Whether nothing about the order can be expected any more, and nothing has changed since a time.
    ///
    /// That is: it has ended, no money is due, owed, disputed or on its way, every parcel has reached a final state, no return is open, and
    /// no provider refused what the shop asked for, which somebody has to look at.
    package func isClosed(since time: Timestamp) -> Bool {
        guard [.fulfilled, .completed, .cancelled, .expired].contains(order.state), order.reservedUntil == nil,
            order.updatedAt < time, order.due.isZero, order.owed.isZero, order.payments.disputed == 0
        else { return false }
        return payments.allSatisfy { $0.isClosed(since: time) }
            && shipments.allSatisfy { $0.shipment.isClosed(since: time) }
            && handling.allSatisfy { $0.returns.isEmpty }
            && returns.allSatisfy { $0.value.isClosed(since: time) }
            && credits.allSatisfy { $0.credit.createdAt < time }
    }

    /// The tasks that would be about the order.
    package var tasks: [TaskRow.Key] {
        let kinds = TaskKind.carrierCalls + [.lateShipment]
        let ofParcels = shipments.flatMap { row in kinds.map { TaskRow.Key($0, row.key.bits) } }
        return ofParcels + people.map { TaskRow.Key(.eraseOrders, $0.bits) }
    }

    /// The customers whose data the rows are.
    package var people: Set<ID<Customer>> {
        Set([order.customer?.id].compactMap(\.self) + credits.compactMap(\.credit.customer))
    }

    /// Whether a task about the order waits to be done.
    package func isAwaited<Source: OrderSource>(in source: Source) throws(Source.Failure) -> Bool {
        for task in tasks where try source.row(\.tasks, task) != nil { return true }
        return false
    }
}

extension PaymentRow {
    fileprivate func isClosed(since time: Timestamp) -> Bool {
        due == nil && !payment.isProcessing && payment.disputed == 0 && payment.updatedAt < time
            && payment.operations.allSatisfy { !$0.isOpen && ($0.kind == .authorise || $0.state != .refused) }
    }
}

extension Shipment {
    fileprivate func isClosed(since time: Timestamp) -> Bool {
        state.isFinal && updatedAt < time && operations.allSatisfy { !$0.isOpen }
    }
}

extension Return {
    fileprivate func isClosed(since time: Timestamp) -> Bool {
        !stage.isOpen && createdAt < time && history.allSatisfy { $0.at < time }
    }
}
