import Glibc
import HTTPTypes

/// What a drill does to requests from within; nothing in a shop that is open.
public struct DrilledFaults: Sendable {
    private let errorPercent: Int
    private let delay: Duration
    private let poison: String
    /// Whether there are any.
    let areOn: Bool

    /// Faults; none where nothing is said.
    ///
    /// - Parameters:
    ///   - errorPercent: the share of requests that are answered with 500, in percent.
    ///   - delay: how much longer every request is under way.
    ///   - poison: a request whose path ends with this ends the process; empty for none.
    public init(errorPercent: Int = 0, delay: Duration = .zero, poison: String = "") {
        self.errorPercent = errorPercent
        self.delay = delay
        self.poison = poison
        areOn = errorPercent > 0 || delay > .zero || !poison.isEmpty
    }

    /// Does to a request what is to be done.
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
