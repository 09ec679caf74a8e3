import Client
import JSON
import Synchronization

/// A shop's delivery desk: it takes the customers' orders as paid, and packs them, while others go on shopping.
final class DrillDesk: Sendable {
    /// What was packed.
    struct Record: Sendable {
        /// The parcels, the first packed first.
        var parcels: [String] = []
        /// Why an order could not be packed, for each of which that is so.
        var failures: [String] = []
    }

    private let client: TradewindClient
    private let done = Mutex(Record())

    /// A desk of a shop.
    init(of shop: DrillShop) throws(ClientError) {
        // What is refused counts as refused: nothing is tried again.
        let retry = RetryPolicy(deadline: .zero)
        client = try TradewindClient(baseURL: shop.url, key: shop.key, connections: 1, retry: retry)
    }

    /// What was packed so far.
    var record: Record { done.withLock { $0 } }

    /// Packs up to ten orders a second until it is cancelled.
    func work() async {
        var waiting: [String] = []
        while !Task.isCancelled {
            do {
                // The latest hundred last for ten seconds, and by then there are others.
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

    /// Waits until the carrier has booked every parcel that was packed.
    ///
    /// - Returns: How many it has not booked in that time.
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

    /// Goes home.
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

    /// The parcel that an order was packed in.
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
