import Foundation
import Synchronization
import Testing

extension RealProcesses {
    /// A provider that is unreachable stops no checkout; waiting payments complete when it is back.
    @Suite struct ProviderOutageTests {
        @Test(
            "while the provider refuses and is gone every checkout succeeds, and the backlog clears by itself",
            .timeLimit(.minutes(10))
        )
        func outage() async throws {
            let half = Duration.seconds(Drill.isLong ? 60 : 3)
            try await withShop { files in
                let shop = try await PaymentShop(files)
                try await files.withClient(of: shop.server()) { try await $0.stock("A", 1_000_000) }
                _ = try await Self.load(shop, "warm", for: .seconds(1))
                let calm = try await Self.load(shop, "calm", for: half)

                try await shop.setFaults(#"{"unavailable":1}"#)
                var away = try await Self.load(shop, "unavailable", for: half)
                try await shop.kill(.sandbox)
                away.merge(try await Self.load(shop, "gone", for: half))
                try await shop.start(.sandbox)
                try await shop.setFaults("{}")
                let back = ContinuousClock.now

                #expect(calm.failures.isEmpty, "\(calm.failures.prefix(3))")
                #expect(away.failures.isEmpty, "\(away.failures.prefix(3))")
                let backlog = try await files.withClient(of: shop.server()) { try await $0.payments() }
                    .count { $0.isOpen }
                #expect(backlog > 0, "nothing waited, so the outage has shown nothing")
                try await eventually("the backlog clears", within: .seconds(120)) {
                    try await files.withClient(of: shop.server()) { try await $0.payments() }
                        .allSatisfy { $0.state == "captured" }
                }
                print(
                    "outage of \(half * 2): checkout p50 \(calm.milliseconds(0.5)) ms and p99 \(calm.milliseconds(0.99)) ms "
                        + "calm, \(away.milliseconds(0.5)) ms and \(away.milliseconds(0.99)) ms in it; "
                        + "\(calm.times.count + away.times.count) of as many succeeded; backlog of \(backlog) "
                        + "cleared in \((ContinuousClock.now - back).milliseconds) ms"
                )
                if Drill.isLong {
                    // A few milliseconds more, because so small a value can double by chance.
                    #expect(away.milliseconds(0.99) <= calm.milliseconds(0.99) * 2 + 5)
                }
                #expect(try await shop.charges().count == calm.times.count + away.times.count + 100)
                let report = try await files.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        /// A hundred checkouts a second at fixed times, whatever the server does.
        private static func load(_ shop: PaymentShop, _ name: String, for time: Duration) async throws -> Checkouts {
            let start = ContinuousClock.now
            let count = Int(time / .milliseconds(10))
            return try await shop.shop.withClient(of: shop.server(), connections: 64) { client in
                await withTaskGroup(of: Checkouts.self) { group in
                    for number in 0..<count {
                        let due = start + .milliseconds(10 * number)
                        group.addTask { await checkOut(client, key: "\(name)-\(number)", at: due) }
                    }
                    return await group.reduce(into: Checkouts()) { $0.merge($1) }
                }
            }
        }

        private static func checkOut(
            _ client: ShopClient,
            key: String,
            at due: ContinuousClock.Instant
        ) async -> Checkouts {
            var checkouts = Checkouts()
            do {
                try await Task.sleep(until: due, clock: .continuous)
                let answer = try await client.post("/v1/orders", ShopClient.cardOrder("A"), key: key)
                checkouts.times.append(ContinuousClock.now - due)
                if answer.status != 201 { checkouts.failures.append("\(answer.status)") }
            } catch {
                checkouts.failures.append("\(error)")
            }
            return checkouts
        }
    }
}

/// The results of some checkouts.
private struct Checkouts: Sendable {
    /// From the intended start to the answer.
    var times: [Duration] = []
    var failures: [String] = []

    mutating func merge(_ other: Checkouts) {
        times += other.times
        failures += other.failures
    }

    /// A quantile, in milliseconds with two digits.
    func milliseconds(_ share: Double) -> Double {
        (quantile(share, of: times) / .milliseconds(1) * 100).rounded() / 100
    }
}
