import HTTPTypes
import Hummingbird
import NIOCore

/// Injects faults between the network and a sandbox's own code, by the rules in force.
struct FaultGate: Sendable {
    let dice: FaultDice

    /// Answers a request, or lets it fail.
    func answer(_ context: SandboxContext, _ handler: () async -> Response) async -> Response {
        if dice.roll(.disconnect) != nil { return await cut(context) }
        if dice.roll(.unavailable) != nil { return Self.unavailable }
        if let strike = dice.roll(.brownOut) {
            await pause(strike.duration)
            if strike.coin { return Self.error }
        }
        if let strike = dice.roll(.latency) { await pause(strike.duration) }
        if dice.roll(.errorBefore) != nil { return Self.error }
        if let strike = dice.roll(.noAnswer) {
            if strike.coin { _ = await handler() }
            await pause(strike.duration)
            return await cut(context)
        }
        let response = await handler()
        return dice.roll(.replyLost) == nil ? response : await cut(context)
    }

    /// Closes the connection; the returned response is never sent.
    private func cut(_ context: SandboxContext) async -> Response {
        // The connection may be closed already.
        try? await context.channel.close()
        return Self.error
    }

    private func pause(_ duration: Duration) async {
        // Cancellation at the end of the process ends the sleep.
        try? await Task.sleep(for: duration)
    }

    private static var error: Response {
        .sandbox(
            Array(#"{"error":{"code":"internal","message":"something went wrong"}}"#.utf8),
            status: .internalServerError
        )
    }

    private static var unavailable: Response {
        var response = Response.sandbox(
            Array(#"{"error":{"code":"unavailable","message":"nothing was done; try later"}}"#.utf8),
            status: .serviceUnavailable
        )
        response.headers[.retryAfter] = "1"
        return response
    }
}
