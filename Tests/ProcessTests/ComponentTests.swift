import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// Each process runs the components it was started with, on one data directory.
    @Suite struct ComponentTests {
        private static let orders = "storefront,orders"
        /// Short intervals, so that the tests are quick, and deliveries to this machine allowed.
        private static let settings = ["webhooks.allow-private=1", "workers.task-interval=50"]

        @Test(
            "a process serves what it runs, says so of the rest, and shows how its workers get on",
            .timeLimit(.minutes(1))
        )
        func routes() async throws {
            try await withShop { shop in
                let server = try await shop.serve(Self.settings, components: "orders,webhooks")
                try await shop.withClient(of: server) { client in
                    #expect(try await client.get("/v1/orders").status == 200)
                    let elsewhere = try await client.get("/v1/products")
                    #expect(elsewhere.status == 404)
                    #expect(elsewhere.problem?.code == "not_served_here")
                    #expect(elsewhere.problem?.detail.contains("storefront") == true)
                    #expect(try await client.get("/v1/customers").problem?.code == "not_served_here")
                    #expect(try await client.get("/v1/nothing").problem?.code == "not_found")
                    // Every process describes the whole API.
                    let paths = try await client.get("/openapi.json").body
                    #expect(String(decoding: paths, as: UTF8.self).contains("/v1/customers"))
                    try await eventually("the workers turn", within: .seconds(5)) {
                        let list = try await client.get("/v1/components").decode(ComponentList.self).components
                        return list.map(\.name) == ["orders", "webhooks"]
                            && list.allSatisfy { $0.workers.allSatisfy { $0.rounds > 0 && $0.restarts == 0 } }
                    }
                    let metrics = String(decoding: try await client.get("/metrics").body, as: UTF8.self)
                    #expect(metrics.contains("tradewind_component{component=\"storefront\"} 0"))
                    #expect(metrics.contains("tradewind_task_oldest_due_seconds{kind=\"deliverWebhook\"}"))
                    #expect(
                        metrics.contains("tradewind_worker_restarts_total{component=\"orders\",worker=\"expiry\"} 0")
                    )
                }
                #expect(try await server.ask("GET", "/v1/components").status == 401)
            }
        }

        @Test("a component that does not exist is refused with the list of those that do", .timeLimit(.minutes(1)))
        func unknownNames() async throws {
            try await withShop(hasKey: false) { shop in
                for names in ["orders,paymets", "", "orders,,webhooks", "Orders"] {
                    let child = try await shop.run(["serve", "--data", shop.data, "--components", names])
                    #expect(child.exitStatus == 64, "\(names)")
                    #expect(child.errors.contains("storefront, orders, payments, logistics, webhooks, operator"))
                }
            }
        }

        @Test(
            "orders go on without an error while webhooks and operator are stalled, killed and back",
            .timeLimit(.minutes(2))
        )
        func isolation() async throws {
            let receiver = try WebhookReceiver()
            defer { receiver.close() }
            try await withShop { shop in
                let front = try await shop.serve(Self.settings, components: Self.orders)
                let hooks = try await shop.serve(Self.settings, components: "webhooks")
                let back = try await shop.serve(Self.settings, components: "operator")
                try await shop.withClient(of: front) { client in try await client.stock("MUG", 100_000) }
                try await shop.withClient(of: hooks) { client in
                    let input = #"{"url":"\#(receiver.url)","events":["order.placed"]}"#
                    let made = try await client.post("/v1/webhooks", input, key: "hook")
                    #expect(made.status == 201)
                }
                let placed = try await withThrowingTaskGroup(of: Int.self) { group in
                    group.addTask { try await Self.order(shop, front, for: .seconds(6)) }
                    try await Task.sleep(for: .seconds(1))
                    for process in [hooks, back] { process.child.signal(SIGSTOP) }
                    try await Task.sleep(for: .seconds(2))
                    for process in [hooks, back] { process.child.signal(SIGCONT) }
                    try await Task.sleep(for: .milliseconds(500))
                    try await hooks.kill()
                    try await back.kill()
                    return try await group.reduce(0, +)
                }
                #expect(placed > 50)
                // After the restart the remaining events are delivered in order; repeats are recognised by their id.
                let again = try await shop.serve(Self.settings, components: "webhooks")
                // First a claim of the killed process has to expire.
                try await eventually("every order was told", within: .seconds(45)) {
                    Set(receiver.messages.map(\.id)).count == placed
                }
                var seen: Set<String> = []
                let first = receiver.messages.filter { seen.insert($0.id).inserted }.map(\.seq)
                #expect(first == first.sorted())
                try await shop.withClient(of: again) { client in
                    let ready = try await client.get("/readyz")
                    #expect(ready.status == 200)
                }
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        /// Places orders one after another for a while, and expects each to be accepted quickly; returns their number.
        private static func order(_ shop: TestShop, _ server: ServerProcess, for time: Duration) async throws -> Int {
            try await shop.withClient(of: server) { client in
                let end = ContinuousClock.now + time
                var count = 0
                while ContinuousClock.now < end {
                    let start = ContinuousClock.now
                    let answer = try await client.post("/v1/orders", ShopClient.order("MUG"), key: "o-\(count)")
                    #expect(answer.status == 201)
                    #expect(ContinuousClock.now - start < .seconds(2))
                    count += 1
                }
                return count
            }
        }
    }
}

/// What the tests read of the list of components.
private struct ComponentList: Decodable {
    struct Component: Decodable {
        let name: String
        let workers: [Worker]
    }

    struct Worker: Decodable {
        let name: String
        let rounds: Int
        let restarts: Int
    }

    let components: [Component]
}
