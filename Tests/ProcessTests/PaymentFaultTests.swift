import Client
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

extension RealProcesses {
    /// Whatever the provider does and whichever process is killed, an order is charged once, and the ledger and the sandbox
    /// agree.
    @Suite struct PaymentFaultTests {
        private static let faults = """
            {"latency":{"probability":0.2,"shape":"tail","milliseconds":100},
            "noAnswer":{"probability":0.2,"shape":"fixed","milliseconds":1000},
            "brownOut":{"probability":0.2,"shape":"tail","milliseconds":200},
            "errorBefore":0.2,"replyLost":0.2,"unavailable":0.2,"disconnect":0.2,
            "webhookTwice":0.2,"webhookLate":0.2,"webhookLost":0.2,"lateSuccess":0.2,"decline":0.2}
            """

        @Test(
            "with every fault and kills at random each order is charged once, and settles by itself within a minute",
            .timeLimit(.minutes(10))
        )
        func faults() async throws {
            let count = Drill.isLong ? 2000 : 300
            try await withShop { files in
                let shop = try await PaymentShop(files, servers: 2, settings: ["payments.deadline=2000"])
                try await files.withClient(of: shop.server()) { try await $0.stock("A", 1_000_000) }
                try await shop.setFaults(Self.faults)
                let crowd = CardBuyers(count: count)
                let kills = try await Self.trade(crowd, shop)
                try await shop.setFaults("{}")
                let stopped = ContinuousClock.now
                try await eventually("every payment is decided", within: .seconds(60)) {
                    try await Self.isSettled(shop, orders: count)
                }
                let settled = ContinuousClock.now - stopped
                try await Self.payDeclined(crowd, shop)
                try await Self.compare(crowd, shop)
                let report = try await files.audit()
                #expect(report.isClean, "\(report.text)")
                print("\(count) orders, \(kills) kills: settled \(settled.milliseconds) ms after the faults stopped")
            }
        }

        /// Lets all buyers shop while processes are killed and restarted; returns the number of kills.
        private static func trade(_ crowd: CardBuyers, _ shop: PaymentShop) async throws -> Int {
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    try await crowd.buy(at: shop)
                    return 0
                }
                group.addTask {
                    var random = SeededGenerator(seed: 20_261_125)
                    var kills = 0
                    // Long enough for calls to be retried several times, by different servers.
                    while !crowd.isDone || kills < (Drill.isLong ? 40 : 15) {
                        try await Task.sleep(for: .milliseconds(Int.random(in: 200...1200, using: &random)))
                        let process = shop.processes[Int.random(in: 0..<shop.processes.count, using: &random)]
                        try await shop.kill(process)
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0...300, using: &random)))
                        try await shop.start(process)
                        kills += 1
                    }
                    return kills
                }
                return try await group.reduce(0, +)
            }
        }

        private static func isSettled(_ shop: PaymentShop, orders: Int) async throws -> Bool {
            try await shop.shop.withClient(of: shop.server(), patience: .some) { client in
                let payments = try await client.payments()
                return payments.count == orders && !payments.contains { $0.isOpen }
            }
        }

        /// A declined card is final; the buyer then uses another card.
        private static func payDeclined(_ crowd: CardBuyers, _ shop: PaymentShop) async throws {
            try await shop.shop.withClient(of: shop.server(), patience: .some) { client in
                for order in try await client.orders() where order.state == "pendingPayment" {
                    let path = "/v1/orders/\(order.id)/payments"
                    let answer = try await client.post(path, #"{"method":"card","token":"tok_ok"}"#, key: order.id)
                    #expect(answer.status == 201, "\(String(decoding: answer.body, as: UTF8.self))")
                }
                try await eventually("every order is decided", within: .seconds(20)) {
                    try await client.orders().allSatisfy { $0.state == "confirmed" || $0.state == "cancelled" }
                }
            }
        }

        /// Compares the shop's payments with the sandbox's charges, which share only ids.
        private static func compare(_ crowd: CardBuyers, _ shop: PaymentShop) async throws {
            let charges = try await shop.charges()
            try await shop.shop.withClient(of: shop.server(1), patience: .some) { client in
                let orders = try await client.orders()
                #expect(Set(orders.map(\.id)) == Set(crowd.orders.values))
                #expect(orders.count == crowd.orders.count)
                let payments = try await client.payments()
                let byPayment = Dictionary(grouping: charges, by: \.payment)
                #expect(Set(byPayment.keys).isSubset(of: payments.map(\.id)), "a charge of no payment")
                for payment in payments {
                    let found = byPayment[payment.id] ?? []
                    #expect(found.count <= 1, "\(payment.id) was charged \(found.count) times")
                    #expect(payment.captured.amount == found.first?.captured ?? 0, "\(payment.id)")
                    #expect(payment.refunded.amount == found.first?.refunded ?? 0, "\(payment.id)")
                    #expect(
                        payment.authorised.amount == (found.first?.captured ?? 0) + (found.first?.held ?? 0),
                        "\(payment.id)"
                    )
                    #expect((payment.state == "declined") == (found.first?.state == "declined"), "\(payment.id)")
                }
                let byOrder = Dictionary(grouping: payments, by: \.order)
                for order in orders {
                    let taken = (byOrder[order.id] ?? []).filter { $0.captured.amount > 0 }
                    let kept = taken.reduce(0) { $0 + $1.captured.amount - $1.refunded.amount }
                    #expect(taken.count <= 1, "\(order.id) was paid \(taken.count) times")
                    #expect(kept == (order.state == "confirmed" ? 100 : 0), "\(order.id) is \(order.state)")
                }
            }
            let declined = charges.count { $0.state == "declined" }
            print("\(charges.count) charges, \(declined) of them declined, held against \(crowd.orders.count) orders")
        }
    }
}

