import Foundation
import Testing

@testable import LedgerSQLite

/// A turn that is not passed on would block longer than a test may take.
@Suite("Turns at a file", .timeLimit(.minutes(20)))
struct TurnstileTests {
    private static func turnstile(_ path: String) -> WriterTurnstile {
        WriterTurnstile(path: path, patience: .seconds(600))
    }

    @Test("whoever is gone with the turn has given it up")
    func dropped() async throws {
        try await TestShop.withFile { path in
            for _ in 0..<100 { Self.turnstile(path).enter() }
            let last = Self.turnstile(path)
            last.enter()
            last.leave()
        }
    }

    @Test("a turn is given up on any thread, and twice is as good as once")
    func elsewhere() async throws {
        try await TestShop.withFile { path in
            for _ in 0..<100 {
                nonisolated(unsafe) let one = Self.turnstile(path)
                one.enter()
                await withCheckedContinuation { continuation in
                    Thread.detachNewThread {
                        one.leave()
                        one.leave()
                        continuation.resume()
                    }
                }
                let other = Self.turnstile(path)
                other.enter()
                other.leave()
            }
        }
    }

    @Test("of several that want it all the time each has its turn, and one at a time")
    func inTurn() async throws {
        try await TestShop.withFile { path in
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let turnstile = Self.turnstile(path)
                        for _ in 0..<200 {
                            turnstile.enter()
                            let text = (try? String(contentsOfFile: path + ".count", encoding: .utf8)) ?? "0"
                            try String((Int(text) ?? 0) + 1).write(
                                toFile: path + ".count",
                                atomically: false,
                                encoding: .utf8
                            )
                            turnstile.leave()
                        }
                        return 200
                    }
                }
                return try await group.reduce(0, +)
            }
            let text = try String(contentsOfFile: path + ".count", encoding: .utf8)
            #expect(Int(text) == counts)
        }
    }
}
