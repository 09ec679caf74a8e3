import API
import HTTPTypes
import Hummingbird
import JSON
import Ledger
import Trading

/// Shipping rates: the shop's table, and quotes from it.
struct ShippingRateRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/shipping/rates",
                id: "getShippingRates",
                tag: "Shipments",
                "The table of shipping rates",
                access: .scope(.deliveriesRead),
                parameters: [.ifNoneMatch],
                responses: [
                    ResponseKind(200, "ShippingRates", "The table."),
                    ResponseKind(304, nil, "It is as the client has it."),
                ],
                problems: [404],
                handler: get
            ),
            Endpoint(
                .put,
                "/v1/shipping/rates",
                id: "putShippingRates",
                tag: "Shipments",
                "Puts the table of shipping rates, new or over what is there",
                access: .scope(.deliveriesWrite),
                parameters: [.ifMatch],
                body: BodyKind("ShippingRatesInput"),
                responses: [ResponseKind(200, "ShippingRates", "The table.")],
                problems: [412],
                handler: put
            ),
            Endpoint(
                .post,
                "/v1/shipping/quote",
                id: "quoteShipping",
                tag: "Shipments",
                "Prices the carrying of a parcel, or of goods of the catalogue, by every service that takes it",
                access: .anyone,
                body: BodyKind("ShippingQuoteInput"),
                responses: [ResponseKind(200, "ShippingQuote", "The services with their prices.")],
                problems: [409],
                handler: quote
            ),
        ]
    }

    private func get(_ call: Call) async throws(Problem) -> Response {
        guard let rates = try await rates() else { throw .notFound("table of shipping rates") }
        let tag = ETag.text(rates.version)
        if let known = call.request.headers[.ifNoneMatch], ETag.matches(known, tag) {
            return Response(status: .notModified, headers: [.eTag: tag])
        }
        return .document(rates, version: rates.version)
    }

    private func put(_ call: Call) async throws(Problem) -> Response {
        let (rates, _) = try await call.requiredJSON { (json) throws(JSONError) in try json.shippingRates() }
        let command = PutShippingRates(rates, expectedVersion: try call.expectedVersion())
        let put = try await shop.commit(command)
        return .document(put, version: put.version)
    }

    private func quote(_ call: Call) async throws(Problem) -> Response {
        let (request, _) = try await call.requiredJSON { (json) throws(JSONError) in
            try ShippingQuoteRequest(from: &json)
        }
        guard let rates = try await rates() else { throw ShippingQuoteRefusal.noRates.problem }
        let (grams, value) = try parcel(request.what, in: rates.currency)
        let options: [ShippingOption]
        do throws(ShippingQuoteRefusal) {
            options = try rates.quote(to: request.destination, grams: grams, value: value)
        } catch {
            throw error.problem
        }
        return .json { json in
            json.object { json in
                json.member("grams", grams)
                json.member("value", value)
                json.key("options")
                json.array { json in for option in options { json.value(option) } }
            }
        }
    }

    /// Weight and value of what is to be shipped.
    private func parcel(
        _ what: ShippingQuoteRequest.What,
        in currency: Currency
    ) throws(Problem) -> (grams: Int64, value: Money) {
        switch what {
        case .parcel(let grams, let value): return (grams, value)
        case .goods(let lines):
            let products = shop.storefront.products(lines.map(\.sku))
            let priced: PricedLines
            do throws(PlaceOrderRefusal) {
                priced = try PricedLines(
                    lines,
                    products: products.map { $0?.product.offer },
                    currency: currency,
                    expectedTotal: nil
                )
            } catch {
                throw error.problem
            }
            let grams = zip(lines, products).reduce(0) { sum, line in
                min(sum + (line.1?.product.grams ?? 0) * line.0.quantity, ShippingRates.maxGrams)
            }
            return (grams, priced.total)
        }
    }

    private func rates() async throws(Problem) -> ShippingRates? {
        let row = try await shop.read { (view) throws(LedgerFailure) in
            try view.row(SettingRow.self, SettingRow.shippingRates)
        }
        return row.flatMap { ShippingRates(document: $0.value) }
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ option: ShippingOption) {
        object { json in
            json.member("service", option.service)
            json.member("price", option.price)
            json.member("zone", option.zone)
        }
    }
}
