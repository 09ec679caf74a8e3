import Foundation
import Ledger
import Synchronization
import Testing

@Suite("Commands that are patient", .timeLimit(.minutes(20)))
struct PatienceTests {
    /// Holds the committer after a batch and records how many commands each batch had.
    private final class Turnstile: Sendable {
        private let sizes = Mutex<[Int]>([])
        private let isHeld = Mutex(false)
        private let release = DispatchSemaphore(value: 0)

        func hold() { isHeld.withLock { $0 = true } }

        func letGo() {
            isHeld.withLock { $0 = false }
            release.signal()
        }

        /// Called on the committer's thread.
        func passed(_ batch: CommittedBatch) {
            sizes.withLock { $0.append(batch.commands) }
            if isHeld.withLock({ $0 }) { release.wait() }
        }

        var batches: [Int] { sizes.withLock { $0 } }
    }

    private let turnstile = Turnstile()

    private func committer(_ bounds: CommitterBounds = CommitterBounds()) throws -> Committer {
        try Committer(engine: MemoryEngine(), bounds: bounds, observer: { [turnstile] in turnstile.passed($0) })
    }

    private func submit(_ count: Int, to committer: Committer, isPatient: Bool) -> [Task<Void, any Error>] {
        (0..<count).map { _ in Task { _ = try await committer.submit(WriteCanary(), isPatient: isPatient) } }
    }

    private func until(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }

    /// The sizes of the batches after one that was held while these commands queued.
    private func batches(urgent: Int, patient: Int, patience: Duration = .seconds(60)) async throws -> [Int] {
        var bounds = CommitterBounds()
        bounds.greatestPatience = patience
        let committer = try committer(bounds)
        defer { committer.close() }
        turnstile.hold()
        var tasks = submit(1, to: committer, isPatient: false)
        try await until { turnstile.batches == [1] }
        tasks += submit(patient, to: committer, isPatient: true)
        try await until { committer.waiting == patient }
        tasks += submit(urgent, to: committer, isPatient: false)
        try await until { committer.waiting == urgent + patient }
        turnstile.letGo()
        for task in tasks { try await task.value }
        return Array(turnstile.batches.dropFirst())
    }

    @Test("a few ride along with those that are not, the rest follow")
    func share() async throws {
        #expect(try await batches(urgent: 16, patient: 10).first == 18)
        #expect(turnstile.batches.reduce(0, +) == 27)
    }

    @Test("one rides along even with one that is not")
    func least() async throws {
        #expect(try await batches(urgent: 1, patient: 3).first == 2)
    }

    @Test("nobody's patience is endless")
    func greatest() async throws {
        let batches = try await batches(urgent: 16, patient: 10, patience: .zero)
        #expect(batches == [26])
    }

    @Test("alone they wait for company, and then go together")
    func alone() async throws {
        let committer = try committer()
        defer { committer.close() }
        let start = ContinuousClock.now
        let tasks = submit(5, to: committer, isPatient: true)
        for task in tasks { try await task.value }
        #expect(start.duration(to: .now) >= CommitterBounds().patience)
        #expect(turnstile.batches.reduce(0, +) == 5)
    }

    @Test("a committer that closes finishes them at once")
    func closes() async throws {
        let committer = try committer()
        turnstile.hold()
        let first = submit(1, to: committer, isPatient: false)
        try await until { turnstile.batches == [1] }
        let tasks = submit(4, to: committer, isPatient: true)
        try await until { committer.waiting == 4 }
        turnstile.letGo()
        committer.close()
        for task in first + tasks { try await task.value }
        #expect(turnstile.batches == [1, 4])
    }
}
