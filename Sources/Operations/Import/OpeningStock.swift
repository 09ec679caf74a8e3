import JSON

/// Units that a product begins with.
struct OpeningStock: Sendable {
    let client: TradewindClient
    let units: Int
    let digest: String

    /// Receives the units unless the product has or ever had stock; answers whether it did.
    ///
    /// "Never had a movement" rather than "was created just now": an import that was interrupted between the two can
    /// then be run again, and a product that is sold out is left alone.
    func give(_ sku: String) async throws(ClientError) -> Bool {
        let path = "/v1/stock/\(ClientRequest.escape(sku))"
        let level = try await client.body(of: ClientRequest(.GET, path))
        guard try APIAnswer.number("onHand", of: level) == 0 else { return false }
        let movements = try await client.body(of: ClientRequest(.GET, "\(path)/movements?limit=1"))
        var isUntouched = true
        _ = try APIAnswer.page(movements) { (reader) throws(JSONError) in
            isUntouched = false
            try reader.skip()
        }
        guard isUntouched else { return false }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("delta", units)
        writer.member("kind", "received")
        writer.member("reason", "opening stock")
        writer.endObject()
        let request = ClientRequest(
            .POST,
            "\(path)/adjustments",
            body: writer.bytes,
            idempotencyKey: "import-\(digest)-opening-\(ClientRequest.escape(sku))"
        )
        _ = try await client.body(of: request)
        return true
    }
}
