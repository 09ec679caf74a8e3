import TestSupport
import Testing

@testable import Availability

@Suite("Resampling")
struct BootstrapTests {
    @Test("the same seed draws the same interval, another one nearly the same")
    func seeds() throws {
        let blocks: [(part: Int64, whole: Int64)] = (0..<60).map { ($0 % 7 == 0 ? 80 : 100, 100) }
        let first = try #require(Bootstrap(resamples: 2000, seed: 1).ratio(of: blocks, confidence: 0.9))
        #expect(Bootstrap(resamples: 2000, seed: 1).ratio(of: blocks, confidence: 0.9) == first)
        let second = try #require(Bootstrap(resamples: 2000, seed: 2).ratio(of: blocks, confidence: 0.9))
        #expect(second != first)
        #expect(abs(try #require(first.lower) - (try #require(second.lower))) < 0.005)
    }

    @Test("one block, or blocks without a request, have no interval; the mean does not depend on the order")
    func edges() throws {
        let bootstrap = Bootstrap(resamples: 500)
        #expect(bootstrap.ratio(of: [(1, 2)], confidence: 0.9) == nil)
        #expect(bootstrap.ratio(of: [(0, 0), (0, 0)], confidence: 0.9) == nil)
        let values: [Int64] = [5, 900, 13, 42, 7, 7, 311]
        #expect(bootstrap.mean(of: values, confidence: 0.9) == bootstrap.mean(of: values.reversed(), confidence: 0.9))
    }

    @Test("the mean of a large sample has the interval of the normal distribution")
    func normal() throws {
        // The numbers 0 to 999 have the mean 499.5 and the standard error √((10⁶ − 1) / 12 / 1000) = 9.1287.
        let interval = try #require(Bootstrap(resamples: 3000).mean(of: Array(0..<1000), confidence: 0.9))
        #expect(abs(try #require(interval.lower) - (499.5 - 1.6449 * 9.1287)) < 1)
        #expect(abs(try #require(interval.upper) - (499.5 + 1.6449 * 9.1287)) < 1)
    }

    @Test("whole minutes hold the truth where failures cluster, and requests taken one by one do not")
    func clusters() throws {
        var generator = SeededGenerator(seed: 7)
        var byMinute = 0
        var byRequest = 0
        let runs = 250
        for run in 0..<runs {
            // One minute in ten is bad, with half of its requests failing: 0.95 in the long run.
            let blocks: [(part: Int64, whole: Int64)] = (0..<120).map { _ in
                (Int.random(in: 0..<10, using: &generator) == 0 ? 50 : 100, 100)
            }
            let good = blocks.reduce(0) { $0 + $1.part }
            let bootstrap = Bootstrap(resamples: 250, seed: UInt64(run))
            if try #require(bootstrap.ratio(of: blocks, confidence: 0.9)).contains(0.95) { byMinute += 1 }
            if try #require(ExactIntervals.share(good, of: 12_000, confidence: 0.9)).contains(0.95) { byRequest += 1 }
        }
        #expect(abs(Double(byMinute) / Double(runs) - 0.9) < 0.06, "\(byMinute) of \(runs)")
        #expect(Double(byRequest) / Double(runs) < 0.5, "\(byRequest) of \(runs)")
    }
}
