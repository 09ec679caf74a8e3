import Client
import JSON
import Synchronization

/// A shop's delivery desk: it marks the customers' orders as paid, and packs them, while other customers are buying.
final class DrillDesk: Sendable {
    /// The packed parcels.
    struct Record: Sendable {
        /// The parcels, in the order of packing.
        var parcels: [String] = []
        /// The reasons why orders could not be packed.
        var failures: [String] = []
    }

    private let client: TradewindClient
    private let done = Mutex(Record())

    /// A desk of a shop.
    init(of shop: DrillShop) throws(ClientError) {
        // Without retries, so that every refusal counts.
        let retry = RetryPolicy(deadline: .zero)
        client = try TradewindClient(baseURL: shop.url, key: shop.key, connections: 1, retry: retry)
    }

    /// The record so far.
    var record: Record { done.withLock { $0 } }

    /// Packs up to ten orders a second until it is cancelled.
    func work() async {
        var waiting: [String] = []
        while !Task.isCancelled {
            do {
                // The latest hundred orders last for ten seconds; by then there are new ones.
                if waiting.isEmpty { waiting = try await orders() }
                if let order = waiting.popLast() {
                    let parcel = try await pack(order)
                    done.withLock { $0.parcels.append(parcel) }
                }
            } catch {
                done.withLock { $0.failures.append("\(error)") }
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Waits until the carrier has booked every packed parcel.
    ///
    /// - Returns: the number of parcels that were not booked in time.
    func untilBooked(within limit: Duration) async throws -> Int {
        let deadline = ContinuousClock.now + limit
        var open = record.parcels
        while true {
            var unbooked: [String] = []
            for parcel in open where try await !isBooked(parcel) { unbooked.append(parcel) }
            open = unbooked
            if open.isEmpty || .now > deadline { return open.count }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Closes the client.
    func close() async { await client.shutdown() }

    // MARK: Requests

    private func orders() async throws(ClientError) -> [String] {
        var found: [String] = []
        _ = try APIAnswer.page(try await get("/v1/orders?limit=100")) { (reader) throws(JSONError) in
            var order = OrderAnswer()
            try order.read(&reader)
            if order.state == "pendingPayment" { found.append(order.id) }
        }
        return found
    }

    /// Packs an order; returns the parcel.
    private func pack(_ order: String) async throws(ClientError) -> String {
        _ = try await post("/v1/orders/\(order)/pay", "{}", "\(order)-pay")
        let parcel = try await post("/v1/orders/\(order)/shipments", #"{"carrier":"sandbox"}"#, "\(order)-pack")
        guard let id = try APIAnswer.string("id", of: parcel) else { throw .unreadable("a parcel without an id") }
        return id
    }

    private func isBooked(_ parcel: String) async throws(ClientError) -> Bool {
        try APIAnswer.string("state", of: try await get("/v1/shipments/\(parcel)")) != "packed"
    }

    private func get(_ path: String) async throws(ClientError) -> [UInt8] {
        try await client.body(of: ClientRequest(.GET, path))
    }

    private func post(_ path: String, _ body: String, _ key: String) async throws(ClientError) -> [UInt8] {
        try await client.body(of: ClientRequest(.POST, path, body: Array(body.utf8), idempotencyKey: key))
    }
}
