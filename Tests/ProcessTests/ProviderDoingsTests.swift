import Foundation
import Ledger
import LedgerSQLite
import Testing

extension RealProcesses {
    /// Operations made at the provider itself, and how the shop discovers them.
    @Suite struct ProviderDoingsTests {
        @Test("a refund made there is followed by its webhook, told, booked and audited", .timeLimit(.minutes(5)))
        func refund() async throws {
            try await withShop { files in
                let shop = try await PaymentShop(files)
                try await files.withClient(of: shop.server()) { client in
                    try await Self.buy(client)
                    let charge = try #require(try await shop.charges().first)
                    try await shop.refundByHand(charge.id, 50)
                    try await eventually("it is followed", within: .seconds(60)) {
                        let bytes = try await client.get("/v1/payments").body
                        return String(decoding: bytes, as: UTF8.self).contains(#""outside":true"#)
                    }
                }
                let report = try await files.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        @Test(
            "reconcile shows a refund that was missed, and has it followed where it is asked to",
            .timeLimit(.minutes(5))
        )
        func adopt() async throws {
            try await withShop { files in
                let shop = try await PaymentShop(files)
                try await files.withClient(of: shop.server()) { client in
                    try await Self.buy(client)
                }
                #expect(try await shop.server().stop() == 0)
                try await shop.refundByHand(try #require(try await shop.charges().first).id, 50)
                let (seen, isDue) = try await Self.reconcile(shop, [])
                #expect(seen.exitStatus == 1 && !isDue, "\(seen.output)\(seen.errors)")
                #expect(seen.output.contains("1 differ"))
                let (asked, isLookedAt) = try await Self.reconcile(shop, ["--adopt", "--from", "2020-01-01T00:00:00Z"])
                #expect(asked.exitStatus == 1 && isLookedAt, "\(asked.output)\(asked.errors)")
                #expect(asked.output.contains("1 of the payments"))
                // The look is already due.
                let (again, _) = try await Self.reconcile(shop, ["--adopt"])
                #expect(again.output.contains("0 of the payments") && again.output.contains("1 are under way"))
                try await shop.start(.server(0))
                try await eventually("it is followed", within: .seconds(60)) {
                    try await Self.reconcile(shop, []).0.exitStatus == 0
                }
                let report = try await files.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        /// Runs the command; also returns whether a look at a payment is due afterwards.
        private static func reconcile(_ shop: PaymentShop, _ options: [String]) async throws -> (ChildProcess, Bool) {
            let ended = try await shop.shop.run(["reconcile"] + shop.arguments + options)
            let engine = try SQLiteInspection(SQLiteSettings(path: shop.shop.database))
            let due = try await engine.read { (view) throws(LedgerFailure) in
                try view.duePayments("sandbox", .now, limit: 1)
            }
            await engine.close()
            return (ended, !due.isEmpty)
        }

        @Test("a server that drains lets its leases go: the next one reconciles at once", .timeLimit(.minutes(5)))
        func drain() async throws {
            try await withShop { files in
                let shop = try await PaymentShop(files)
                for round in 0..<2 {
                    // Only the process that holds the lease has figures of a reconciliation.
                    try await eventually("it is reconciled in round \(round)", within: .seconds(60)) {
                        try await files.withClient(of: shop.server()) { client in
                            let text = String(decoding: try await client.get("/metrics").body, as: UTF8.self)
                            return text.contains("tradewind_payment_mismatches{provider=\"sandbox\"}")
                        }
                    }
                    guard round == 0 else { continue }
                    #expect(try await shop.server().stop() == 0)
                    try await shop.start(.server(0))
                }
            }
        }

        /// An order of two units, placed and paid by card.
        private static func buy(_ client: ShopClient) async throws {
            try await client.stock("A", 10)
            let body =
                #"{"lines":[{"sku":"A","quantity":2}],"currency":"GBP","payment":{"method":"card","token":"tok_a"}}"#
            try await #require(client.post("/v1/orders", body, key: "k").status == 201)
            try await eventually("it is paid", within: .seconds(60)) {
                try await client.payments().first?.state == "captured"
            }
        }
    }
}
