import Foundation

/// Creates the products and the stock for the loads, through the public API.
///
/// A second preparation changes nothing: products are upserted, and stock is adjusted under idempotency keys of its own.
struct BenchPreparation {
    private struct ImportAnswer: Decodable {
        struct Rejected: Decodable {
            let line: Int
            let code: String
        }
        let rejected: [Rejected]
    }

    private static let linesInImport = 500
    private static let stock = 1_000_000_000

    let target: BenchTarget
    let skus: BenchSKUs
    let hot: BenchHotSKU
    let key: String

    /// Puts all products, 500 in a request.
    ///
    /// Blocks the thread. Throws `preparation` or `unreachable`.
    func putProducts(_ control: BenchControl) throws(BenchError) {
        let exchange = try BenchExchange(target: target)
        var first = 0
        while first < skus.count, !control.isStopped {
            let end = min(first + Self.linesInImport, skus.count)
            try putProducts((first..<end).map { product(skus.name($0), number: $0) }, exchange)
            first = end
        }
        guard let sku = hot.sku, !skus.contains(sku) else { return }
        try putProducts([product(sku, number: 0)], exchange)
        let body = #"{"delta":\#(Self.stock),"reason":"bench"}"#
        let answer = try exchange.send(
            "POST",
            "/v1/stock/\(sku)/adjustments",
            headers: "Content-Type: application/json\r\nIdempotency-Key: bench-stock-\(sku)\r\n" + authorisation,
            body: body
        )
        guard answer.status == 201 else { throw Self.refused("stock of \(sku)", answer) }
    }

    private var authorisation: String { "Authorization: Bearer \(key)\r\n" }

    private func product(_ sku: String, number: Int) -> String {
        let price = 100 + number % 4_900
        return #"{"sku":"\#(sku)","name":"Bench product \#(number)","prices":[{"amount":\#(price),"currency":"GBP"}]}"#
    }

    private func putProducts(_ products: [String], _ exchange: BenchExchange) throws(BenchError) {
        let answer = try exchange.send(
            "POST",
            "/v1/products/import",
            headers: "Content-Type: application/x-ndjson\r\n" + authorisation,
            body: products.joined(separator: "\n") + "\n"
        )
        guard answer.status == 200 else { throw Self.refused("import", answer) }
        guard let read = try? JSONDecoder().decode(ImportAnswer.self, from: Data(answer.body)), read.rejected.isEmpty
        else { throw Self.refused("import", answer) }
    }

    private static func refused(_ what: String, _ answer: BenchExchange.Answer) -> BenchError {
        .preparation("\(what): \(answer.status) \(String(decoding: answer.body.prefix(500), as: UTF8.self))")
    }
}
