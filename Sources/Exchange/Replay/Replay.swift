// Replays a real shop's year through the public API of a running server, and reconciles the result with the source exactly.

import Client
import ForeignFiles
import Trading

/// Replays a source against a server.
package enum Replay {
    /// Reads, plans, drives, reads back and reconciles.
    ///
    /// Running it again, after an interruption or after success, changes nothing on the server: every effect has an idempotency
    /// key derived from the file's contents. The report says whether every row is accounted for.
    ///
    /// - Throws: ``ReplayError``; its cases say whether a second run helps.
    package static func run(_ options: ReplayOptions) async throws(ReplayError) -> ReplayReport {
        try check(options)
        let clock = ContinuousClock()
        let start = clock.now
        let plan = try self.plan(options)
        guard plan.table.rowCount > 0 else { throw .source("the file holds a header and no row") }
        guard options.speed == nil || plan.table.hasDates else {
            throw .source("the header lacks InvoiceDate, which --speed goes by; without --speed no dates are needed")
        }
        let client = try self.client(options)
        let planned = clock.now
        do {
            try await client.greet()
            let run = ReplayRun(plan: plan, client: client, options: options)
            let log = try await run.drive()
            let driven = clock.now
            let holdings = options.verifies ? try await run.holdings() : nil
            await client.shutdown()
            return ReplayReport(
                plan,
                log,
                holdings,
                options,
                planning: planned - start,
                driving: driven - planned,
                verifying: clock.now - driven
            )
        } catch {
            await client.shutdown()
            guard (error as? ClientError)?.mayPass ?? true else { throw .refused("\(error)") }
            throw .interrupted("\(error)")
        }
    }

    /// Reads a file and plans it, without a server.
    package static func plan(_ options: ReplayOptions) throws(ReplayError) -> ReplayPlan {
        do {
            let stream = try SourceFile(options.path).stream()
            return ReplayPlan(
                try RetailTable(
                    stream,
                    encoding: options.encoding,
                    separator: options.separator,
                    mark: options.decimalMark
                )
            )
        } catch {
            throw .source("\(error)")
        }
    }

    private static func check(_ options: ReplayOptions) throws(ReplayError) {
        if let speed = options.speed, !(speed > 0 && speed.isFinite) {
            throw .options("the speed must be above zero")
        }
        guard (1...1024).contains(options.connections) else {
            throw .options("connections must be from 1 to 1024")
        }
        guard let currency = Currency(options.currency), currency.exponent == 2 else {
            throw .options("--currency \(options.currency) is no currency of ISO 4217 with two decimals, as GBP is")
        }
    }

    private static func client(_ options: ReplayOptions) throws(ReplayError) -> TradewindClient {
        do throws(ClientError) {
            return try TradewindClient(
                baseURL: options.url,
                key: options.key,
                connections: options.connections,
                retry: RetryPolicy(deadline: options.deadline),
                onOutage: { [showsProgress = options.showsProgress] in if showsProgress { ProgressMeter.say($0) } }
            )
        } catch {
            throw .options(error.description)
        }
    }
}
