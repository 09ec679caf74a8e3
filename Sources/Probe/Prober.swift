import Client
import Foundation
import Ledger
import Trading

/// A prober: shops once a second, and reports the results.
package enum Prober {
    /// Shops until it is cancelled, or for the given number of rounds.
    ///
    /// A shop that is unavailable at the start is awaited.
    ///
    /// - Parameter onRound: called after every round.
    /// - Throws: ``ClientError`` for a key without the scopes, or a wrong address; trying again does not help.
    package static func run(
        _ options: ProbeOptions,
        onRound: @Sendable (ProbeRound) -> Void
    ) async throws(ClientError) {
        precondition(options.sku.hasPrefix("probe-"), "a prober's product shows what it is")
        let client = try TradewindClient(
            baseURL: options.url,
            key: options.key,
            connections: 1,
            // Failures are reported, not retried.
            retry: RetryPolicy(deadline: .zero),
            requestTimeout: options.timeout,
            marking: [("x-tradewind-probe", "1")]
        )
        do {
            try await run(client, options, onRound)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    private static func run(
        _ client: TradewindClient,
        _ options: ProbeOptions,
        _ onRound: @Sendable (ProbeRound) -> Void
    ) async throws(ClientError) {
        let name = "probe-\(UUID().uuidString.lowercased())"
        var shopper = ProbeShopper(client, options, name: name)
        var backlog = ProbeBacklog(name: name)
        var isPrepared = false
        var round = 0
        var next = ContinuousClock.now
        while !Task.isCancelled, round < options.rounds ?? .max {
            round += 1
            let began = Timestamp.now
            var failure: String?
            if !isPrepared { (isPrepared, failure) = try await prepare(&shopper) }
            if isPrepared { failure = await shop(&shopper) }
            guard !Task.isCancelled else { return }
            onRound(backlog.record(failure, at: began))
            while let batch = backlog.next(), await shopper.tell(batch) { backlog.settle() }
            if failure == nil { await shopper.tidyUp() }
            next = max(next + options.interval, .now)
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(until: next, clock: .continuous)
        }
    }

    /// Prepares the product; returns the obstacle, if there is one.
    ///
    /// A refusal by the shop ends the run, since it would be repeated.
    private static func prepare(_ shopper: inout ProbeShopper) async throws(ClientError) -> (Bool, String?) {
        do {
            try await shopper.prepare()
            return (true, nil)
        } catch {
            switch error {
            case .refused(let problem) where problem.status < 500: throw error
            case .badURL, .unreadable: throw error
            default: return (false, "prepare: \(error)")
            }
        }
    }

    private static func shop(_ shopper: inout ProbeShopper) async -> String? {
        do {
            try await shopper.shop()
            return nil
        } catch {
            return error.description
        }
    }
}
