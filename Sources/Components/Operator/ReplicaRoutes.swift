import API
import Hummingbird

/// The processes that serve this data directory, and whether a supervisor runs.
public struct ReplicaRoutes: Sendable {
    let replicas: @Sendable () async -> [UInt8]

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/replicas",
                id: "listReplicas",
                tag: "Health",
                "The processes that serve this shop's data on this machine, and what their supervisor did",
                access: .scope(.operatorRead),
                responses: [ResponseKind(200, "ReplicaList", "The replicas.")],
                handler: list
            )
        ]
    }

    private func list(_ call: Call) async throws(Problem) -> Response {
        _ = try call.query([])
        return .json(await replicas())
    }
}
