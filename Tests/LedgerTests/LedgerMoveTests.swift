import Foundation
import LedgerPostgres
import LedgerSQLite
import Synchronization
import TestSupport
import Testing
import Trading

@testable import Ledger
@testable import LedgerEngines

@Suite("A shop that moves between a file and a database", .timeLimit(.minutes(20)))
struct LedgerMoveTests {
    /// The way that a shop goes.
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case toServer, toFile

        var testDescription: String { rawValue }
    }

    @Test(
        "has the same rows there, wherever the move was interrupted",
        arguments: Way.allCases,
        1...3 as ClosedRange<UInt64>
    )
    func interrupted(_ way: Way, _ seed: UInt64) async throws {
        try await Self.withPlaces(way) { from, to in
            let before = try await Self.trade(in: from, seed: seed)
            var generator = SeededGenerator(seed: seed)
            var interruptions = 0
            while true {
                let left = Int.random(in: 0..<90, using: &generator)
                if try await Self.move(from, to, steps: left) != nil { break }
                interruptions += 1
                try await Self.expectRefused(to)
            }
            #expect(interruptions > 0, "seed \(seed): an interruption that never comes shows nothing")
            try await Self.expect(to, before)
            try await Self.expectRefused(from)
        }
    }

    @Test("takes along what changes while it is copied, and refuses what comes after that", arguments: Way.allCases)
    func changing(_ way: Way) async throws {
        try await Self.withPlaces(way) { from, to in
            _ = try await Self.trade(in: from, seed: 4)
            let ledger = try await onThread { try from.open() }
            let shop = try TestShop(ledger, seed: 99)
            try await shop.stock(["LATE": 100])
            let placed = Mutex(0)
            let late = Mutex<Task<Void, any Error>?>(nil)
            let report = try await onThread {
                let move = try LedgerMove(from: from, to: to) { step in
                    if step.round == 1, step.table == EventRow.schema.name {
                        let number = placed.withLock { count in
                            count += 1
                            return UInt64(count)
                        }
                        try Self.wait { try await shop.run(TestShop.wish([("LATE", 1)]), key: .test(9000 + number)) }
                    } else if step.table == "all tables" {
                        late.withLock { task in
                            task = Task { try await shop.run(TestShop.wish([("LATE", 1)]), key: .test(9999)) }
                        }
                    }
                }
                return try move.run()
            }
            let count = placed.withLock { $0 }
            #expect(count > 0 && report.rounds == 2)
            let failure = await #expect(throws: CommitError<PlaceOrderRefusal>.self) {
                try await late.withLock { $0 }?.value
            }
            guard case .failed(let reason)? = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(reason.code == .moved && reason.detail.contains("the shop was moved to"))
            try await onThread { shop.committer.close() }
            await ledger.close()
            let there = try await onThread { try to.open() }
            let new = try TestShop(there, seed: 100)
            #expect(try await new.level("LATE") == StockLevel(onHand: 100, reserved: Int64(count)))
            // What was answered before is answered again, and the shop goes on.
            try await new.run(TestShop.wish([("LATE", 1)]), key: .test(9001))
            try await new.run(TestShop.wish([("LATE", 1)]), key: .test(9999))
            #expect(try await new.level("LATE") == StockLevel(onHand: 100, reserved: Int64(count) + 1))
            try await new.expectSound()
            try await onThread { new.committer.close() }
            await there.close()
        }
    }

    @Test("is in one place also where the move is interrupted between leaving and arriving", arguments: Way.allCases)
    func betweenBoth(_ way: Way) async throws {
        try await Self.withPlaces(way) { from, to in
            let before = try await Self.trade(in: from, seed: 10)
            await #expect(throws: Interruption.self) {
                try await onThread {
                    try LedgerMove(from: from, to: to) { step in
                        if step.table == "what is left" { throw Interruption() }
                    }.run()
                }
            }
            try await Self.expectRefused(from)
            try await Self.expectRefused(to)
            #expect(try await Self.move(from, to)?.wasDone == true)
            try await Self.expect(to, before)
            try await Self.expectRefused(from)
        }
    }

    @Test("does not leave for a copy in which a row was changed", arguments: Way.allCases)
    func tampered(_ way: Way) async throws {
        try await Self.withPlaces(way) { from, to in
            let before = try await Self.trade(in: from, seed: 5)
            let refusal = await #expect(throws: LedgerMove.Refusal.self) {
                try await onThread {
                    try LedgerMove(from: from, to: to) { step in
                        if step.round == nil { try Self.tamper(to) }
                    }.run()
                }
            }
            #expect(refusal?.description.contains("not equal in balances;") == true)
            // The shop goes on where it was, and the next attempt repairs the copy.
            let ledger = try await onThread { try from.open() }
            let shop = try TestShop(ledger)
            #expect(try await shop.dump() == before)
            try await shop.stock(["NEW": 1])
            let after = try await shop.dump()
            try await onThread { shop.committer.close() }
            await ledger.close()
            #expect(try await Self.move(from, to) != nil)
            try await Self.expect(to, after)
        }
    }

    @Test("goes only to an empty place", arguments: Way.allCases)
    func occupied(_ way: Way) async throws {
        try await Self.withPlaces(way) { from, to in
            _ = try await Self.trade(in: from, seed: 6)
            let before = try await Self.trade(in: to, seed: 7)
            let refusal = await #expect(throws: LedgerMove.Refusal.self) { try await Self.move(from, to) }
            #expect(refusal?.description.contains("has a shop already") == true)
            try await Self.expect(to, before)
            // Nor does it go from a place where there is none, or to a place where another one is arriving.
            try await TestShop.withFile { (path: String) async throws in
                let none = LedgerLocation(path: path)
                await #expect(throws: LedgerMove.Refusal.self) { try await Self.move(none, to) }
                #expect(!none.isThere)
                #expect(try await Self.move(from, none, steps: 30) == nil)
                let other = await #expect(throws: LedgerMove.Refusal.self) { try await Self.move(to, none) }
                #expect(other?.description.contains("another shop") == true)
                let itself = await #expect(throws: LedgerMove.Refusal.self) { try await Self.move(none, to) }
                #expect(itself?.description.contains("not complete") == true)
            }
        }
    }

    @Test("is taken back only as long as nothing was written there, and moves again", arguments: Way.allCases)
    func takenBack(_ way: Way) async throws {
        try await Self.withPlaces(way) { from, to in
            let before = try await Self.trade(in: from, seed: 8)
            #expect(try await Self.move(from, to)?.wasDone == false)
            #expect(try await Self.move(from, to)?.wasDone == true)
            _ = try await onThread { try LedgerMove.takeBack(from, leaving: to) }
            try await Self.expect(from, before)
            try await Self.expectRefused(to)
            #expect(try await Self.move(from, to)?.wasDone == false)
            try await Self.expect(to, before)
            let ledger = try await onThread { try to.open() }
            let shop = try TestShop(ledger)
            try await shop.stock(["NEW": 1])
            try await onThread { shop.committer.close() }
            await ledger.close()
            let refusal = await #expect(throws: LedgerMove.Refusal.self) {
                try await onThread { _ = try LedgerMove.takeBack(from, leaving: to) }
            }
            #expect(refusal?.description.contains(" turns were written in ") == true)
            try await Self.expectRefused(from)
            _ = try await onThread { try LedgerMove.takeBack(from, leaving: nil) }
            try await Self.expect(from, before)
        }
    }

    @Test("says which row stands in the way where PostgreSQL does not take a text")
    func limits() async throws {
        try await Self.withPlaces(.toServer) { from, to in
            _ = try await Self.trade(in: from, seed: 9)
            let raw = try RawSQLite(from.localPath)
            for (value, words) in [("CAST(x'610062' AS TEXT)", "U+0000"), ("CAST(x'C328' AS TEXT)", "UTF-8")] {
                #expect(raw.execute("UPDATE movements SET reason = \(value) WHERE id = 2") == 0)
                let failure = await #expect(throws: LedgerFailure.self) { try await Self.move(from, to) }
                #expect(failure?.detail.hasPrefix("the row 2 of movements: reason has") == true)
                #expect(failure?.detail.contains(words) == true)
            }
            #expect(raw.execute("UPDATE movements SET reason = NULL WHERE id = 2") == 0)
            // A text that is longer than an index of PostgreSQL takes.
            let long = "INSERT INTO counters VALUES (hex(randomblob(6000)), 1)"
            #expect(raw.execute(long) == 0)
            let failure = await #expect(throws: LedgerFailure.self) { try await Self.move(from, to) }
            #expect(failure?.detail.contains("of counters is refused by the PostgreSQL database") == true)
            #expect(raw.execute("DELETE FROM counters WHERE length(name) > 1000") == 0)
            #expect(try await Self.move(from, to) != nil)
        }
    }

    // MARK: Steps

    private struct Interruption: Error {}

    /// Moves a shop; nil where the move was interrupted after a number of steps.
    private static func move(
        _ from: LedgerLocation,
        _ to: LedgerLocation,
        steps: Int = .max
    ) async throws -> LedgerMove.Report? {
        try await onThread {
            var left = steps
            do {
                return try LedgerMove(from: from, to: to) { _ in
                    left -= 1
                    guard left > 0 else { throw Interruption() }
                }.run()
            } catch is Interruption {
                return nil
            }
        }
    }

    /// A new place, and an empty one.
    private static func withPlaces(
        _ way: Way,
        _ body: (_ from: LedgerLocation, _ to: LedgerLocation) async throws -> Void
    ) async throws {
        try await PostgresServer.withDatabase { settings in
            try await TestShop.withFile { path in
                let (file, server) = (
                    LedgerLocation(path: path), LedgerLocation.server(settings, localPath: path + "-local")
                )
                try await body(way == .toServer ? file : server, way == .toServer ? server : file)
            }
        }
    }

    /// Lets a shop trade in a place; returns all that it left.
    private static func trade(in place: LedgerLocation, seed: UInt64) async throws -> LedgerDump {
        let ledger = try await onThread { try place.open() }
        let shop = try TestShop(ledger, seed: seed)
        try await shop.run(OpenShop())
        var trader = Trader(shop: shop, generator: SeededGenerator(seed: seed))
        try await trader.open()
        for _ in 0..<120 { try await trader.step() }
        let dump = try await shop.dump()
        try await onThread { shop.committer.close() }
        await ledger.close()
        return dump
    }

    private static func expect(_ place: LedgerLocation, _ before: LedgerDump) async throws {
        let ledger = try await onThread { try place.open() }
        let dump = try await ledger.read { (view) throws(LedgerFailure) in try LedgerDump(view) }
        #expect(dump.changes(since: before) == [])
        await ledger.close()
    }

    /// A ledger that accepts no change, though it is opened.
    private static func expectRefused(_ place: LedgerLocation) async throws {
        let ledger = try await onThread { try place.open() }
        let committer = try await onThread { try Committer(engine: ledger) }
        let failure = await #expect(throws: CommitError<Never>.self) { try await committer.submit(WriteCanary()) }
        #expect("\(String(describing: failure))".contains("moved"))
        #expect(ledger.moved != nil)
        try await onThread { committer.close() }
        await ledger.close()
    }

    private static func tamper(_ place: LedgerLocation) throws {
        let sql = "UPDATE balances SET amount = amount + 1 WHERE amount = (SELECT max(amount) FROM balances)"
        switch place {
        case .file(let settings): try #require(try RawSQLite(settings.path).execute(sql) == 0)
        case .server(let settings, _): try PostgresServer.psql(sql, settings)
        }
    }

    /// Waits on a thread of its own for work that is not bound to one.
    private static func wait(_ work: @escaping @Sendable () async throws -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        Task {
            do { try await work() } catch { failure.withLock { $0 = error } }
            done.signal()
        }
        done.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
