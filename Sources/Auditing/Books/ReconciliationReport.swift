// Compares a shop's payments with a provider's own list, from the command line: the ledger is only read, also while a server is
// running.

import JSON
import Ledger
import LedgerEngines
import Providers
import Trading

/// The result of a reconciliation with one provider.
package struct ReconciliationReport: Sendable {
    /// The provider.
    package let provider: String
    /// The result of the comparison.
    package let result: Reconciliation

    /// Whether nothing differs.
    package var isClean: Bool { result.isClean }

    /// Compares the payments of a ledger with a provider's list.
    ///
    /// - Throws: `LedgerFailure` where the ledger cannot be read, `ReconciliationFailure` where the list cannot; both may be tried
    ///   again.
    package static func run(
        _ ledger: LedgerLocation,
        provider: any PaymentProvider,
        from: Timestamp,
        to: Timestamp
    ) async throws -> ReconciliationReport {
        let engine = try ledger.inspectWhole()
        do {
            let book = PaymentBook(
                payments: { provider, from, to in try await engine.payments(at: provider, from: from, to: to) },
                payment: { id in try await engine.payment(id) }
            )
            let reconciler = Reconciler(provider: provider, book: book)
            let report = ReconciliationReport(
                provider: provider.name,
                result: try await reconciler.run(from: from, to: to)
            )
            await engine.close()
            return report
        } catch {
            await engine.close()
            throw error
        }
    }

    /// The report as plain text: one line for each difference, then a summary.
    package var text: String {
        var lines = result.mismatches.map { mismatch in
            switch mismatch {
            case .missingThere(let id): "\(id): \(provider) has no such charge"
            case .missingHere(let charge):
                "\(charge.reference): \(provider) has it, \(Self.words(Mismatch.Amounts(charge))), and no payment of ours names it"
            case .differs(let id, let ours, let theirs):
                "\(id): \(Self.words(ours)); at \(provider) \(Self.words(theirs))"
            }
        }
        let held = result.held.sorted { $0.key.code < $1.key.code }.map { Money($0.value, $0.key).description }
        let values = result.unmatched.sorted { $0.key.code < $1.key.code }.map { Money($0.value, $0.key).description }
        if result.matched == 0, result.mismatches.isEmpty, result.open == 0 {
            lines.append("\(provider): there is nothing to compare in this time, neither there nor here")
        }
        lines.append(
            "\(provider): \(result.matched) agree, \(result.mismatches.count) differ, \(result.open) under way"
                + (held.isEmpty ? "" : "; held \(held.joined(separator: ", "))")
                + (values.isEmpty ? "" : "; unmatched \(values.joined(separator: ", "))")
        )
        return lines.joined(separator: "\n") + "\n"
    }

    /// Amounts in words; disputed amounts only where there are any.
    private static func words(_ amounts: Mismatch.Amounts) -> String {
        "held \(amounts.held), captured \(amounts.captured), refunded \(amounts.refunded)"
            + (amounts.disputed.isZero ? "" : ", disputed \(amounts.disputed)")
    }

    /// The report as one JSON object.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("provider", provider)
            json.member("clean", isClean)
            json.member("matched", result.matched)
            json.member("open", result.open)
            for (name, sums) in [("held", result.held), ("unmatched", result.unmatched)] {
                json.key(name)
                json.array { json in
                    for (currency, value) in sums.sorted(by: { $0.key.code < $1.key.code }) {
                        json.value(Money(value, currency))
                    }
                }
            }
            json.key("mismatches")
            json.array { json in
                for mismatch in result.mismatches {
                    json.object { json in
                        json.member("kind", mismatch.name)
                        json.member("subject", mismatch.subject)
                        switch mismatch {
                        case .missingThere: break
                        case .missingHere(let charge): Self.write(Mismatch.Amounts(charge), "theirs", to: &json)
                        case .differs(_, let ours, let theirs):
                            Self.write(ours, "ours", to: &json)
                            Self.write(theirs, "theirs", to: &json)
                        }
                    }
                }
            }
        }
        return json.bytes
    }

    private static func write(_ amounts: Mismatch.Amounts, _ name: String, to json: inout JSONWriter) {
        json.key(name)
        json.object { json in
            json.member("held", amounts.held)
            json.member("captured", amounts.captured)
            json.member("refunded", amounts.refunded)
            json.member("disputed", amounts.disputed)
        }
    }
}