/// Buyers who pay by card at any of the servers, resend what has no answer, and cancel some orders at once.
private final class CardBuyers: Sendable {
    private static let width = 12

    private struct Book {
        var next = 0
        var orders: [Int: String] = [:]
        var isDone = false
    }

    private let count: Int
    private let book = Mutex(Book())

    init(count: Int) { self.count = count }

    /// Order ids by the order's number.
    var orders: [Int: String] { book.withLock { $0.orders } }
    /// Whether all buyers are done.
    var isDone: Bool { book.withLock { $0.isDone } }

    func buy(at shop: PaymentShop) async throws {
        defer { book.withLock { $0.isDone = true } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.width {
                group.addTask { while let number = self.next() { try await self.buy(number, at: shop) } }
            }
            try await group.waitForAll()
        }
    }

    private func next() -> Int? {
        book.withLock { book in
            guard book.next < count else { return nil }
            defer { book.next += 1 }
            return book.next
        }
    }

    private func buy(_ number: Int, at shop: PaymentShop) async throws {
        let placed = try await send(number, shop, "/v1/orders", ShopClient.cardOrder("A"), key: "order-\(number)")
        try #require(placed.status == 201, "\(String(decoding: placed.body, as: UTF8.self))")
        let id = try placed.decode(OrderAnswer.self).id
        book.withLock { $0.orders[number] = id }
        guard number % 10 == 0 else { return }
        let cancelled = try await send(number, shop, "/v1/orders/\(id)/cancel", "{}", key: "cancel-\(number)")
        try #require(cancelled.status == 200, "\(String(decoding: cancelled.body, as: UTF8.self))")
    }

    /// Sends a request with a key until there is an answer, alternating between the servers.
    private func send(
        _ number: Int,
        _ shop: PaymentShop,
        _ path: String,
        _ body: String,
        key: String
    ) async throws -> ClientResponse {
        let start = ContinuousClock.now
        var server = number
        while true {
            do {
                return try await shop.shop.withClient(of: shop.server(server % 2), connections: 1) { client in
                    try await client.post(path, body, key: key)
                }
            } catch {
                guard ContinuousClock.now - start < .seconds(60) else { throw error }
                server += 1
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
