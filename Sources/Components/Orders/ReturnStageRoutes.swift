import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Returns in stages: received, inspected, or cancelled.
struct ReturnStageRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            step("receive", id: "receiveReturn", "The goods of a return are here", handler: receive),
            step(
                "inspect",
                id: "inspectReturn",
                "The goods were looked at: they are put away or written off, and credited",
                body: "InspectionInput",
                handler: inspect
            ),
            step("cancel", id: "cancelReturn", "Calls a return off; its units can be returned again", handler: cancel),
        ]
    }

    private func step(
        _ verb: String,
        id: String,
        _ summary: String,
        body: String = "ReturnStepInput",
        handler: @escaping Endpoint.Handler
    ) -> Endpoint {
        Endpoint(
            .post,
            "/v1/returns/{id}/\(verb)",
            id: id,
            tag: "Returns",
            summary,
            access: .scope(.ordersWrite),
            parameters: [.id("ret")],
            body: BodyKind(body, isOptional: true),
            responses: [ResponseKind(200, "Return", "The return.")],
            problems: [409],
            handler: handler
        )
    }

    private func receive(_ call: Call) async throws(Problem) -> Response {
        try await change(call, .receive, try await call.nothing())
    }

    private func cancel(_ call: Call) async throws(Problem) -> Response {
        try await change(call, .cancel, try await call.nothing())
    }

    private func inspect(_ call: Call) async throws(Problem) -> Response {
        let (lines, bytes) = try await call.json { (json) throws(JSONError) -> [ReturnRequestLine]? in
            var lines: [ReturnRequestLine]?
            try json.object { (json, member) throws(JSONError) in
                guard member == "lines" else { throw json.unknown(member) }
                lines = try json.list(OrderLimits.maxLines) { (json) throws(JSONError) in try json.returnLine().line }
            }
            return lines
        }
        return try await change(call, .inspect(lines ?? nil), bytes)
    }

    private func change(_ call: Call, _ change: ChangeReturn.Change, _ body: [UInt8]) async throws(Problem) -> Response
    {
        let id = try call.id(Return.self, "return")
        let result = try await shop.commit(ChangeReturn(id, change), key: try call.idempotencyKey(body))
        return .document(result.outcome).replayed(result.replayed)
    }
}
