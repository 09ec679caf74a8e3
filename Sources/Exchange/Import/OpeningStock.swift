import Bytes
import Client
import JSON

/// The opening stock of products.
struct OpeningStock: Sendable {
    let client: TradewindClient
    let units: Int
    let digest: String
    /// How long a product may be unknown to a replica that did not take it: many times the interval at which replicas follow.
    private static let patience = Duration.seconds(3)

    /// The result for one product.
    enum Outcome: Equatable {
        /// It received the units.
        case given
        /// It has or had stock, and was not changed.
        case kept
        /// Its stock is not counted.
        case untracked
        /// The server refused the units, for this reason.
        case refused(String)
    }

    /// Receives the units, unless the product has or had stock, or its stock is not counted.
    ///
    /// "Never had a movement" instead of "was just created": so an interrupted import can be repeated, and a product that is sold
    /// out is not changed.
    ///
    /// - Throws: an error where no other product would succeed either.
    func give(_ sku: String) async throws(ClientError) -> Outcome {
        do throws(ClientError) {
            return try await receive(sku)
        } catch {
            guard case .refused(let problem) = error, [404, 409, 422].contains(problem.status) else { throw error }
            return .refused(problem.description)
        }
    }

    /// The stock of a product that was just imported.
    ///
    /// Another replica than the one that took the product may answer, which learns of it a moment later.
    private func level(_ path: String) async throws(ClientError) -> [UInt8] {
        let end = ContinuousClock.now + Self.patience
        while true {
            do throws(ClientError) {
                return try await client.body(of: ClientRequest(.GET, path))
            } catch {
                guard case .refused(let problem) = error, problem.status == 404, .now < end else { throw error }
                // A cancelled sleep returns at once, and the next request then throws.
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func receive(_ sku: String) async throws(ClientError) -> Outcome {
        let path = "/v1/stock/\(PercentEncoding.encode(sku))"
        let level = try await level(path)
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
            idempotencyKey: "import-\(digest)-opening-\(PercentEncoding.encode(sku))"
        )
        _ = try await client.body(of: request)
        return .given
    }
}

/// The results of all products.
struct OpeningTally: Sendable {
    /// The most refused products that are kept by name.
    static let keptMax = 100

    /// Products that received the units.
    private(set) var given = 0
    /// Products whose stock is not counted.
    private(set) var untracked = 0
    /// Products whose units the server refused.
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

    /// The first products whose units were refused, with the reason, in the order of the file.
    var refusals: [(sku: String, reason: String)] {
        places.sorted { $0.index < $1.index }.map { ($0.sku, $0.reason) }
    }
}
