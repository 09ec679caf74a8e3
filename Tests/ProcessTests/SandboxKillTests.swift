import Foundation
import Glibc
import ProviderClients
import Providers
import Synchronization
import Testing
import Trading

extension RealProcesses {
    /// A killed sandbox has performed everything that it answered.
    @Suite(.timeLimit(.minutes(2)))
    struct SandboxKillTests {
        @Test("it has every charge that it answered for, and each payment once when the same keys are sent again")
        func charges() async throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kill-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let transport = ProviderTransport()
            let log = folder + "/sandbox"
            var sandbox = try await SandboxProcess("payments", data: folder, writingTo: log)
            let port = sandbox.port
            let client = try #require(ProviderClient("sandbox", url: sandbox.url, transport: transport))
            let shop = ChargingShop(payments: SandboxPayments(client: client, signature: nil))
            for _ in 0..<3 {
                try await shop.charge(while: .milliseconds(400), thenKilling: sandbox)
                sandbox = try await SandboxProcess("payments", data: folder, port: port, writingTo: log)
            }
            #expect(shop.receipts.count > 100)
            for number in 0..<shop.sent {
                let receipt = try await shop.charge(number)
                if let told = shop.receipts[number] { #expect(receipt == told) }
            }
            #expect(try await shop.listed() == shop.sent)
            #expect(try await sandbox.stop() == 0)
            await transport.shutdown()
        }

        @Test("a second sandbox does not take the same journal, and says so")
        func locked() async throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lock-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let first = try await SandboxProcess("deliveries", data: folder, writingTo: folder + "/first")
            let second = try ChildProcess(
                [ServerProcess.program, "sandbox", "deliveries", "--data", folder],
                writingTo: folder + "/second"
            )
            #expect(try await second.end(within: .seconds(10)) == 1)
            #expect(second.errors.contains("in use by another process"))
            #expect(try await first.stop() == 0)
        }
    }
}

/// A shop that charges payments over many connections and keeps the answers.
private final class ChargingShop: Sendable {
    private struct State {
        var sent = 0
        var receipts: [Int: PaymentReceipt] = [:]
        var isOver = false
    }

    private let payments: SandboxPayments
    private let state = Mutex(State())

    init(payments: SandboxPayments) { self.payments = payments }

    /// How many payments were sent.
    var sent: Int { state.withLock { $0.sent } }
    /// The answers by the payment's number.
    var receipts: [Int: PaymentReceipt] { state.withLock { $0.receipts } }

    /// Charges for a while, and kills the sandbox meanwhile.
    func charge(while time: Duration, thenKilling sandbox: SandboxProcess) async throws {
        state.withLock { $0.isOver = false }
        await withDiscardingTaskGroup { group in
            for _ in 0..<16 { group.addTask { await self.chargeOn() } }
            try? await Task.sleep(for: time)
            sandbox.child.signal(SIGKILL)
            state.withLock { $0.isOver = true }
        }
        try await sandbox.kill()
    }

    /// Repeats the charge of a payment with its key.
    func charge(_ number: Int) async throws -> PaymentReceipt {
        let answer = await payments.perform(Self.request(number), deadline: .now + .seconds(5))
        guard case .done(let receipt) = answer else { throw ProcessFailure("charge \(number): \(answer)") }
        return receipt
    }

    /// How many charges the sandbox lists.
    func listed() async throws -> Int {
        var (count, cursor): (Int, String?) = (0, nil)
        repeat {
            let answer = await payments.charges(
                from: .earliest,
                to: .latest,
                after: cursor,
                deadline: .now + .seconds(5)
            )
            guard case .done(let page) = answer else { throw ProcessFailure("no list: \(answer)") }
            count += page.charges.count
            cursor = page.next
        } while cursor != nil
        return count
    }

    private func chargeOn() async {
        while let number = next() {
            let answer = await payments.perform(Self.request(number), deadline: .now + .seconds(2))
            if case .done(let receipt) = answer { state.withLock { $0.receipts[number] = receipt } }
        }
    }

    private func next() -> Int? {
        state.withLock { state in
            guard !state.isOver else { return nil }
            defer { state.sent += 1 }
            return state.sent
        }
    }

    private static func request(_ number: Int) -> PaymentRequest {
        PaymentRequest(
            .authorise(token: "tok_ok", captureAtOnce: true),
            key: "pay_\(number)-1",
            payment: "pay_\(number)",
            amount: Money(Int64(number) + 1, .gbp)
        )
    }
}
