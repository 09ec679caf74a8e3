import Foundation
import Operations
import Testing

extension RealProcesses {
    /// What is done at the provider itself, and who looks for it.
    @Suite struct ProviderDoingsTests {
        @Test("a refund made there is followed by its webhook, told, booked and audited", .timeLimit(.minutes(5)))
        func refund() async throws {
            try await withShop { files in
                let shop = try await PaymentShop(files)
                try await files.withClient(of: shop.server()) { client in
                    try await client.stock("A", 10)
                    let body =
                        #"{"lines":[{"sku":"A","quantity":2}],"currency":"GBP","payment":{"method":"card","token":"tok_a"}}"#
                    try await #require(client.post("/v1/orders", body, key: "k").status == 201)
                    try await eventually("it is paid", within: .seconds(60)) {
                        try await client.payments().first?.state == "captured"
                    }
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

        @Test("a server that drains lets its leases go: the next one reconciles at once", .timeLimit(.minutes(5)))
        func drain() async throws {
            try await withShop { files in
                let shop = try await PaymentShop(files)
                for round in 0..<2 {
                    // Only who holds the lease has figures of a reconciliation.
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
    }
}
