import API
import Synchronization
import Trading

/// Metrics of payments: outcomes and durations of calls, and differences found by the reconciliation.
///
/// Thread-safe.
public final class PaymentMetrics: Sendable {
    private struct State {
        var calls: [String: [String: Int]] = [:]
        var seconds: [String: Double] = [:]
        var unmatched: [String: [Currency: Int64]] = [:]
        var mismatches: [String: Int] = [:]
    }

    private let state = Mutex(State())

    /// Zeros.
    public init() {}

    /// Counts a call.
    func record(_ outcome: PaymentOutcome, by provider: String, seconds: Double) {
        state.withLock { state in
            state.calls[provider, default: [:]][outcome.label, default: 0] += 1
            state.seconds[provider, default: 0] += seconds
        }
    }

    /// Records the differences found by the last reconciliation of a provider.
    func record(unmatched: [Currency: Int64], mismatches: Int, of provider: String) {
        state.withLock { state in
            var values = (state.unmatched[provider] ?? [:]).mapValues { _ in Int64(0) }
            values.merge(unmatched) { $1 }
            state.unmatched[provider] = values
            state.mismatches[provider] = mismatches
        }
    }

    /// Writes all metrics in Prometheus' text format.
    public func write(to text: inout String) {
        let state = state.withLock { $0 }
        text += "# HELP tradewind_payment_calls_total Calls to payment providers, by what they came to.\n"
        text += "# TYPE tradewind_payment_calls_total counter\n"
        for (provider, calls) in state.calls.sorted(by: { $0.key < $1.key }) {
            for (outcome, count) in calls.sorted(by: { $0.key < $1.key }) {
                let labels = "provider=\"\(provider)\",outcome=\"\(outcome)\""
                text += "tradewind_payment_calls_total{\(labels)} \(count)\n"
            }
        }
        text += "# HELP tradewind_payment_call_seconds_total Time spent in calls to payment providers.\n"
        text += "# TYPE tradewind_payment_call_seconds_total counter\n"
        for (provider, seconds) in state.seconds.sorted(by: { $0.key < $1.key }) {
            text += "tradewind_payment_call_seconds_total{provider=\"\(provider)\"} \(seconds)\n"
        }
        text += "# HELP tradewind_payment_unmatched Minor units that differ between us and the provider.\n"
        text += "# TYPE tradewind_payment_unmatched gauge\n"
        for (provider, values) in state.unmatched.sorted(by: { $0.key < $1.key }) {
            for (currency, value) in values.sorted(by: { $0.key.code < $1.key.code }) {
                let labels = "provider=\"\(provider)\",currency=\"\(currency.code)\""
                text += "tradewind_payment_unmatched{\(labels)} \(value)\n"
            }
        }
        text += "# HELP tradewind_payment_mismatches Charges that differ between us and the provider.\n"
        text += "# TYPE tradewind_payment_mismatches gauge\n"
        for (provider, count) in state.mismatches.sorted(by: { $0.key < $1.key }) {
            text += "tradewind_payment_mismatches{provider=\"\(provider)\"} \(count)\n"
        }
    }
}

extension PaymentOutcome {
    /// One of six words, for a metric label.
    fileprivate var label: String {
        switch self {
        case .done: "done"
        case .takenOn: "taken_on"
        case .refused: "refused"
        case .notDone: "not_done"
        case .unknown: "unknown"
        case .found: "found"
        }
    }
}
