// Reading back. The tally has the sums of the answers; this has what the server holds, found by listing everything and keeping
// the objects with this source's name. An effect that happened twice is visible here only.

import Bytes
import Client
import JSON

/// The number of objects of one kind, and their sum in minor units.
struct VerifiedCount: Equatable, Sendable {
    var count = 0
    var money: Int128 = 0

    mutating func add(_ amount: Int64) {
        count += 1
        money += Int128(amount)
    }
}

/// The objects of one source on the server.
struct ReplayHoldings: Equatable, Sendable {
    var orders = VerifiedCount()
    var lines = 0
    var returns = VerifiedCount()
    var credits = VerifiedCount()
    var adjustments = VerifiedCount()
    /// The outcome of payments and parcels; nil where there is neither provider nor carrier.
    var settlement: ReplaySettlement?
    /// The sums of the books; empty where there is neither provider nor carrier.
    var books: [ReplayBooks] = []

    init() {}

    /// The planned holdings of the server.
    init(_ plan: ReplayPlan) {
        for order in plan.orders {
            orders.add(order.total)
            lines += order.lines.count
        }
        for planned in plan.returns { returns.add(planned.total) }
        for credit in plan.credits {
            switch credit.kind {
            case .credit: credits.add(credit.amount)
            case .adjustment: adjustments.add(credit.amount)
            }
        }
    }
}

extension ReplayRun {
    private static var pageLimit: Int { 200 }

    /// Lists the objects of this source on the server, once everything open has come to its end.
    ///
    /// Cost: one request for every 200 orders, returns, credits and shipments on it, and some for each open object.
    func holdings() async throws -> ReplayHoldings {
        var holdings = ReplayHoldings()
        var sales: [String: ReplaySale] = [:]
        let ours = board.shipped()
        var listed: Set<String> = []
        try await pages(of: "/v1/orders") { (reader) throws(JSONError) in
            var order = OrderAnswer()
            try order.read(&reader)
            let isShipped = order.state == "fulfilled" || order.state == "completed"
            guard order.source == names.digest, isShipped, listed.insert(order.id).inserted else { return }
            holdings.orders.add(order.total)
            holdings.lines += order.lines
            if options.settles { sales[order.id] = ReplaySale(order: order) }
        }
        try await pages(of: "/v1/returns") { (reader) throws(JSONError) in
            var answer = CreditAnswer()
            try answer.read(&reader)
            guard ours.contains(answer.order) else { return }
            holdings.returns.add(answer.amount)
            sales[answer.order]?.credited += answer.amount
        }
        try await pages(of: "/v1/credits") { (reader) throws(JSONError) in
            var answer = CreditAnswer()
            try answer.read(&reader)
            guard answer.reference.hasPrefix(names.referencePrefix) else { return }
            switch answer.kind {
            case "adjustment": holdings.adjustments.add(answer.amount)
            default: holdings.credits.add(answer.amount)
            }
        }
        if options.settles {
            holdings.settlement = ReplaySettlement(try await settled(sales).values, options)
            holdings.books = try await books()
        }
        return holdings
    }

    func pages(
        of list: String,
        _ item: (inout JSONReader) throws(JSONError) -> Void
    ) async throws(ClientError) {
        var path: String? = "\(list)?limit=\(Self.pageLimit)"
        while let present = path {
            let body = try await client.body(of: ClientRequest(.GET, present))
            let next = try APIAnswer.page(body, item)
            path = next.map { "\(list)?limit=\(Self.pageLimit)&after=\(PercentEncoding.encode($0))" }
        }
    }
}
