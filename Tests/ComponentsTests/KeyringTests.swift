import Ledger
import Synchronization
import Testing
import Trading

@testable import API

@Suite("Keys of the ledger")
struct KeyringTests {
    private final class Asked: Sendable {
        private let list = Mutex<[ID<APIKey>]>([])
        var count: Int { list.withLock { $0.count } }
        func note(_ id: ID<APIKey>) { list.withLock { $0.append(id) } }
    }

    private func made(_ number: UInt64, revoked: Bool = false) -> (text: String, row: APIKeyRow) {
        let id = ID<APIKey>(high: 7, low: number)
        let (text, digest) = KeyText.make(id: id)
        let row = APIKeyRow(
            id: id,
            digest: digest,
            name: "k",
            scopes: ["orders:read"],
            createdAt: .now,
            revokedAt: revoked ? .now : nil
        )
        return (text, row)
    }

    @Test("a key that is not known yet is looked up once, and then known")
    func fresh() async throws {
        let (text, row) = made(1)
        let asked = Asked()
        let keyring = Keyring { id in
            asked.note(id)
            return id == row.key ? row : nil
        }
        for _ in 0..<3 { #expect(try await keyring.identify("Bearer \(text)").may(.ordersRead)) }
        #expect(asked.count == 1)
        #expect(try keyring.principal("Bearer \(text)").may(.ordersRead))
    }

    @Test("a key that was revoked, or is another's, is no key although its id is found")
    func wrong() async {
        let (text, row) = made(1, revoked: true)
        let (_, good) = made(2)
        let keyring = Keyring { id in id == row.key ? row : good }
        await #expect(throws: Problem.self) { try await keyring.identify("Bearer \(text)") }
        let guess = "Bearer tw_\(good.key.description.dropFirst(4))_\(String(repeating: "0", count: 64))"
        await #expect(throws: Problem.self) { try await keyring.identify(guess) }
    }

    @Test("guessing asks the ledger a bounded number of times, and what cannot be a key never does")
    func guessing() async {
        let asked = Asked()
        let keyring = Keyring { id in
            asked.note(id)
            return nil
        }
        let begun = ContinuousClock.now
        for number in 0..<2000 {
            await #expect(throws: Problem.self) { try await keyring.identify("Bearer \(made(UInt64(number)).text)") }
        }
        let seconds = begun.duration(to: .now) / .seconds(1)
        #expect(Double(asked.count) <= LookUpBudget.most + LookUpBudget.perSecond * seconds + 1)
        let before = asked.count
        for text in ["Bearer x", "Bearer tw_1_2", "Basic tw", "", "Bearer tw_zz_00", "Bearer osk_1"] {
            _ = try? await keyring.identify(text)
        }
        #expect(asked.count == before)
    }

    @Test("a budget of look-ups is spent, comes back with time, and is never more than it was")
    func budget() {
        var budget = LookUpBudget()
        let start = ContinuousClock.now
        for (later, most) in [(Duration.zero, 20), (.milliseconds(500), 10), (.seconds(1000), 20)] {
            var taken = 0
            for _ in 0..<100 where budget.take(at: start + later) { taken += 1 }
            #expect(taken == most)
        }
        budget.giveBack()
        let (again, more) = (budget.take(at: start + .seconds(1000)), budget.take(at: start + .seconds(1000)))
        #expect(again && !more)
    }
}
