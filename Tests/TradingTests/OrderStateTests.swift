import Testing
import Trading

@Suite("The states of an order")
struct OrderStateTests {
    @Test(
        "each action is allowed in its states and refused in all others, and a refusal changes nothing",
        arguments: OrderState.allCases,
        OrderAction.allCases
    )
    func matrix(_ state: OrderState, _ action: OrderAction) throws {
        let before = try OrderExamples.order(in: state)
        #expect(before.state == state)
        var order = before
        if action.allowed.contains(state) {
            _ = try action.act(on: &order)
            #expect(order.version > before.version)
            #expect(order.updatedAt > before.updatedAt)
            #expect(order.history.starts(with: before.history))
        } else {
            #expect(throws: OrderRefusal.wrongState(state)) { try action.act(on: &order) }
            #expect(order == before)
        }
    }

    @Test("an order only ever goes to a successor of its state", arguments: OrderState.allCases, OrderAction.allCases)
    func successors(_ state: OrderState, _ action: OrderAction) throws {
        var order = try OrderExamples.order(in: state)
        guard action.allowed.contains(state) else { return }
        _ = try action.act(on: &order)
        #expect(order.state == state || state.successors.contains(order.state))
        #expect(OrderState.allCases.filter { $0.name == state.name } == [state])
    }

    @Test("what ends an order frees every unit that it held, and holds none any longer")
    func release() throws {
        for action in [OrderAction.cancel, .expire] {
            var order = OrderExamples.placed()
            let released = try action.act(on: &order)
            #expect(released.allSatisfy { $0.kind == .released })
            let freed = released.map { "\($0.sku) \($0.location) \(-$0.quantity)" }
            let held = order.reservingMovements.map { "\($0.sku) \($0.location) \($0.quantity)" }
            #expect(freed == held)
            #expect(order.paymentState == .void)
            #expect(order.reservedUntil == nil)
            #expect(!order.state.holdsStock)
        }
    }

    @Test("cancelling a paid order does not pretend that it was never paid")
    func cancelPaid() throws {
        var order = try OrderExamples.order(in: .confirmed)
        _ = try OrderAction.cancel.act(on: &order)
        #expect(order.paymentState == .paid)
    }

    @Test("a reservation ends at its instant, not before, and not once it was extended or paid")
    func expiry() throws {
        var order = OrderExamples.placed()
        let before = order
        #expect(order.expire(at: Timestamp(milliseconds: OrderExamples.start.milliseconds + 899_999)) == nil)
        #expect(order == before)
        try order.extend(until: OrderExamples.start.adding(seconds: 1000), at: OrderExamples.start)
        #expect(order.expire(at: OrderExamples.start.adding(seconds: 900)) == nil)
        #expect(order.expire(at: OrderExamples.start.adding(seconds: 1000))?.count == 3)
        var paid = OrderExamples.placed()
        try paid.pay(reason: nil, at: OrderExamples.start.adding(seconds: 901))
        #expect(paid.expire(at: .latest) == nil)
    }

    @Test("states hold stock exactly until the goods left or the order ended")
    func holding() {
        #expect(OrderState.allCases.filter(\.holdsStock) == [.pendingPayment, .confirmed, .partlyFulfilled])
        #expect(OrderState.allCases.filter(\.successors.isEmpty) == [.completed, .cancelled, .expired])
    }
}
