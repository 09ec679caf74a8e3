import HTTPTypes
import Hummingbird
import NIOCore

/// What stands between the wire and a sandbox's own code, and lets go wrong what the rules say.
struct FaultGate: Sendable {
    let dice: FaultDice

    /// Answers a request, or fails to.
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

    /// Closes the connection; what is returned has nowhere to go.
    private func cut(_ context: SandboxContext) async -> Response {
        // The connection may be closed already, which is just as well.
        try? await context.channel.close()
        return Self.error
    }

    private func pause(_ duration: Duration) async {
        // Cancelled when the process ends, and then nobody waits any more.
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
