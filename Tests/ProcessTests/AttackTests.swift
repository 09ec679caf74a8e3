import Foundation
import Glibc
import Replicas
import Testing

extension RealProcesses {
    /// One client attacks while honest buyers shop: they do not notice it, and neither the admission limit nor the availability
    /// figures move.
    @Suite struct AttackTests {
        @Test(
            "four hundred clients that send their orders slowly",
            .timeLimit(.minutes(1)),
            // One body that is read, and one larger than an order without a key may be.
            arguments: [15_000, 30_000]
        )
        func slowBodies(_ length: Int) async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                let siege = try await Siege("400 slow bodies of \(length) bytes", of: shop, server) { port in
                    var wires = try (0..<400).map { try Wire(port, timeout: 2, from: "127.0.2.\($0 % 250 + 1)") }
                    let head = Wire.head("POST", "/v1/orders", "Content-Type: application/json\r\n", length: length)
                    let part = [UInt8](repeating: 0x20, count: 1500)
                    // Ten parts at 15 kB/s make a body that takes a second; each client starts at a different moment.
                    let parts = length / part.count
                    var sent = (0..<400).map { -($0 % parts) }
                    try Attack.forSeconds(7) {
                        for (index, wire) in wires.enumerated() {
                            let isSent = sent[index] < 0 || (sent[index] > 0 || wire.send(head)) && wire.send(part)
                            sent[index] = isSent ? (sent[index] + 1) % parts : 0
                            if !isSent { wires[index] = try Wire(port, timeout: 2, from: "127.0.2.\(index % 250 + 1)") }
                        }
                        usleep(100_000)
                    }
                }
                siege.expectUnmoved()
            }
        }

        @Test("twelve hundred idle connections where 1,024 files may be open", .timeLimit(.minutes(1)))
        func idleConnections() async throws {
            OpenFiles.raiseLimit()
            try await withShop { shop in
                let server = try await shop.serve(before: ["bash", "-c", "ulimit -n 1024; exec \"$@\"", "limited"])
                #expect(server.child.errors.contains("connections are taken, not the"), "the bound is not said")
                let siege = try await Siege("1,200 idle connections of 1,024 files", of: shop, server) { port in
                    var wires: [Wire] = []
                    for number in 0..<1200 {
                        wires.append(try Wire(port, timeout: 5, from: "127.0.2.\(number % 5 + 1)"))
                    }
                    // Work for every thread: without a spare file descriptor the process would not survive this.
                    let request = Wire.request("GET", "/v1/products?limit=200")
                    let busy = try (0..<8).map { _ in try Wire(port, timeout: 5, from: "127.0.2.9") }
                    Attack.forSeconds(5) {
                        for wire in busy { wire.send(String(repeating: request, count: 20)) }
                        for wire in busy { for _ in 0..<20 { _ = wire.receive() } }
                    }
                    withExtendedLifetime(wires) {}
                }
                siege.expectUnmoved()
            }
        }

        @Test("one client whose time is over before it is begun", .timeLimit(.minutes(1)), arguments: [0, 1])
        func deadlines(_ milliseconds: Int) async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                let siege = try await Siege("X-Deadline-Ms: \(milliseconds)", of: shop, server) { port in
                    let wire = try Wire(port, timeout: 5, from: "127.0.2.1")
                    let deadline = "X-Deadline-Ms: \(milliseconds)\r\n"
                    let json = deadline + "Content-Type: application/json\r\n"
                    let round =
                        Wire.request("GET", "/v1/products/A", headers: deadline)
                        + Wire.request("POST", "/v1/orders", headers: json, body: ShopClient.order("A"))
                    // At least five seconds, and on a busy machine until 1,000 requests are answered.
                    var answered = 0
                    let began = ContinuousClock.now
                    while answered < 1000 || ContinuousClock.now < began + .seconds(5) {
                        wire.send(String(repeating: round, count: 20))
                        for _ in 0..<40 {
                            guard wire.receive() != nil else { throw ProcessFailure("no answer after \(answered)") }
                            answered += 1
                        }
                        usleep(20_000)
                    }
                }
                siege.expectUnmoved()
            }
        }

        @Test("twenty buyers who wait as they may for payments that are not decided", .timeLimit(.minutes(1)))
        func waits() async throws {
            try await withShop { shop in
                let payments = try await PaymentShop(shop, settings: ["payments.deadline=8000"])
                try await payments.setFaults(#"{"noAnswer":{"probability":1,"shape":"fixed","milliseconds":20000}}"#)
                let siege = try await Siege("20 × Prefer: wait=10", of: shop, payments.server()) { port in
                    let headers = "Content-Type: application/json\r\nPrefer: wait=4\r\n"
                    let order = Wire.request("POST", "/v1/orders", headers: headers, body: ShopClient.cardOrder("A"))
                    let wires = try (1...20).map { try Wire(port, timeout: 15, from: "127.0.2.\($0)") }
                    try Attack.forSeconds(8) {
                        for wire in wires { wire.send(order) }
                        for wire in wires {
                            guard wire.receive()?.status == 201 else { throw ProcessFailure("a wait was not answered") }
                        }
                    }
                }
                siege.expectUnmoved()
            }
        }
    }
}

/// Tools of an attacker.
enum Attack {
    /// Repeats a round for this many seconds.
    static func forSeconds(_ seconds: Int, _ round: () throws -> Void) rethrows {
        let until = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < until { try round() }
    }
}
