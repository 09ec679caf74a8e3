import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Load

/// Real runs against a small server on the loopback interface, each about a second long.
@Suite("Bench runs", .serialized)
struct BenchRunTests {
    private func serving(
        _ answer: @escaping @Sendable (BenchStubServer.Request) -> BenchStubServer.Answer,
        _ body: (BenchStubServer) async throws -> Void
    ) async throws {
        let server = try await BenchStubServer(answer: answer)
        do {
            try await body(server)
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    private func options(_ server: BenchStubServer, _ load: BenchLoad.Kind) -> BenchOptions {
        var options = BenchOptions(url: server.url)
        options.load = BenchLoad(load)
        options.connections = 8
        options.skus = 20
        options.warmup = .milliseconds(100)
        options.duration = .milliseconds(600)
        options.timeout = .seconds(5)
        return options
    }

    @Test("a stall of the server counts in full for every request that was due in it")
    func noCoordinatedOmission() async throws {
        // One request in flight on one connection: only one of some 2,000 requests meets the stall of 1 s itself, but a third of
        // all were due meanwhile and waited.
        let stalled = Atomic<Int>(0)
        try await serving { _ in
            let number = stalled.add(1, ordering: .relaxed).newValue
            return .init(delay: number == 500 ? .seconds(1) : .nanoseconds(0))
        } _: { server in
            var options = options(server, .livez)
            options.connections = 1
            options.warmup = .zero
            options.duration = .seconds(3)
            options.pace = .open(rate: 700, arrivals: .constant)
            let result = try #require(try await Bench.run(options).result)
            #expect(result.errors == 0)
            #expect((2_090...2_101).contains(result.requests))
            #expect(result.latency.count == UInt64(result.requests))
            #expect(result.latency.p99Micros > 850_000)
            #expect(result.latency.p90Micros > 500_000)
            #expect((990_000...5_000_000).contains(result.latency.maxMicros))
        }
    }

    @Test("a closed loop counts the same stall once, and its report says what it is")
    func closedLoopSaysSo() async throws {
        let count = Atomic<Int>(0)
        try await serving { _ in
            .init(delay: count.add(1, ordering: .relaxed).newValue == 50 ? .milliseconds(300) : .nanoseconds(0))
        } _: { server in
            var options = options(server, .livez)
            options.connections = 1
            options.warmup = .zero
            options.duration = .seconds(2)
            let report = try await Bench.run(options)
            let result = try #require(report.result)
            #expect(result.latency.maxMicros > 290_000)
            #expect(result.latency.p99Micros < 200_000)
            #expect(result.rateAsked == nil)
            #expect(report.text().contains("closed loop"))
        }
    }

    @Test("refusals are counted by status and kept out of the latencies of success")
    func statuses() async throws {
        let count = Atomic<Int>(0)
        try await serving { _ in
            count.add(1, ordering: .relaxed).newValue % 4 == 0
                ? .init(status: .conflict, body: "sold out", delay: .milliseconds(20)) : .init(status: .created)
        } _: { server in
            var options = options(server, .checkout)
            options.pace = .open(rate: 400, arrivals: .poisson)
            let report = try await Bench.run(options)
            let result = try #require(report.result)
            let refused = try #require(result.statuses["409"])
            let taken = try #require(result.statuses["201"])
            #expect(refused == result.unexpected)
            #expect(taken + refused == result.requests)
            #expect(result.latency.count == UInt64(taken))
            #expect((result.unexpectedLatency?.p50Micros ?? 0) > 19_000)
            #expect(result.firstUnexpectedBody == "sold out")
            #expect(report.text().contains("409: \(refused)"))
        }
    }

    @Test("connections that the server closes are opened again, and lost answers are counted")
    func reconnects() async throws {
        let count = Atomic<Int>(0)
        try await serving { _ in
            let number = count.add(1, ordering: .relaxed).newValue
            return .init(isChunked: number % 2 == 0, closes: number % 5 == 0, drops: number % 50 == 0)
        } _: { server in
            var options = options(server, .quote)
            options.pace = .open(rate: 1_000, arrivals: .constant)
            let result = try #require(try await Bench.run(options).result)
            let lost = try #require(result.failures["closed"])
            #expect(result.failures.count == 1)
            #expect(lost > 0)
            #expect(Int(result.latency.count) + lost == result.requests)
            #expect(server.connections > 50)
        }
    }

    @Test("a request without an answer in time counts as a time-out with its wait")
    func timeouts() async throws {
        try await serving { _ in
            .init(delay: .seconds(20))
        } _: { server in
            var options = options(server, .livez)
            options.pace = .open(rate: 50, arrivals: .constant)
            options.timeout = .milliseconds(300)
            let result = try #require(try await Bench.run(options).result)
            let late = (result.failures["timeout"] ?? 0) + (result.failures["unsent"] ?? 0)
            #expect(late == result.requests)
            #expect(result.latency.p50Micros > 290_000)
            #expect(result.rate == 0)
        }
    }

    @Test("the journal holds one line for each acknowledged checkout, with its key and order")
    func journal() async throws {
        let seen = Mutex<[String: String]>([:])
        try await serving { request in
            let key = request.headers.first(name: "idempotency-key") ?? "none"
            return seen.withLock { seen in
                let order = "ord_\(seen.count)"
                seen[key] = order
                return .init(status: .created, body: #"{"id":"\#(order)","lines":[{"sku":"sku-00001"}]}"#)
            }
        } _: { server in
            let path = NSTemporaryDirectory() + "bench-journal-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: path) }
            var options = options(server, .checkout)
            options.threads = 2
            options.journal = path
            let report = try await Bench.run(options)
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == report.journalled)
            let pairs = lines.map { $0.split(separator: "\t").map(String.init) }
            #expect(pairs.allSatisfy { $0.count == 2 })
            let journal = Dictionary(pairs.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
            #expect(journal.count == lines.count)
            #expect(journal == seen.withLock { $0 })
        }
    }

    @Test("preparing puts every product and its stock with the key, and a 304 load sends the ETags that it learned")
    func preparation() async throws {
        let paths = Mutex<[String: Int]>([:])
        let imported = Atomic<Int>(0)
        try await serving { request in
            paths.withLock { $0[request.path, default: 0] += 1 }
            if request.path == "/v1/products/import" {
                imported.add(request.body.split(separator: "\n").count, ordering: .relaxed)
                let isAllowed = request.headers.first(name: "authorization") == "Bearer secret"
                return .init(status: isAllowed ? .ok : .unauthorized, body: #"{"lines":1,"rejected":[]}"#)
            }
            if request.path.hasSuffix("/adjustments") { return .init(status: .created) }
            let tag = "\"\(request.path.suffix(5))\""
            let isFresh = request.headers.first(name: "if-none-match") == tag
            return .init(status: isFresh ? .notModified : .ok, headers: ["ETag": tag])
        } _: { server in
            var options = options(server, .browse304)
            options.prepare = true
            options.key = "secret"
            let result = try #require(try await Bench.run(options).result)
            #expect(Array(result.statuses.keys) == ["304"])
            #expect(result.errors == 0)
            #expect(imported.load(ordering: .relaxed) == 20)
            let counted = paths.withLock { $0 }
            #expect((0..<20).allSatisfy { counted["/v1/stock/\(BenchSKUs(count: 20).name($0))/adjustments"] == 1 })
        }
    }

    @Test("a comparison runs all loads in turn and gives their ratios")
    func compare() async throws {
        try await serving { request in
            .init(delay: request.path == "/livez" ? .milliseconds(2) : .milliseconds(8))
        } _: { server in
            var options = options(server, .livez)
            options.compare = [BenchLoad(.livez), BenchLoad(.quote)]
            options.rounds = 2
            options.duration = .milliseconds(300)
            let report = try await Bench.run(options)
            #expect(report.compared.map(\.rates.count) == [2, 2])
            #expect(report.compared[0].ratio == 1)
            #expect((0.1...0.7).contains(report.compared[1].ratio))
            let object = try JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any]
            #expect((object?["compared"] as? [Any])?.count == 2)
            #expect(report.text().contains("median/s"))
        }
    }

    @Test("a run ends at its most requests, and soon after it is cancelled")
    func bounds() async throws {
        try await serving { _ in
            .init()
        } _: { server in
            var options = options(server, .livez)
            options.warmup = .zero
            options.duration = .seconds(60)
            options.requestsMax = 100
            #expect(try await Bench.run(options).result?.requests == 100)

            options.requestsMax = nil
            let endless = options
            let task = Task { try await Bench.run(endless) }
            try await Task.sleep(for: .milliseconds(200))
            task.cancel()
            let report = try await task.value
            #expect(report.interrupted)
            #expect((report.result?.measuredSeconds ?? 60) < 5)
            #expect((report.result?.rate ?? 0) > 0)
        }
    }

    @Test("another machine is refused unless it is allowed, and so is nonsense")
    func refusals() async throws {
        func refusal(_ url: String) -> BenchError? {
            do {
                _ = try BenchTarget(url: url, allowRemote: false)
                return nil
            } catch { return error }
        }
        #expect(refusal("http://192.0.2.1:8080") == .notLoopback("192.0.2.1"))
        #expect(refusal("https://127.0.0.1:8080") == .invalidURL("https://127.0.0.1:8080"))
        #expect(refusal("http://127.0.0.1:8080/v1") == .invalidURL("http://127.0.0.1:8080/v1"))
        #expect(refusal("http://127.3.2.1:8080") == nil)
        #expect(refusal("http://[::1]:8080") == nil)
        #expect(throws: Never.self) { try BenchTarget(url: "http://192.0.2.1:8080", allowRemote: true) }
        var options = BenchOptions(url: "http://127.0.0.1:1")
        options.connections = 0
        await #expect(throws: BenchError.invalidOption("connections must be 1 to 4096")) {
            try await Bench.run(options)
        }
        options.connections = 1
        await #expect(throws: BenchError.unreachable("127.0.0.1:1")) { try await Bench.run(options) }
    }

    @Test("the disk probe times its writes and leaves no file behind")
    func fsyncProbe() throws {
        let folder = NSTemporaryDirectory() + "bench-probe-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let probe = try FsyncProbe.measure(in: folder, writes: 20)
        #expect(probe.writes == 20)
        #expect(probe.p50Micros > 0 && probe.p50Micros <= probe.p99Micros)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(throws: BenchError.self) { try FsyncProbe.measure(in: folder + "/missing") }
    }
}
