import Trading

/// Orders for tests: 3 mugs from two locations, 1 postage without stock, 2 cups from one location.
enum OrderExamples {
    static let start = Timestamp(milliseconds: 1_795_000_000_000)

    static func placed() -> Order {
        let until = start.adding(seconds: 900)
        let lines = [
            line("MUG", 3, 500, [Allocation(location: "a", quantity: 2), Allocation(location: "b", quantity: 1)]),
            line("POST", 1, 295, []),
            line("CUP", 2, 300, [Allocation(location: "b", quantity: 2)]),
        ]
        return Order(
            id: ID(high: 1, low: 2),
            currency: .gbp,
            lines: lines,
            total: Money(2395, .gbp),
            paymentMethod: .manual,
            customer: OrderCustomer(id: ID(high: 3, low: 4), email: "a@example.com", name: "A", phone: "1"),
            shipTo: ["name": "A", "country": "GB"],
            reference: "web-1",
            metadata: ["note": "n"],
            cart: ID(high: 5, low: 6),
            reservedUntil: until,
            createdAt: start,
            updatedAt: start,
            history: [OrderHistoryEntry(state: .pendingPayment, at: start, reservedUntil: until)]
        )
    }

    /// The order after the shortest path to a state.
    static func order(in state: OrderState) throws -> Order {
        var order = placed()
        switch state {
        case .pendingPayment: break
        case .cancelled: _ = try order.cancel(reason: nil, at: start)
        case .expired: _ = order.expire(at: start.adding(seconds: 900))
        case .confirmed, .partlyFulfilled, .fulfilled, .completed:
            try order.pay(reason: nil, at: start)
            if state == .partlyFulfilled { _ = try order.fulfil([LineQuantity(line: 1, quantity: 1)], at: start) }
            if state == .fulfilled || state == .completed { _ = try order.fulfil(nil, at: start) }
            if state == .completed { try order.complete(at: start) }
        }
        return order
    }

    private static func line(_ sku: String, _ quantity: Int64, _ price: Int64, _ from: [Allocation]) -> OrderLine {
        OrderLine(
            sku: SKU(stored: sku),
            name: sku,
            quantity: quantity,
            unitPrice: Money(price, .gbp),
            total: Money(price * quantity, .gbp),
            allocations: from
        )
    }
}

/// An action on an order.
enum OrderAction: CaseIterable {
    case pay, extend, cancel, cancelUnit, expire, fulfil, complete, takeBack

    /// The states in which the action is allowed.
    var allowed: Set<OrderState> {
        switch self {
        case .pay, .extend, .expire: [.pendingPayment]
        case .cancel, .cancelUnit: [.pendingPayment, .confirmed, .partlyFulfilled]
        case .fulfil: [.confirmed, .partlyFulfilled]
        case .complete: [.fulfilled]
        case .takeBack: [.partlyFulfilled, .fulfilled, .completed]
        }
    }

    /// Performs the action, on the first line if it concerns lines; returns the stock movements.
    func act(
        on order: inout Order,
        at now: Timestamp = OrderExamples.start.adding(seconds: 900)
    ) throws(OrderRefusal) -> [OrderMovement] {
        switch self {
        case .pay: try order.pay(reason: "paid", at: now)
        case .extend: try order.extend(until: now.adding(seconds: 60), at: now)
        case .cancel: return try order.cancel(reason: "wish", at: now).movements
        case .cancelUnit:
            let unit = [UnitsToCancel(.line(1), 1)]
            return try order.cancel(unit, sparing: .none, reason: "wish", at: now).movements
        case .expire:
            let state = order.state
            guard let movements = order.expire(at: now) else { throw .wrongState(state) }
            return movements
        case .fulfil: return try order.fulfil([LineQuantity(line: 1, quantity: 1)], at: now)
        case .complete: try order.complete(at: now)
        case .takeBack:
            return try order.takeBack(
                [ReturnRequestLine(line: 1, quantity: 1, disposition: .restock)],
                id: ID(high: 7, low: 7),
                credit: ID(high: 8, low: 8),
                reason: "broken",
                at: now
            ).movements
        }
        return []
    }
}
