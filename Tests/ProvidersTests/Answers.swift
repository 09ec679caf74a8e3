import ProviderClients
import Providers
import Testing
import Trading

/// An answer without its value, to be compared.
enum Known: Equatable, Sendable {
    case done
    case refused(String)
    case notDone(String)
    case unknown(String)
}

extension ProviderAnswer {
    /// What is known, in words.
    var known: Known {
        switch self {
        case .done: .done
        case .refused(let refusal): .refused(refusal.code)
        case .notDone(let trouble): .notDone(trouble.code)
        case .unknown(let trouble): .unknown(trouble.code)
        }
    }

    /// The value; records a failure when there is none.
    func value(sourceLocation: SourceLocation = #_sourceLocation) throws -> Value {
        guard case .done(let value) = self else {
            Issue.record("not done: \(self)", sourceLocation: sourceLocation)
            throw NotDone()
        }
        return value
    }

    /// When to try again, where it says so.
    var retryAfter: Duration? {
        switch self {
        case .done, .refused: nil
        case .notDone(let trouble), .unknown(let trouble): trouble.retryAfter
        }
    }
}

struct NotDone: Error {}

extension ContinuousClock.Instant {
    /// This much from now.
    static func soon(_ milliseconds: Int = 5000) -> ContinuousClock.Instant {
        .now + .milliseconds(milliseconds)
    }
}

/// Runs with a transport that is closed afterwards.
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
