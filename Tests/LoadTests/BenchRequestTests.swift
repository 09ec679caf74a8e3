import Foundation
import Testing

@testable import Load

@Suite("Making requests")
struct BenchRequestTests {
    private func plan(_ load: BenchLoad, skus: Int = 4_000, hot: BenchHotSKU = BenchHotSKU()) -> RequestPlan {
        RequestPlan(
            work: .load(load),
            authority: "127.0.0.1:8080",
            key: nil,
            skus: BenchSKUs(count: skus),
            hot: hot,
            mix: .standard,
            seed: 7,
            runID: "abc"
        )
    }

    private func draw(_ source: inout RequestSource) -> (SentRequest, String) {
        var text = ""
        let request = source.next { text = String(decoding: $0, as: UTF8.self) }
        return (request, text)
    }

    private func skus(in text: String) -> [String] {
        text.matches(of: /"sku":"([^"]+)"/).map { String($0.output.1) }
    }

    @Test("a checkout is a whole request with two lines of different SKUs and a key of its own")
    func checkout() throws {
        var source = RequestSource(plan: plan(BenchLoad(.checkout)), worker: 0)
        var keys: Set<String> = []
        for _ in 0..<500 {
            let (request, text) = draw(&source)
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
            try #require(parts.count == 2)
            #expect(text.hasPrefix("POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"))
            #expect(parts[0].contains("Content-Length: \(parts[1].utf8.count)"))
            let key = source.idempotencyKey(request)
            #expect(parts[0].contains("Idempotency-Key: \(key)\r\n"))
            #expect(keys.insert(key).inserted)
            let object = try JSONSerialization.jsonObject(with: Data(parts[1].utf8)) as? [String: Any]
            #expect(object?["currency"] as? String == "GBP")
            let drawn = skus(in: String(parts[1]))
            #expect(drawn.count == 2 && drawn[0] != drawn[1])
            #expect(drawn.allSatisfy { BenchSKUs(count: 4_000).contains($0) })
        }
    }

    @Test("a checkout by card is the same order with a token")
    func card() throws {
        var manual = RequestSource(plan: plan(BenchLoad(.checkout)), worker: 0)
        var card = RequestSource(plan: plan(BenchLoad(.checkout, payment: .card)), worker: 0)
        for _ in 0..<20 {
            let parts = [draw(&manual).1, draw(&card).1].map { $0.split(separator: "\r\n\r\n", maxSplits: 1) }
            let objects = try parts.map { parts in
                try #require(try JSONSerialization.jsonObject(with: Data(parts[1].utf8)) as? [String: Any])
            }
            #expect(objects[1]["payment"] as? [String: String] == ["method": "card", "token": "tok_bench"])
            #expect(objects[0]["payment"] == nil)
            #expect(skus(in: String(parts[0][1])) == skus(in: String(parts[1][1])))
            #expect(parts[1][0].contains("Content-Length: \(parts[1][1].utf8.count)"))
        }
    }

    @Test("the same seed draws the same SKUs, another seed others")
    func seeded() {
        var first = RequestSource(plan: plan(BenchLoad(.browse)), worker: 0)
        var second = RequestSource(plan: plan(BenchLoad(.browse)), worker: 0)
        var third = RequestSource(plan: plan(BenchLoad(.browse)), worker: 1)
        let drawn = (0..<50).map { _ in draw(&first).1 }
        #expect(drawn == (0..<50).map { _ in draw(&second).1 })
        #expect(drawn != (0..<50).map { _ in draw(&third).1 })
    }

    @Test("uniform draws reach every SKU about equally often")
    func uniform() {
        var source = RequestSource(plan: plan(BenchLoad(.browse), skus: 10), worker: 0)
        var counts = Array(repeating: 0, count: 10)
        for _ in 0..<10_000 { counts[draw(&source).0.sku] += 1 }
        #expect(counts.allSatisfy { (850...1_150).contains($0) })
    }

    @Test("a hot SKU takes the share of orders that it was given")
    func hot() {
        let hot = BenchHotSKU(sku: "mug.red", fraction: 0.3)
        var source = RequestSource(plan: plan(BenchLoad(.checkout, isHot: true), hot: hot), worker: 0)
        let share = (0..<5_000).count { _ in skus(in: draw(&source).1).first == "mug.red" }
        #expect((1_350...1_650).contains(share))
        var all = RequestSource(plan: plan(BenchLoad(.quote, isHot: true)), worker: 0)
        #expect((0..<100).allSatisfy { _ in skus(in: draw(&all).1).first == "sku-00000" })
    }

    @Test("a mixed load keeps its shares")
    func mixed() {
        var source = RequestSource(plan: plan(BenchLoad(.mixed)), worker: 0)
        var counts: [RequestKind: Int] = [:]
        for _ in 0..<10_000 { counts[draw(&source).0.kind, default: 0] += 1 }
        #expect((7_800...8_200).contains(counts[.browse] ?? 0))
        #expect((1_350...1_650).contains(counts[.quote] ?? 0))
        #expect((400...600).contains(counts[.checkout] ?? 0))
    }

    @Test("loads and hot SKUs are read from text, and nonsense is not")
    func reading() {
        #expect(BenchLoad("checkout") == BenchLoad(.checkout))
        #expect(BenchLoad("checkout:hot") == BenchLoad(.checkout, isHot: true))
        #expect(BenchLoad("checkout:card") == BenchLoad(.checkout, payment: .card))
        #expect(BenchLoad("mixed:hot:card")?.description == "mixed:hot:card")
        #expect(BenchLoad("checkout:cold") == nil)
        #expect(BenchLoad("checkout:card:card") == nil)
        #expect(BenchLoad("quote:card") == nil)
        #expect(BenchLoad("") == nil)
        #expect(BenchHotSKU("0.25") == BenchHotSKU(sku: nil, fraction: 0.25))
        #expect(BenchHotSKU("sku-00007") == BenchHotSKU(sku: "sku-00007", fraction: 1))
        #expect(BenchHotSKU("sku-00007:0.5") == BenchHotSKU(sku: "sku-00007", fraction: 0.5))
        #expect(BenchHotSKU("1.5") == nil)
        #expect(BenchHotSKU("a/b\r\n") == nil)
    }

    @Test("open arrivals keep their rate, and Poisson gaps vary as they should")
    func arrivals() {
        for spacing in BenchArrivals.allCases {
            var schedule = ArrivalSchedule(rate: 1_000, arrivals: spacing, start: 0, seed: 3)
            var last: Int64 = 0
            var squares = 0.0
            for _ in 0..<20_000 {
                let gap = Double(schedule.due - last) / 1e6
                squares += gap * gap
                last = schedule.due
                schedule.advance()
            }
            #expect(abs(Double(last) / 1e9 - 20) < 0.6)
            // The mean square of an exponential gap of 1 ms is 2, of a constant one 1.
            #expect(abs(squares / 20_000 - (spacing == .poisson ? 2 : 1)) < 0.15)
        }
    }

    @Test("ratios are of medians, with the spread within rounds")
    func comparison() {
        let entries = BenchComparison(rates: [[100, 200, 300], [50, 120, 90], []]).entries
        #expect(entries[0] == .init(median: 200, ratio: 1, ratioMin: 1, ratioMax: 1))
        #expect(entries[1] == .init(median: 90, ratio: 0.45, ratioMin: 0.3, ratioMax: 0.6))
        #expect(entries[2] == .init(median: 0, ratio: 0, ratioMin: 0, ratioMax: 0))
        #expect(BenchComparison.median([1, 3, 2, 4]) == 2.5)
    }
}
