import HTTPTypes
import Hummingbird
import JSON

/// The routes of a sandbox: its own behind the fault gate, and its control routes beside it.
struct SandboxRouter {
    typealias Handler = @Sendable (SandboxCall) async throws(SandboxRefusal) -> Response

    private let router = Router(context: SandboxContext.self)
    private let gate: FaultGate

    init(dice: FaultDice) {
        gate = FaultGate(dice: dice)
        on(.get, "/livez", isFaulty: false) { _ throws(SandboxRefusal) in .sandbox(Array(#"{"status":"ok"}"#.utf8)) }
        on(.get, "/faults", isFaulty: false) { _ throws(SandboxRefusal) in Self.faults(dice) }
        on(.put, "/faults", isFaulty: false) { call throws(SandboxRefusal) in
            dice.rules = try await call.json { json throws(JSONError) in
                try FaultDocument.read(&json, known: dice.known)
            }
            return Self.faults(dice)
        }
        on(.delete, "/faults", isFaulty: false) { _ throws(SandboxRefusal) in
            dice.rules = [:]
            return Self.faults(dice)
        }
        for method in [HTTPRequest.Method.get, .post, .put, .delete] {
            router.on("**", method: method) { _, _ in SandboxRefusal.notFound("route").response }
        }
    }

    /// Mounts a route.
    func on(
        _ method: HTTPRequest.Method,
        _ path: RouterPath,
        isFaulty: Bool = true,
        _ handler: @escaping Handler
    ) {
        let gate = gate
        router.on(path, method: method) { request, context in
            let call = SandboxCall(request: request, parameters: context.parameters)
            guard isFaulty else { return await Self.answer(call, handler) }
            return await gate.answer(context) { await Self.answer(call, handler) }
        }
    }

    /// The responder for all routes.
    func responder() -> RouterResponder<SandboxContext> {
        router.buildResponder()
    }

    private static func answer(_ call: SandboxCall, _ handler: Handler) async -> Response {
        do throws(SandboxRefusal) {
            return try await handler(call)
        } catch {
            return error.response
        }
    }

    private static func faults(_ dice: FaultDice) -> Response {
        var json = JSONWriter()
        FaultDocument.write(dice.rules, to: &json)
        return .sandbox(json.bytes)
    }
}
