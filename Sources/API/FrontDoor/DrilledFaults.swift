import Glibc
import HTTPTypes

/// Faults that a drill injects into requests; none in production.
public struct DrilledFaults: Sendable {
    private let errorPercent: Int
    private let delay: Duration
    private let poison: String
    /// Whether any fault is configured.
    let areOn: Bool

    /// Injected faults; none by default.
    ///
    /// - Parameters:
    ///   - errorPercent: the share of requests that are answered with 500, in percent.
    ///   - delay: an additional delay for every request.
    ///   - poison: a request whose path ends with this ends the process; empty for none.
    public init(errorPercent: Int = 0, delay: Duration = .zero, poison: String = "") {
        self.errorPercent = errorPercent
        self.delay = delay
        self.poison = poison
        areOn = errorPercent > 0 || delay > .zero || !poison.isEmpty
    }

    /// Applies the faults to a request.
    nonisolated(nonsending) func meet(_ request: HTTPRequest) async throws(Problem) {
        if !poison.isEmpty, request.path?.hasSuffix(poison) ?? false { abort() }
        if errorPercent > 0, Int.random(in: 0..<100) < errorPercent { throw Problem.drilled }
        guard delay > .zero else { return }
        do {
            try await Task.sleep(for: delay)
        } catch {
            throw Problem.drilled
        }
    }
}
