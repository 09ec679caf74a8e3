import API
import Hummingbird
import JSON
import Ledger

/// The restores of the shop from backups, and what was found of each lost future.
struct RestoreRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/restores",
                id: "listRestores",
                tag: "Events",
                "Restores of the shop from a backup, the oldest first, and what was found of what was lost",
                access: .scope(.operatorRead),
                responses: [ResponseKind(200, "RestoreList", "All restores; most shops have none.")],
                handler: restores
            )
        ]
    }

    private func restores(_ call: Call) async throws(Problem) -> Response {
        let restores = try await shop.read { (view) throws(LedgerFailure) in try view.restores() }
        var json = JSONWriter()
        json.object { json in
            json.key("items")
            json.array { json in for restore in restores { restore.write(to: &json) } }
        }
        return .json(json.bytes)
    }
}
