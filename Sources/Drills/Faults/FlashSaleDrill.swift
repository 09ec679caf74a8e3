import Foundation
import Load

/// Lets all customers want one product with little stock.
struct FlashSaleDrill: Drill {
    let name = "flash-sale"
    let summary = "a hundred units of one product, and nine buyers of ten want it"
    // Too long for every run of the tests.
    let isDependable = false

    private static let sku = "flash"
    private static let units = 100

    func run(_ options: DrillOptions) async throws -> DrillReport {
        var needs = DrillCourse.Needs()
        needs.manners.hot = BenchHotSKU(sku: Self.sku, fraction: 0.9)
        needs.manners.takesNoForAnAnswer = true
        needs.prepare = { shop in
            let target = try BenchTarget(url: shop.url, allowRemote: false)
            let key = "Authorization: Bearer \(shop.key)\r\n"
            let exchange = try BenchExchange(target: target)
            let product = #"{"sku":"\#(Self.sku)","name":"Flash","prices":[{"amount":100,"currency":"GBP"}]}"#
            _ = try exchange.send(
                "POST",
                "/v1/products/import",
                headers: "Content-Type: application/x-ndjson\r\n\(key)",
                body: product + "\n"
            )
            let stocked = try exchange.send(
                "POST",
                "/v1/stock/\(Self.sku)/adjustments",
                headers: "Content-Type: application/json\r\nIdempotency-Key: flash-stock\r\n\(key)",
                body: #"{"delta":\#(Self.units),"reason":"drill"}"#
            )
            guard stocked.status == 201 else { throw DrillError("no stock for the sale: \(stocked.status)") }
        }
        let level = DrillLevel()
        return try await DrillCourse.run(name, options, needs) { course in
            // They have been arriving since the start; the rate is doubled now.
            course.customers.rate = course.report.rate * 2
            try await Task.sleep(for: .seconds(options.isShort ? 5 : 30))
            course.customers.rate = course.report.rate
            course.report.faults = 1
            level.read(try course.shop.get("/v1/stock/\(Self.sku)"))
        } judge: { course in
            course.report.check(
                "all \(Self.units) sold, and no more",
                "\(level.reserved) held, \(level.available) free",
                level.reserved == Self.units && level.available == 0
            )
            let all = course.timeline.operations(from: 0, to: .max)
            let wrong = all.count { $0.outcome != .done }
            let told = all.count { $0.status == 409 }
            course.report.notes.append("\(told) buyers were told that it is sold out, which is no error")
            course.report.checkNone("answers other than done or sold out", wrong)
        }
    }
}
