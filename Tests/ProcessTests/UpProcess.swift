import Foundation
import Glibc
import Synchronization

/// A `tradewind up` process.
final class UpProcess: Sendable {
    /// The supervisor.
    let child: ChildProcess
    /// The port that its replicas serve.
    let port: Int
    /// Its data directory.
    let data: String

    /// Its URL.
    var url: String { "http://127.0.0.1:\(port)" }

    /// Starts a supervisor and waits until a replica serves.
    init(
        data: String,
        port wanted: Int,
        options: [String] = [],
        environment: [String: String] = [:],
        writingTo name: String
    ) async throws {
        self.data = data
        child = try ChildProcess(
            [ServerProcess.program, "up", "--data", data, "--port", String(wanted)] + ShopSettings.options([])
                + options,
            settings: environment,
            writingTo: name
        )
        var found: Int?
        let start = ContinuousClock.now
        while true {
            found = found ?? ServerProcess.port(in: child.errors)
            if let found, try await ServerProcess.isReady(found) { break }
            if let status = child.exitStatus {
                throw ProcessFailure("the supervisor ended with \(status)\n\(child.errors)")
            }
            guard ContinuousClock.now - start < .seconds(30) else {
                throw ProcessFailure("no replica served within 30 s\n\(child.errors)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        port = found ?? 0
    }

    /// The output of `tradewind status --json`.
    func status(_ shop: TestShop) async throws -> UpStatus {
        let command = try await shop.run(["status", "--data", data, "--json"])
        return try JSONDecoder().decode(UpStatus.self, from: Data(command.output.utf8))
    }

    /// Waits until `count` replicas serve and no other is starting or stopping.
    func steady(_ shop: TestShop, _ count: Int, within limit: Duration = .seconds(20)) async throws -> UpStatus {
        let start = ContinuousClock.now
        while true {
            let status = try await status(shop)
            if status.replicas.count == count, status.replicas.allSatisfy({ $0.state == "ready" }) { return status }
            guard ContinuousClock.now - start < limit else {
                throw ProcessFailure("not \(count) replicas that are ready, but \(status)\n\(child.errors)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

/// The members of a supervisor's status that the tests read.
struct UpStatus: Decodable, Sendable {
    struct Supervisor: Decodable, Sendable {
        let isAlive: Bool
        let pid: Int?
        let release: String?
        let quarantines: Bool?
    }

    struct Replica: Decodable, Sendable {
        let id: String
        let pid: Int32
        let release: String
        let state: String
        let isAdopted: Bool
    }

    struct Recovery: Decodable, Sendable {
        let replica: String
        let cause: String
        let action: String
        let result: String?
    }

    let supervisor: Supervisor
    let replicas: [Replica]
    let recoveries: [Recovery]
}

/// The results of a steady client while the processes that serve it change.
struct Visits: Sendable {
    /// Orders placed at the first or the second attempt.
    var placed = 0
    /// Second attempts after a broken connection.
    var repeated = 0
    /// Requests that failed twice or were answered with another status than 201.
    var failures: [String] = []
    /// Connections that were refused.
    var refused = 0
    /// The longest time of an order.
    var slowest = Duration.zero
}

extension TestShop {
    /// Starts a supervisor on the data directory.
    func up(_ options: [String] = ["--replicas", "2"], port: Int = 0) async throws -> UpProcess {
        let up = try await UpProcess(
            data: data,
            port: port,
            options: options,
            environment: environment,
            writingTo: nextName()
        )
        keep(up.child)
        return up
    }

    private func keep(_ child: ChildProcess) {
        children.withLock { $0.append(child) }
    }

    /// Places orders on persistent connections from several buyers at once while `body` runs.
    ///
    /// A buyer whose connection breaks retries once with the same key.
    func visiting(_ up: UpProcess, buyers: Int = 4, during body: () async throws -> Void) async throws -> Visits {
        let isOver = Flag()
        return try await withThrowingTaskGroup(of: Visits.self) { group in
            for buyer in 0..<buyers {
                group.addTask { try await offThread { Self.visit(up.port, buyer: buyer, until: isOver) } }
            }
            do {
                try await body()
            } catch {
                isOver.set()
                throw error
            }
            isOver.set()
            return try await group.reduce(into: Visits()) { all, one in
                all.placed += one.placed
                all.repeated += one.repeated
                all.failures += one.failures
                all.refused += one.refused
                all.slowest = max(all.slowest, one.slowest)
            }
        }
    }

    private static func visit(_ port: Int, buyer: Int, until isOver: Flag) -> Visits {
        var visits = Visits()
        var wire: Wire?
        var number = 0
        while !isOver.isSet {
            number += 1
            let start = ContinuousClock.now
            let headers = "Content-Type: application/json\r\nIdempotency-Key: \(buyer)-\(number)\r\n"
            let request = Wire.request("POST", "/v1/orders", headers: headers, body: ShopClient.order("A"))
            for attempt in 1...2 {
                do {
                    let open = try wire ?? Wire(port)
                    wire = open
                    open.send(request)
                    guard let answer = open.receive() else { throw ProcessFailure("the connection broke") }
                    if answer.status == 201 { visits.placed += 1 } else { visits.failures.append("\(answer.status)") }
                    if answer.headers["connection"] == "close" { wire = nil }
                    break
                } catch {
                    wire = nil
                    if "\(error)".contains("refused") { visits.refused += 1 }
                    if attempt == 1 { visits.repeated += 1 } else { visits.failures.append("\(error)") }
                }
            }
            visits.slowest = max(visits.slowest, ContinuousClock.now - start)
            usleep(5000)
        }
        return visits
    }
}

/// A one-time event.
final class Flag: Sendable {
    private let state = Mutex(false)
    var isSet: Bool { state.withLock(\.self) }
    func set() { state.withLock { $0 = true } }
}
