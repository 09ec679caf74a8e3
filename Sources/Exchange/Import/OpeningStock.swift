import Client
import JSON

/// Units that a product begins with.
struct OpeningStock: Sendable {
    let client: TradewindClient
    let units: Int
    let digest: String

    /// What became of one product.
    enum Outcome: Equatable {
        /// It has the units.
        case given
        /// It has or had stock, and was left alone.
        case kept
        /// No stock is kept of it.
        case untracked
        /// The server did not take the units, for this reason.
        case refused(String)
    }

    /// Receives the units unless the product has or ever had stock, or none is kept of it; throws where no other product would fare
    /// better.
    ///
    /// "Never had a movement" rather than "was created just now": an import that was interrupted between the two can
    /// then be run again, and a product that is sold out is left alone.
    func give(_ sku: String) async throws(ClientError) -> Outcome {
        do throws(ClientError) {
            return try await receive(sku)
        } catch {
            guard case .refused(let problem) = error, [404, 409, 422].contains(problem.status) else { throw error }
            return .refused(problem.description)
        }
    }

    private func receive(_ sku: String) async throws(ClientError) -> Outcome {
        let path = "/v1/stock/\(ClientRequest.escape(sku))"
        let level = try await client.body(of: ClientRequest(.GET, path))
        guard try APIAnswer.flag("tracked", of: level) else { return .untracked }
        guard try APIAnswer.number("onHand", of: level) == 0 else { return .kept }
        let movements = try await client.body(of: ClientRequest(.GET, "\(path)/movements?limit=1"))
        var isUntouched = true
        _ = try APIAnswer.page(movements) { (reader) throws(JSONError) in
            isUntouched = false
            try reader.skip()
        }
        guard isUntouched else { return .kept }
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
        return .given
    }
}

/// What became of all products.
struct OpeningTally: Sendable {
    /// Most products that are kept by name.
    static let keptMax = 100

    /// Products that have the units.
    private(set) var given = 0
    /// Products of which no stock is kept.
    private(set) var untracked = 0
    /// Products whose units the server did not take.
    private(set) var refused = 0
    private var places: [(index: Int, sku: String, reason: String)] = []

    mutating func add(_ outcome: OpeningStock.Outcome, to sku: String, at index: Int) {
        switch outcome {
        case .given: given += 1
        case .kept: break
        case .untracked: untracked += 1
        case .refused(let reason):
            refused += 1
            if places.count < Self.keptMax { places.append((index, sku, reason)) }
        }
    }

    /// The first products whose units were not taken, and why, in the order of the file.
    var refusals: [(sku: String, reason: String)] {
        places.sorted { $0.index < $1.index }.map { ($0.sku, $0.reason) }
    }
}
