import Foundation
import Glibc
import Synchronization

/// Buyers who look at a product, ask for a quote and order in turn, each on its own connection and address.
final class HonestBuyers: Sendable {
    private struct State {
        var times: [Duration] = []
        var failures: [String: Int] = [:]
        var isOver = false
    }

    private let port: Int
    private let state = Mutex(State())

    /// - Parameter port: the server's port.
    init(at port: Int) {
        self.port = port
    }

    /// The results so far.
    var figures: HonestFigures {
        state.withLock { HonestFigures(times: $0.times, failures: $0.failures) }
    }

    /// Lets `count` buyers shop until `attack` ends, and for a moment before and after.
    func shop(_ count: Int = 6, during attack: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for buyer in 1...count {
                group.addTask { [self] in try await offThread { self.buy(from: "127.0.1.\(buyer)") } }
            }
            defer { state.withLock { $0.isOver = true } }
            try await Task.sleep(for: .milliseconds(500))
            try await attack()
            try await Task.sleep(for: .milliseconds(500))
            state.withLock { $0.isOver = true }
            try await group.waitForAll()
        }
    }

    private func buy(from address: String) {
        var wire: Wire?
        let json = "Content-Type: application/json\r\n"
        let order = ShopClient.order("A")
        while !state.withLock(\.isOver) {
            for (method, path, body, status) in [
                ("GET", "/v1/products/A", "", 200), ("POST", "/v1/orders/quote", order, 200),
                ("POST", "/v1/orders", order, 201),
            ] {
                let request = Wire.request(method, path, headers: body.isEmpty ? "" : json, body: body)
                let began = ContinuousClock.now
                let answer = Self.ask(&wire, port, address, request)
                note(answer?.status, expected: status, what: "\(method) \(path)", took: .now - began)
            }
            usleep(20_000)
        }
    }

    /// Sends a request; on a new connection if the kept one was closed meanwhile, as every client does.
    private static func ask(_ wire: inout Wire?, _ port: Int, _ address: String, _ request: String) -> WireAnswer? {
        for isKept in [true, false] {
            if !isKept || wire == nil { wire = try? Wire(port, timeout: 5, from: address) }
            wire?.send(request)
            let answer = wire?.receive()
            if answer == nil || answer?.headers["connection"] == "close" { wire = nil }
            if let answer { return answer }
        }
        return nil
    }

    private func note(_ status: Int?, expected: Int, what: String, took: Duration) {
        state.withLock { state in
            state.times.append(took)
            if status != expected {
                state.failures["\(what): \(status.map { "\($0)" } ?? "no answer")", default: 0] += 1
            } else if took > .seconds(2) {
                state.failures["\(what): too late", default: 0] += 1
            }
        }
    }
}

/// The results of the honest buyers.
struct HonestFigures: Sendable {
    /// How long each request took.
    let times: [Duration]
    /// Failures by kind, with their number.
    let failures: [String: Int]

    /// Requests answered correctly within two seconds.
    var good: Int { times.count - failures.values.reduce(0, +) }
    /// Requests that took longer than half a second or failed: the upper bound for what may count against availability.
    var slow: Int { times.count { $0 > .milliseconds(500) } + failures.values.reduce(0, +) }
    /// The share of good requests.
    var goodShare: Double { times.isEmpty ? 0 : Double(good) / Double(times.count) }
}
