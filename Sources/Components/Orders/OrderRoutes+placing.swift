import API
import Hummingbird
import JSON
import Ledger
import NIOCore
import Trading

extension OrderRoutes {
    func place(_ call: Call) async throws(Problem) -> Response {
        try checkSize(call)
        let (order, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try OrderRequest(from: &json) }
        try checkPrices(order, call)
        try checkMark(order, call)
        if case .giftCard = order.payment { try call.checkProof() }
        let command = order.command(for: shop, call)
        let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
        let placed = result.outcome
        let isCharged = placed.order.isCharged
        if isCharged { shop.payments.bell.ring() }
        var response: Response
        if isCharged, let seconds = call.preferredWait,
            let row = try await call.wait({ () async throws(Problem) -> OrderRow? in
                try await shop.orderOncePaid(placed.order.id, seconds: seconds)
            })
        {
            response = answer(row.order, row.document)
            response.headers[.preferenceApplied] = "wait=\(seconds)"
        } else {
            response = answer(placed.order, placed.document)
        }
        response.headers[.location] = "/v1/orders/\(placed.order.id)"
        return response.replayed(result.replayed)
    }

    /// The ledger's own bytes, with the secret as an additional member: nothing is serialised twice.
    func answer(_ order: Order, _ document: [UInt8]) -> Response {
        let secret = shop.secrets.text(for: order.id)
        var body = ByteBufferAllocator().buffer(capacity: document.count + 64)
        body.writeBytes(document[..<(document.count - 1)])
        body.writeString(",\"secret\":\"\(secret)\"}")
        return Response(
            status: .created,
            headers: [.contentType: "application/json", .eTag: ETag.text(order.version)],
            body: ResponseBody(byteBuffer: body)
        )
    }

    private func checkPrices(_ order: OrderRequest, _ call: Call) throws(Problem) {
        guard order.statesPrices, !call.principal.may(.ordersWrite) else { return }
        throw Problem(.forbidden, "forbidden", "unitPrice needs a key with the scope \(Scope.ordersWrite.rawValue)")
    }

    /// Refuses an order without a key that exceeds the limit in bytes, which bounds the ledger's and the server's work whatever
    /// its members are.
    private func checkSize(_ call: Call) throws(Problem) {
        guard !call.principal.may(.ordersWrite) else { return }
        guard call.bodyBytes <= Bounds.guestOrderBytes else { throw .guestBodyTooLarge("an order") }
    }

    /// Refuses the mark of a prober's order without the scope `operator:write`: such an order is in no list.
    private func checkMark(_ order: OrderRequest, _ call: Call) throws(Problem) {
        guard order.metadata[Order.probeMark] != nil, !call.principal.may(.operatorWrite) else { return }
        let scope = Scope.operatorWrite.rawValue
        throw Problem(.forbidden, "forbidden", "the metadata \(Order.probeMark) needs a key with the scope \(scope)")
    }

    func quote(_ call: Call) async throws(Problem) -> Response {
        try checkSize(call)
        let (order, _) = try await call.requiredJSON { (json) throws(JSONError) in try OrderRequest(from: &json) }
        try checkPrices(order, call)
        if let customer = order.customer?.id { try await check(call, customer) }
        let (requests, currency) = try await lines(of: order, call)
        let offers = shop.storefront.offers(requests.map(\.sku))
        let seesProbes = call.principal.may(.operatorWrite)
        let priced: PricedLines
        do {
            priced = try PricedLines(
                requests,
                products: offers.map { offer in
                    guard let product = offer?.listed.product, product.isListed || seesProbes else { return nil }
                    return product.offer
                },
                currency: currency,
                expectedTotal: order.expectedTotal,
                ceiling: shop.settings.orderCeiling
            )
        } catch {
            throw error.problem
        }
        return write(priced, free: offers.map { $0?.available ?? 0 }, currency)
    }

    /// Refuses a sender who may not act for a customer; the token of an erased customer is not valid any more.
    private func check(_ call: Call, _ customer: ID<Customer>) async throws(Problem) {
        try call.check(customer)
        if case .customer = call.principal { try await shop.admit(call, to: customer, .customersRead) }
    }

    private func lines(of order: OrderRequest, _ call: Call) async throws(Problem) -> ([OrderRequestLine], Currency) {
        switch order.source {
        case .lines(let lines, let currency):
            return (lines, currency)
        case .cart(let id):
            let row = try await shop.read { (view) throws(LedgerFailure) in try view.row(CartRow.self, id) }
            guard let cart = row?.cart else { throw PlaceOrderRefusal.cartNotFound.problem }
            if let customer = cart.customer { try await check(call, customer) }
            guard cart.state == .open, cart.expiresAt > .now else {
                throw PlaceOrderRefusal.cartClosed(order: cart.order).problem
            }
            return (cart.lines.map { OrderRequestLine(sku: $0.sku, quantity: $0.quantity) }, cart.currency)
        }
    }

    /// The quote; lines of the same SKU compete for the same units, as they would in an order.
    private func write(_ priced: PricedLines, free: [Int64], _ currency: Currency) -> Response {
        var taken: [SKU: Int64] = [:]
        var isAvailable = true
        var json = JSONWriter(capacity: 768)
        json.beginObject()
        json.member("currency", currency.code)
        json.key("lines")
        json.beginArray()
        for (index, line) in priced.lines.enumerated() {
            var inStock = true
            json.beginObject()
            json.member("line", index + 1)
            json.member("sku", line.sku.description)
            json.member("name", line.name)
            json.member("quantity", line.quantity)
            json.member("unitPrice", line.unitPrice)
            json.member("total", line.total)
            if priced.tracked[index] {
                let wanted = (taken[line.sku] ?? 0) + line.quantity
                taken[line.sku] = wanted
                inStock = wanted <= free[index]
                json.member("available", free[index])
            }
            json.member("inStock", inStock)
            json.endObject()
            isAvailable = isAvailable && inStock
        }
        json.endArray()
        json.member("total", priced.total)
        json.member("available", isAvailable)
        json.endObject()
        return .json(json.bytes)
    }
}
