import Foundation
import Glibc
import Testing
import Trading

extension RealProcesses {
    /// An outage during which no process could record anything is known afterwards.
    @Suite struct ProbeTests {
        private struct Incidents: Decodable {
            struct Incident: Decodable {
                let start: String
                let recovered: String?
                let seconds: Double
            }
            let items: [Incident]
        }

        private struct Products: Decodable {
            struct Product: Decodable {
                let sku: String
            }
            let items: [Product]
        }

        private struct Figures: Decodable {
            struct Probes: Decodable {
                struct Requests: Decodable {
                    let good: Int
                }
                let passed: Int
                let failed: Int
                let requests: Requests
            }
            struct Class: Decodable {
                let name: String
                let good: Int
                let bad: Int
            }
            let probes: Probes
            let classes: [Class]
        }

        @Test("a server that was killed for 25 seconds under a prober has had one incident", .timeLimit(.minutes(4)))
        func outage() async throws {
            try await withShop { shop in
                var server = try await shop.serve()
                let port = server.port
                let prober = try ChildProcess(
                    [ServerProcess.program, "probe", "--url", server.url, "--key", shop.key],
                    writingTo: shop.directory + "/prober"
                )
                try await Task.sleep(for: .seconds(15))
                try await server.kill()
                let killed = Timestamp.now
                try await Task.sleep(for: .seconds(25))
                server = try await shop.serve(port: port)
                let back = Timestamp.now
                // Until the buckets around the restart are written and final.
                try await Task.sleep(for: .seconds(27))
                prober.signal(SIGTERM)
                try await prober.end(within: .seconds(5))
                #expect(prober.errors.contains("running: "), "the prober saw nothing")

                try await check(shop, server, killed: killed, back: back)
                let words = try await shop.run([
                    "availability", "--data", shop.data, "--html", shop.directory + "/a.html",
                ])
                #expect(words.exitStatus == 0, "\(words.errors)")
                #expect(words.output.contains("by time"))
                let page = try String(contentsOfFile: shop.directory + "/a.html", encoding: .utf8)
                #expect(page.contains("Outages over time"))
                try await server.stop()
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
                #expect(report.checked["orders", default: 0] >= 15, "the prober ordered nothing")
            }
        }

        private func check(_ shop: TestShop, _ server: ServerProcess, killed: Timestamp, back: Timestamp) async throws {
            try await shop.withClient(of: server) { client in
                let incidents = try await client.get("/v1/incidents").decode(Incidents.self).items
                #expect(incidents.count == 1)
                let incident = try #require(incidents.first)
                let start = try #require(Timestamp(incident.start))
                let recovered = try #require(incident.recovered.flatMap { Timestamp($0) })
                // Accurate to a bucket; a killed server may also lose the bucket before.
                #expect((-20_000...10_000).contains(start.milliseconds - killed.milliseconds), "\(start), \(killed)")
                #expect(
                    (-10_000...15_000).contains(recovered.milliseconds - back.milliseconds),
                    "\(recovered), \(back)"
                )
                #expect((20.0...60).contains(incident.seconds))

                let figures = try await client.get("/v1/availability").decode(Figures.self)
                #expect(figures.probes.passed >= 15)
                #expect(figures.probes.failed >= 15)
                #expect(figures.probes.requests.good >= 60)
                // Requests of the prober are not counted as buyers' requests.
                #expect(figures.classes.allSatisfy { $0.good + $0.bad < 20 }, "\(figures.classes)")

                #expect(try await client.orders().isEmpty, "the merchant sees what a prober ordered")
                let level = try await client.level("probe-1")
                #expect(level.onHand == 10_000)
                #expect(level.reserved <= 1, "the prober left orders open")
                // The probe product is invisible in the catalogue.
                for path in ["/v1/products", "/v1/products?q=probe"] {
                    #expect(try await client.get(path).decode(Products.self).items.isEmpty, "\(path)")
                }
                let own = try await client.get("/v1/products?category=tradewind-probe").decode(Products.self).items
                #expect(own.map(\.sku) == ["probe-1"])
            }
        }
    }
}
