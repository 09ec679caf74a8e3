import ProviderClients
import Providers
import Testing
import Trading

/// A provider's answer without its value, for comparison.
enum Known: Equatable, Sendable {
    case done
    case refused(String)
    case notDone(String)
    case unknown(String)
}

extension ProviderAnswer {
    /// What is known about the operation.
    var known: Known {
        switch self {
        case .done: .done
        case .refused(let refusal): .refused(refusal.code)
        case .notDone(let trouble): .notDone(trouble.code)
        case .unknown(let trouble): .unknown(trouble.code)
        }
    }

    /// The value; records a failure if there is none.
    func value(sourceLocation: SourceLocation = #_sourceLocation) throws -> Value {
        guard case .done(let value) = self else {
            Issue.record("not done: \(self)", sourceLocation: sourceLocation)
            throw NotDone()
        }
        return value
    }

    /// When to retry, if the answer says so.
    var retryAfter: Duration? {
        switch self {
        case .done, .refused: nil
        case .notDone(let trouble), .unknown(let trouble): trouble.retryAfter
        }
    }
}

struct NotDone: Error {}

extension ContinuousClock.Instant {
    /// This many milliseconds from now.
    static func soon(_ milliseconds: Int = 5000) -> ContinuousClock.Instant {
        .now + .milliseconds(milliseconds)
    }
}

/// Runs `body` with a transport that is closed afterwards.
func withTransport<Value>(_ body: (ProviderTransport) async throws -> Value) async throws -> Value {
    let transport = ProviderTransport()
    do {
        let value = try await body(transport)
        await transport.shutdown()
        return value
    } catch {
        await transport.shutdown()
        throw error
    }
}
