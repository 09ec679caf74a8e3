import Ledger
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Trading

@testable import Components

@Suite("Workers")
struct WorkerSupervisorTests {
    private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test(
        "pauses double up to five seconds, and the draw takes up to half of them away",
        arguments: [(0, 1, 100), (1, 1, 100), (2, 1, 200), (3, 0, 200), (6, 1, 3200), (7, 1, 5000), (1000, 0, 2500)]
            as [(Int, Double, Int)]
    )
    func pauses(failures: Int, draw: Double, milliseconds: Int) {
        #expect(RestartPauses().pause(after: failures, draw: draw) == .milliseconds(milliseconds))
    }

    @Test(
        "a worker that fails is started again, and neither the process nor another worker ends",
        .timeLimit(.minutes(1))
    )
    func restarts() async throws {
        let failing = FlakyWorker(failures: 5)
        let steady = FlakyWorker(failures: 0)
        let pauses = RestartPauses(first: .milliseconds(1), longest: .milliseconds(4))
        let supervisors = [failing, steady].map { WorkerSupervisor($0, pauses: pauses, logger: Self.quiet) }
        let group = ServiceGroup(configuration: .init(services: supervisors, logger: Self.quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let start = ContinuousClock.now
            while supervisors.contains(where: { $0.status.state.rounds < 3 }) {
                try #require(ContinuousClock.now - start < .seconds(10))
                try await Task.sleep(for: .milliseconds(1))
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(supervisors[0].status.state.restarts == 5)
        #expect(supervisors[1].status.state.restarts == 0)
        #expect(supervisors[0].status.state.lastError?.contains("Flaw") == true)
    }
}

extension WorkerSupervisorTests {
    @Test(
        "a worker that failed is not started again while its component rests, and is afterwards",
        .timeLimit(.minutes(1))
    )
    func rests() async throws {
        let resting = RestingComponents()
        resting.set(["orders"])
        let worker = FlakyWorker(failures: 1)
        let pauses = RestartPauses(first: .milliseconds(1), longest: .milliseconds(4))
        let supervisor = WorkerSupervisor(worker, pauses: pauses, logger: Self.quiet) { resting.contains("orders") }
        let group = ServiceGroup(configuration: .init(services: [supervisor], logger: Self.quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let start = ContinuousClock.now
            while supervisor.status.state.restarts < 1 {
                try #require(ContinuousClock.now - start < .seconds(10))
                try await Task.sleep(for: .milliseconds(1))
            }
            try await Task.sleep(for: .milliseconds(300))
            #expect(supervisor.status.state.rounds == 0)
            resting.set([])
            while supervisor.status.state.rounds < 1 {
                try #require(ContinuousClock.now - start < .seconds(10))
                try await Task.sleep(for: .milliseconds(1))
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(supervisor.status.state.restarts == 1)
    }
}

/// The error that a worker throws.
private struct Flaw: Error {}

/// A worker that fails a given number of times.
private final class FlakyWorker: Worker {
    let name = "flaky"
    private let left: Mutex<Int>

    init(failures: Int) {
        left = Mutex(failures)
    }

    func run(_ status: WorkerStatus) async throws {
        let fails = left.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if fails { throw Flaw() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                status.succeeded()
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
    }
}
