import Foundation
import Testing
import Trading

@testable import Ledger

/// An action on an order, its payments or its parcels.
private enum Step: CaseIterable {
    case pay, answer, refuse, cancel, cancelUnit, ship, pack, handOver, callOff, takeBack, collect, capture, void,
        complete

    /// Performs the action; false when the current state does not allow it.
    func act(_ shop: TestShop, _ order: ID<Order>) async throws -> Bool {
        switch self {
        case .pay: return await done(shop, ChangeOrder(order, .pay(reason: nil)))
        case .answer: return try await tell(shop, order, .done(TestShop.proof))
        case .refuse: return try await tell(shop, order, .refused(code: "no"))
        case .cancel: return await done(shop, ChangeOrder(order, .cancel(reason: nil)))
        case .cancelUnit:
            return await done(shop, ChangeOrder(order, .cancel([UnitsToCancel(.line(1), 1)], reason: nil)))
        case .ship: return await done(shop, ChangeOrder(order, .fulfil([LineQuantity(line: 1, quantity: 1)])))
        case .pack:
            let lines = [LineQuantity(line: 1, quantity: 1)]
            return await done(shop, CreateShipment(order: order, lines: lines, carrier: "own"))
        case .handOver, .callOff:
            guard let parcel = try await shop.parcels(order).first(where: \.state.isOpen)?.id else { return false }
            if self == .callOff { return await done(shop, CancelShipment(parcel)) }
            return await done(shop, RecordEvents(parcel, [shop.event(.inTransit)], completesOrder: true))
        case .takeBack:
            let line = ReturnRequestLine(line: 1, quantity: 1, disposition: .restock)
            return await done(shop, TakeBack(order: order, lines: [line], reason: "r"))
        case .collect: return await done(shop, ChangeOrder(order, .collected))
        case .capture: return await done(shop, ChangePayment(.first(of: order), .capture(nil, isFinal: true)))
        case .void: return await done(shop, ChangePayment(.first(of: order), .void))
        case .complete: return await done(shop, ChangeOrder(order, .complete))
        }
    }

    private func done<C: Command>(_ shop: TestShop, _ command: C) async -> Bool {
        do throws(CommitError<C.Refusal>) {
            _ = try await shop.committer.submit(command)
            return true
        } catch {
            return false
        }
    }

    private func tell(_ shop: TestShop, _ order: ID<Order>, _ outcome: PaymentOutcome) async throws -> Bool {
        guard let claim = try await shop.run(ClaimPayments([.first(of: order)], seconds: 30)).first else {
            return false
        }
        try await shop.record(claim, outcome)
        return true
    }
}

extension ID where Subject == Payment {
    fileprivate static func first(of order: ID<Order>) -> ID<Payment> { Payment.id(of: order, attempt: 1) }
}

extension TestShop {
    fileprivate func parcels(_ order: ID<Order>) async throws -> [Shipment] {
        var found: [Shipment] = []
        for id in try await row(HandlingRow.self, order)?.shipments ?? [] { found.append(try await shipment(id)) }
        return found
    }

    /// The state of an order as far as it determines the next possible actions, and whether the order is closed with no money
    /// held and no operation in progress.
    fileprivate func standing(_ id: ID<Order>) async throws -> (name: String, isClosed: Bool) {
        let order = try await order(id)
        let payment = try await row(PaymentRow.self, .first(of: id))?.payment
        let parcels = try await parcels(id)
        let line = order.lines[0]
        var words = ["\(order.state)", "\(line.fulfilled) \(line.cancelled) \(line.returned)", "\(order.paymentState)"]
        words.append(parcels.filter { $0.state.isOpen }.map { "\($0.state)" }.joined(separator: " "))
        if let payment {
            let open = payment.operations.filter(\.isOpen).map { "\($0.kind) \($0.amount) \($0.isFinal)" }
            let sums = "\(payment.authorised) \(payment.captured) \(payment.refunded) \(payment.capturable)"
            words += ["\(payment.status)", sums] + open
        }
        let isOver = order.state.successors.isEmpty
        let isSettled = payment.map { $0.openOperation == nil && $0.authorised == $0.captured } ?? true
        return (words.joined(separator: " | "), isOver && isSettled && !parcels.contains { $0.state.isOpen })
    }
}

@Suite("No order is stuck")
struct DeadEndTests {
    static let ways: [(PaymentChoice, CaptureMode)] =
        [
            (.manual, .onShipment), (.cashOnDelivery, .onShipment), (.giftCard(ID(high: 1, low: 1)), .onShipment),
        ] + CaptureMode.allCases.map { (.card(token: "t", provider: nil), $0) }

    /// The largest number of steps after which states are still expanded; the long form of the test has no bound.
    private static let longestPath = ProcessInfo.processInfo.environment["TRADEWIND_DRILLS"] == nil ? 4 : Int.max

    @Test(
        "from every standing of order, payment and parcels that can be reached, a closed one can be reached",
        arguments: ways.indices
    )
    func walk(_ way: Int) async throws {
        let (choice, capture) = Self.ways[way]
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["MUG": 1_000_000], price: 1000)
            let gift = Money(1_000_000_000, .gbp)
            try await shop.run(IssueGiftCard(ID(high: 1, low: 1), amount: gift, funding: .sold, reference: nil))
            func order(_ path: [Step]) async throws -> ID<Order> {
                let id = try await shop.place([("MUG", 2)], choice, capture: capture).id
                for step in path { _ = try await step.act(shop, id) }
                return id
            }
            let start = try await shop.standing(order([]))
            var paths: [String: [Step]] = [start.name: []]
            var closed: Set<String> = []
            var back: [String: Set<String>] = [:]
            var queue = [start.name]
            var beyond: Set<String> = []
            while let name = queue.popLast() {
                let path = paths[name] ?? []
                guard path.count < Self.longestPath else {
                    beyond.insert(name)
                    continue
                }
                for step in Step.allCases {
                    let id = try await order(path)
                    guard try await step.act(shop, id) else { continue }
                    let next = try await shop.standing(id)
                    back[next.name, default: []].insert(name)
                    if next.isClosed { closed.insert(next.name) }
                    guard paths[next.name] == nil else { continue }
                    paths[next.name] = path + [step]
                    queue.insert(next.name, at: 0)
                }
                try #require(paths.count < 3000, "the standings do not end")
            }
            // States that were not expanded are not judged.
            var leading = closed.union(beyond)
            var open = Array(leading)
            while let name = open.popLast() {
                for before in back[name] ?? [] where leading.insert(before).inserted { open.append(before) }
            }
            let stuck = Set(paths.keys).subtracting(leading)
            #expect(paths.count > 10 && !closed.isEmpty)
            #expect(stuck.isEmpty, "\(stuck.sorted().map { "\($0) by \(paths[$0] ?? [])" }.joined(separator: "\n"))")
            try await shop.expectSound()
            try await shop.expectBooks()
        }
    }
}
