// One buyer's way through the front door, with a product of the prober's own. It cancels its orders: by card in the sandbox the
// money is only authorised, and voided; otherwise nothing is paid. So nothing is captured, no unit leaves, and each entry of the
// books is reversed.

import Bytes
import Client
import JSON
import NIOHTTP1
import Trading

/// Why a round failed.
struct ProbeFailure: Error, CustomStringConvertible {
    /// The step and its error.
    let description: String
}

/// Shops, and cancels its orders.
struct ProbeShopper: Sendable {
    private let client: TradewindClient
    private let options: ProbeOptions
    /// Unique for each prober.
    private let name: String
    /// Orders whose cancellation was not answered yet.
    private var open: [String] = []
    private var rounds = 0
    private var paysByCard = false

    /// The most orders that are remembered for a later cancellation; the others expire.
    private static let openMax = 1_000
    /// How long placing an order may wait for its payment, in seconds.
    private static let paymentSeconds = 1

    init(_ client: TradewindClient, _ options: ProbeOptions, name: String) {
        self.client = client
        self.options = options
        self.name = name
    }

    // MARK: Preparation

    /// Creates and stocks the product, and finds out how to pay.
    mutating func prepare() async throws(ClientError) {
        let (category, price) = (Product.probeCategory, #"{"amount":100,"currency":"\#(options.currency)"}"#)
        let product = #"{"name":"Probe (not for sale)","categories":["\#(category)"],"prices":[\#(price)]}"#
        _ = try await client.body(of: ClientRequest(.PUT, "/v1/products/\(sku)", body: Array(product.utf8)))
        let level = try await client.body(of: ClientRequest(.GET, "/v1/stock/\(sku)"))
        if try APIAnswer.number("available", of: level) < ProbeOptions.units / 10 {
            let delivery = #"{"delta":\#(ProbeOptions.units),"reason":"probe","kind":"received"}"#
            let request = ClientRequest(
                .POST,
                "/v1/stock/\(sku)/adjustments",
                body: Array(delivery.utf8),
                idempotencyKey: "\(name)-stock"
            )
            _ = try await client.body(of: request)
        }
        let components = try await client.body(of: ClientRequest(.GET, "/v1/components"))
        let providers = try ComponentAnswer.dependencies(of: components).filter { $0.hasPrefix("payments-") }
        // Never with a provider that moves real money.
        paysByCard = providers == ["payments-sandbox"]
    }

    private var sku: String { PercentEncoding.encode(options.sku) }

    // MARK: A round

    /// Browses, fills a cart, orders it, has it paid where that costs nothing, and cancels it.
    ///
    /// - Throws: ``ProbeFailure`` with the failed step.
    mutating func shop() async throws(ProbeFailure) {
        rounds += 1
        defer { open.removeFirst(max(0, open.count - Self.openMax)) }
        let product = try await answer("browse", ClientRequest(.GET, "/v1/products/\(sku)"))
        guard try text("browse", "sku", product) == options.sku else {
            throw ProbeFailure(description: "browse: another product was shown")
        }
        let lines = #"{"currency":"\#(options.currency)","lines":[{"sku":"\#(options.sku)","quantity":1}]}"#
        let cart = try await answer("cart", post("/v1/carts", lines, "cart"))
        let payment = paysByCard ? #","payment":{"method":"card","token":"tok_ok"}"# : ""
        let mark = #","metadata":{"\#(Order.probeMark)":"1"}"#
        let body = #"{"cart":"\#(try text("cart", "id", cart))","currency":"\#(options.currency)"\#(payment)\#(mark)}"#
        var place = post("/v1/orders", body, "order")
        place.wait = paysByCard ? Self.paymentSeconds : nil
        let order = try await answer("order", place)
        let id = try text("order", "id", order)
        open.append(id)
        let state = try text("order", "state", order)
        try await cancel(id)
        // An order that is still waiting for its payment was not served in time.
        guard state == (paysByCard ? "confirmed" : "pendingPayment") else {
            throw ProbeFailure(description: "order: it is \(state)")
        }
    }

    private mutating func cancel(_ id: String) async throws(ProbeFailure) {
        let order = try await answer("cancel", post("/v1/orders/\(id)/cancel", "{}", "cancel"))
        guard try text("cancel", "state", order) == "cancelled" else {
            throw ProbeFailure(description: "cancel: the order was not cancelled")
        }
        open.removeAll { $0 == id }
    }

    /// Cancels orders of earlier rounds; the verdict does not depend on it.
    mutating func tidyUp() async {
        for id in open {
            let request = post("/v1/orders/\(id)/cancel", "{}", "tidy")
            // During an outage it does not retry: the next round does.
            guard let response = try? await client.send(request) else { return }
            if response.status < 500 { open.removeAll { $0 == id } }
        }
    }

    /// Sends a batch of verdicts; returns whether it was accepted, or never will be.
    func tell(_ batch: (key: String, body: [UInt8])) async -> Bool {
        let request = ClientRequest(
            .POST,
            "/v1/availability/probes",
            body: batch.body,
            idempotencyKey: batch.key
        )
        // No answer: the batch is kept, and sent later.
        guard let response = try? await client.send(request) else { return false }
        return response.status < 500 && response.status != 429
    }

    // MARK: Requests

    private func post(_ path: String, _ body: String, _ step: String) -> ClientRequest {
        ClientRequest(.POST, path, body: Array(body.utf8), idempotencyKey: "\(name)-\(rounds)-\(step)")
    }

    private func answer(_ step: String, _ request: ClientRequest) async throws(ProbeFailure) -> [UInt8] {
        do {
            return try await client.body(of: request)
        } catch {
            throw ProbeFailure(description: "\(step): \(error)")
        }
    }

    private func text(_ step: String, _ member: String, _ body: [UInt8]) throws(ProbeFailure) -> String {
        do {
            guard let text = try APIAnswer.string(member, of: body) else {
                throw ClientError.unreadable("there is no \(member)")
            }
            return text
        } catch {
            throw ProbeFailure(description: "\(step): \(error)")
        }
    }
}

/// The members of `GET /v1/components`.
enum ComponentAnswer {
    /// The names of all external dependencies of the components.
    static func dependencies(of body: [UInt8]) throws(ClientError) -> [String] {
        try APIAnswer.read(body, into: [String]()) { (names, reader) throws(JSONError) in
            try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
                guard name == "components" else { return try reader.skip() }
                try reader.array { (reader: inout JSONReader, _: Int) throws(JSONError) in
                    try component(&reader, into: &names)
                }
            }
        }
    }

    private static func component(_ reader: inout JSONReader, into names: inout [String]) throws(JSONError) {
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            guard name == "dependencies" else { return try reader.skip() }
            try reader.array { (reader: inout JSONReader, _: Int) throws(JSONError) in
                try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
                    if name == "name" { names.append(try reader.string(maxBytes: 200)) } else { try reader.skip() }
                }
            }
        }
    }
}
