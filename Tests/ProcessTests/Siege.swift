import Foundation
import Glibc
import Testing

/// A server that is attacked while honest buyers shop, and the results.
struct Siege: Sendable {
    /// The server's own figures at one moment.
    struct Standing: Sendable {
        /// The concurrency limit.
        let limit: Int
        /// Requests that count as bad for availability.
        let bad: Int
        /// Requests that count for availability at all.
        let counted: Int
        /// Requests that were shed.
        let refused: Int

        init(_ server: ServerProcess) async throws {
            let text = String(decoding: try await server.ask("GET", "/metrics").body, as: UTF8.self)
            func sum(_ name: String, where label: String? = nil) -> Int {
                text.split(separator: "\n")
                    .filter { line in line.hasPrefix(name) && label.map { line.contains($0) } ?? true }
                    .filter { !$0.contains("class=\"probe\"") }
                    .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
            }
            limit = sum("tradewind_admission_limit ")
            bad = sum("tradewind_outcomes_total", where: "outcome=\"bad\"")
            counted = bad + sum("tradewind_outcomes_total", where: "outcome=\"good\"")
            refused = sum("tradewind_admission_total", where: "outcome=\"refused\"")
        }
    }

    let name: String
    let honest: HonestFigures
    let before: Standing
    let after: Standing
    /// Whether the server's process is the same as before.
    let isAlive: Bool

    /// Attacks a server that is ready, with a product `A` that never sells out, and prints the results.
    ///
    /// - Parameter attack: called with the server's port on a thread that may block; ends by itself.
    init(
        _ name: String,
        of shop: TestShop,
        _ server: ServerProcess,
        by attack: @escaping @Sendable (Int) throws -> Void
    ) async throws {
        self.name = name
        try await shop.withClient(of: server) { try await $0.stock("A", 1_000_000) }
        before = try await Standing(server)
        let buyers = HonestBuyers(at: server.port)
        let port = server.port
        try await buyers.shop { try await offThread { try attack(port) } }
        after = try await Standing(server)
        isAlive = server.child.exitStatus == nil
        honest = buyers.figures
        print(text)
    }

    /// The figures as one line.
    var text: String {
        let percent = (honest.goodShare * 10_000).rounded() / 100
        let (half, most) = (quantile(0.5, of: honest.times), quantile(0.99, of: honest.times))
        return "\(name): \(honest.good) of \(honest.times.count) honest requests good (\(percent) %), p50 "
            + "\(half.milliseconds) ms, p99 \(most.milliseconds) ms; limit \(before.limit) → \(after.limit), bad "
            + "\(before.bad) → \(after.bad) of \(after.counted), refused \(after.refused), "
            + (isAlive ? "alive" : "ended") + (honest.failures.isEmpty ? "" : "; \(honest.failures)")
    }

    /// Expects that at least 99 % of the honest requests were good, the process survived, and limit and availability did not
    /// move.
    func expectUnmoved() {
        #expect(isAlive, "\(text)")
        #expect(honest.times.count >= 100, "too few to tell; \(text)")
        #expect(honest.goodShare >= 0.99, "\(text)")
        #expect(after.limit == before.limit, "\(text)")
        // An attacker's requests count as no failure; only a buyer who waited too long does.
        #expect(after.bad - before.bad <= honest.slow, "\(text)")
    }
}
