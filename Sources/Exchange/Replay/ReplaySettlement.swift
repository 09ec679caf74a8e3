// The outcome of the sales: payments at the provider, parcels at the carrier. Both continue by themselves after the last request,
// so everything still open is polled, one object at a time, until it is settled or the time is over.

import Client
import JSON

/// One sale, as the server reports it.
struct ReplaySale: Sendable {
    var order: OrderAnswer
    /// Minor units of its returns' credits.
    var credited: Int64 = 0
    /// Units that have arrived.
    var delivered: Int64 = 0

    /// Whether its payments are final: everything captured, and returned goods refunded.
    var isPaid: Bool { order.captured == order.total && order.refunded == credited }
}

/// The number of sales that were charged, captured, refunded and delivered, and their sums.
struct ReplaySettlement: Equatable, Sendable {
    /// Payments authorised or captured.
    var charged = VerifiedCount()
    /// Payments captured.
    var captured = VerifiedCount()
    /// Payments refunded.
    var refunded = VerifiedCount()
    /// Orders of which every unit arrived, at their totals.
    var delivered = VerifiedCount()

    /// The planned outcome of the sales.
    init(_ plan: ReplayPlan, _ options: ReplayOptions) {
        var credits: [Int: Int64] = [:]
        for planned in plan.returns { credits[planned.order, default: 0] += planned.total }
        let sales = plan.orders.enumerated().map { index, order in
            let total = order.total
            let (paid, back) = (options.payments == .sandbox ? total : 0, credits[index] ?? 0)
            let answer = OrderAnswer(
                total: total,
                units: 1,
                authorised: paid,
                captured: paid,
                refunded: min(paid, back)
            )
            return ReplaySale(order: answer, delivered: options.deliveries == .sandbox ? 1 : 0)
        }
        self.init(sales, options)
    }

    /// Adds up.
    init(_ sales: some Sequence<ReplaySale>, _ options: ReplayOptions) {
        for sale in sales {
            if options.payments == .sandbox {
                if sale.order.authorised > 0 { charged.add(sale.order.authorised) }
                if sale.order.captured > 0 { captured.add(sale.order.captured) }
                if sale.order.refunded > 0 { refunded.add(sale.order.refunded) }
            }
            if options.deliveries == .sandbox, sale.delivered == sale.order.units { delivered.add(sale.order.total) }
        }
    }
}

/// The sums of the server's books, in one currency and minor units.
struct ReplayBooks: Equatable, Sendable {
    var currency: String
    var debits: Int128 = 0
    var credits: Int128 = 0
}

extension ReplayRun {
    /// The pause before open objects are polled again.
    private static var settlingPause: Duration { .milliseconds(500) }

    /// Follows sales until their parcels have arrived and their payments are final; returns their last state if the time is over
    /// first.
    func settled(_ sales: [String: ReplaySale]) async throws -> [String: ReplaySale] {
        var sales = sales
        let deadline = ContinuousClock.now + options.tail
        if options.deliveries == .sandbox {
            for parcel in try await parcels(of: sales, until: deadline) where parcel.state == "delivered" {
                sales[parcel.order]?.delivered += parcel.units
            }
        }
        if options.payments == .sandbox {
            let known = sales
            let open = sales.values.filter { !$0.isPaid }.map { "/v1/orders/\($0.order.id)" }
            let orders = try await follow(open, "money", until: deadline) { (body) throws(ClientError) in
                let order = try APIAnswer.read(body, into: OrderAnswer()) { (answer, reader) throws(JSONError) in
                    try answer.read(&reader)
                }
                return (order, ReplaySale(order: order, credited: known[order.id]?.credited ?? 0).isPaid)
            }
            for order in orders { sales[order.id]?.order = order }
        }
        return sales
    }

    /// Sums of the server's books by currency.
    func books() async throws(ClientError) -> [ReplayBooks] {
        var books: [String: ReplayBooks] = [:]
        let body = try await client.body(of: ClientRequest(.GET, "/v1/books/balances"))
        _ = try APIAnswer.page(body) { (reader) throws(JSONError) in
            var balance = BalanceAnswer()
            try balance.read(&reader)
            let (debit, credit) = (max(balance.amount, 0), min(balance.amount, 0))
            books[balance.currency, default: ReplayBooks(currency: balance.currency)].debits += Int128(debit)
            books[balance.currency, default: ReplayBooks(currency: balance.currency)].credits -= Int128(credit)
        }
        return books.values.sorted { $0.currency < $1.currency }
    }

    private func parcels(
        of sales: [String: ReplaySale],
        until deadline: ContinuousClock.Instant
    ) async throws -> [ParcelAnswer] {
        var parcels: [String: ParcelAnswer] = [:]
        try await pages(of: "/v1/shipments") { (reader) throws(JSONError) in
            var parcel = ParcelAnswer()
            try parcel.read(&reader)
            if sales[parcel.order] != nil { parcels[parcel.id] = parcel }
        }
        let open = parcels.values.filter { !$0.isSettled }.map { "/v1/shipments/\($0.id)" }
        let followed = try await follow(open, "deliveries", until: deadline) { (body) throws(ClientError) in
            let parcel = try ParcelAnswer(body)
            return (parcel, parcel.isSettled)
        }
        for parcel in followed { parcels[parcel.id] = parcel }
        return Array(parcels.values)
    }

    /// Polls each of some objects until it is settled or the time is over; returns the last state of each.
    private func follow<Value: Sendable>(
        _ paths: [String],
        _ label: String,
        until deadline: ContinuousClock.Instant,
        _ read: @escaping @Sendable ([UInt8]) throws(ClientError) -> (value: Value, isSettled: Bool)
    ) async throws -> [Value] {
        let meter = ProgressMeter(label: label, total: paths.count, isEnabled: options.showsProgress)
        return try await meter.run { [client] in
            var (open, values) = (paths, [Value]())
            while !open.isEmpty {
                var later: [String] = []
                for path in open {
                    let (value, isSettled) = try read(try await client.body(of: ClientRequest(.GET, path)))
                    guard isSettled || .now >= deadline else {
                        later.append(path)
                        continue
                    }
                    values.append(value)
                    meter.advance()
                }
                open = later
                if !open.isEmpty { try await Task.sleep(for: Self.settlingPause) }
            }
            return values
        }
    }
}
