import Client
import Foundation
import Testing

extension RealProcesses {
    /// A request with a key is executed once, however often and from wherever it is sent.
    @Suite struct IdempotencyTests {
        @Test(
            "the same key from fifty connections at once gives one order and fifty equal answers",
            .timeLimit(.minutes(1))
        )
        func fiftyAtOnce() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                try await shop.withClient(of: server, connections: 50, patience: .some) { client in
                    try await client.stock("A", 100)
                    for round in 0..<5 {
                        let key = "fifty-\(round)"
                        let answers = try await withThrowingTaskGroup(of: ClientResponse.self) { group in
                            for _ in 0..<50 {
                                group.addTask { try await client.post("/v1/orders", ShopClient.order("A"), key: key) }
                            }
                            return try await group.reduce(into: []) { $0.append($1) }
                        }
                        #expect(answers.count == 50)
                        #expect(answers.allSatisfy { $0.status == 201 })
                        #expect(Set(answers.map(\.body)).count == 1)
                        let replayed = answers.filter { $0.headers.first(name: "idempotent-replayed") == "true" }
                        #expect(replayed.count == 49)
                    }
                    #expect(try await client.level("A") == StockAnswer(onHand: 100, reserved: 5, available: 95))
                    #expect(try await client.orders().count == 5)
                }
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        @Test("a used key with another body is refused and changes nothing", .timeLimit(.minutes(1)))
        func otherBody() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                try await shop.withClient(of: server) { client in
                    try await client.stock("A", 100)
                    let first = try await client.post("/v1/orders", ShopClient.order("A"), key: "one")
                    #expect(first.status == 201)
                    let before = try await server.readiness().sequence
                    let other = try await client.post("/v1/orders", ShopClient.order("A", 2), key: "one")
                    #expect(other.status == 422)
                    #expect(other.problem?.code == "idempotency_key_reused")
                    #expect(try await client.level("A").reserved == 1)
                    #expect(try await server.readiness().sequence == before)
                    let again = try await client.post("/v1/orders", ShopClient.order("A"), key: "one")
                    #expect(again.body == first.body)
                }
            }
        }

        @Test("an answer is told again byte for byte after kills, payment and shipment", .timeLimit(.minutes(1)))
        func replayAfterKill() async throws {
            try await withShop { shop in
                var server = try await shop.serve()
                let first = try await shop.withClient(of: server) { client in
                    try await client.stock("A", 100)
                    return try await client.post("/v1/orders", ShopClient.order("A", 3), key: "one")
                }
                #expect(first.status == 201)
                let id = try first.decode(OrderAnswer.self).id
                for step in ["", "pay", "fulfilments", "complete"] {
                    if !step.isEmpty {
                        let taken = try await shop.withClient(of: server) { client in
                            try await client.post("/v1/orders/\(id)/\(step)", "{}", key: "step-\(step)")
                        }
                        #expect(taken.status == 200, "\(step): \(taken.problem?.detail ?? "")")
                    }
                    try await server.kill()
                    server = try await shop.serve()
                    let again = try await shop.withClient(of: server) { client in
                        try await client.post("/v1/orders", ShopClient.order("A", 3), key: "one")
                    }
                    #expect(again.status == 201)
                    #expect(again.headers.first(name: "idempotent-replayed") == "true")
                    #expect(again.body == first.body, "after \(step)")
                }
                try await shop.withClient(of: server) { (client) async throws in
                    #expect(try await client.orders().count == 1)
                    #expect(try await client.level("A") == StockAnswer(onHand: 97, reserved: 0, available: 97))
                }
            }
        }
    }
}
