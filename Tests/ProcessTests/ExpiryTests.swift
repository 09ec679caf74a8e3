import Client
import Testing

extension RealProcesses {
    /// An unpaid order holds its units for a limited time.
    @Suite struct ExpiryTests {
        @Test(
            "unpaid orders expire, paid and extended ones live on",
            .timeLimit(.minutes(1)),
            arguments: [false, true]
        )
        func expiry(isKilledBetween: Bool) async throws {
            try await withShop { shop in
                var server = try await shop.serve(["orders.reservation=1"])
                let ids = try await shop.withClient(of: server) { client in
                    try await client.stock("A", 100)
                    var ids: [String] = []
                    for (index, quantity) in [1, 2, 4].enumerated() {
                        let answer = try await client.post(
                            "/v1/orders",
                            ShopClient.order("A", quantity),
                            key: "o-\(index)"
                        )
                        try ids.append(answer.decode(OrderAnswer.self).id)
                    }
                    #expect(try await client.post("/v1/orders/\(ids[1])/pay", "{}", key: "pay").status == 200)
                    let extended = try await client.post(
                        "/v1/orders/\(ids[2])/extend",
                        #"{"seconds":3600}"#,
                        key: "extend"
                    )
                    #expect(extended.status == 200)
                    return ids
                }
                if isKilledBetween {
                    try await server.kill()
                    server = try await shop.serve(["orders.reservation=1"])
                }
                try await shop.withClient(of: server) { client in
                    let start = ContinuousClock.now
                    while try await client.order(ids[0]).state == "pendingPayment" {
                        try #require(ContinuousClock.now - start < .seconds(4), "the order does not expire")
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    // One more second, in which the others would have expired as well.
                    try await Task.sleep(for: .seconds(1))
                    let states = [
                        try await client.order(ids[0]), try await client.order(ids[1]), try await client.order(ids[2]),
                    ]
                    #expect(states.map(\.state) == ["expired", "confirmed", "pendingPayment"])
                    #expect(try await client.level("A") == StockAnswer(onHand: 100, reserved: 6, available: 94))
                    let expired = try await client.events().filter { $0.type == "order.expired" }
                    #expect(expired.map(\.subject) == [ids[0]])
                    let late = try await client.post("/v1/orders/\(ids[0])/pay", "{}", key: "late")
                    #expect(late.status == 409)
                    #expect(late.problem?.code == "wrong_state")
                }
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }
    }
}
