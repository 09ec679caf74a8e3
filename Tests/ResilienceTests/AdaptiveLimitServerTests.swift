import Resilience
import Testing

@Suite("The adaptive limit before a simulated server")
struct AdaptiveLimitServerTests {
    /// The range in which the limit should end for this number of workers: all busy, with hardly more waiting than tolerated.
    private func expected(_ workers: Int) -> ClosedRange<Double> {
        Double(workers)...Double(workers) * 1.25 + 8
    }

    @Test(
        "overloaded, it finds what the server can do, from above and from below",
        arguments: [5, 10, 40, 100],
        [1, 2]
    )
    func converges(_ workers: Int, _ seed: UInt64) {
        var server = SimulatedServer(workers: workers, serviceTime: 50, seed: seed)
        server.run(seconds: 60, arrivals: server.capacity * 1.5)
        let before = server.done
        let limit = server.run(seconds: 20, arrivals: server.capacity * 1.5).mean
        #expect(expected(workers).contains(limit), "\(limit)")
        #expect(Double(server.done - before) > 0.95 * 20 * server.capacity)
    }

    @Test("so it does when times scatter widely", arguments: [10, 40, 100])
    func scatter(_ workers: Int) {
        var server = SimulatedServer(workers: workers, serviceTime: 50, seed: 9)
        server.isExponential = true
        server.run(seconds: 60, arrivals: server.capacity * 1.5)
        let before = server.done
        let limit = server.run(seconds: 60, arrivals: server.capacity * 1.5).mean
        #expect((Double(workers)...Double(workers) * 1.4 + 8).contains(limit), "\(limit)")
        #expect(Double(server.done - before) > 0.9 * 60 * server.capacity)
    }

    @Test("minutes of overload do not let it drift away")
    func drift() {
        var server = SimulatedServer(workers: 10, serviceTime: 50, seed: 3)
        server.run(seconds: 60, arrivals: server.capacity * 2)
        for _ in 0..<10 {
            let limit = server.run(seconds: 60, arrivals: server.capacity * 2).mean
            #expect(expected(10).contains(limit), "\(limit)")
        }
    }

    @Test("it rises to the most before a server that can do more, and no further")
    func most() {
        var server = SimulatedServer(workers: 250, serviceTime: 200, seed: 4)
        let summary = server.run(seconds: 60, arrivals: 1200)
        #expect(summary.mean == 200)
        #expect(summary.range == 20...200)
    }

    @Test("it does not rise before a server that has little to do")
    func idle() {
        var server = SimulatedServer(workers: 100, serviceTime: 50, seed: 5)
        #expect(server.run(seconds: 60, arrivals: 30).range == 20...20)
    }

    @Test("it comes down when work takes longer, and comes back when that is just how long it takes")
    func slower() {
        var server = SimulatedServer(workers: 40, serviceTime: 50, seed: 6)
        let before = server.run(seconds: 60, arrivals: 1200).mean
        server.serviceTime = 200
        let down = server.run(seconds: 10, arrivals: 1200).range.lowerBound
        #expect(Double(down) < before / 2, "\(before) \(down)")
        server.run(seconds: 60, arrivals: 1200)
        let after = server.run(seconds: 20, arrivals: 1200).mean
        #expect(expected(40).contains(after), "\(after)")
    }

    @Test("it comes down to what is left when the server loses workers, and up again when they are back")
    func fewerWorkers() {
        var server = SimulatedServer(workers: 40, serviceTime: 50, seed: 7)
        server.run(seconds: 60, arrivals: 1200)
        server.workers = 10
        server.run(seconds: 60, arrivals: 1200)
        let down = server.run(seconds: 20, arrivals: 1200).mean
        #expect(expected(10).contains(down), "\(down)")
        server.workers = 40
        server.run(seconds: 60, arrivals: 1200)
        let up = server.run(seconds: 20, arrivals: 1200).mean
        #expect(expected(40).contains(up), "\(up)")
    }

    @Test("timeouts bring it down, and a few errors do not")
    func drops() {
        var server = SimulatedServer(workers: 40, serviceTime: 50, seed: 8)
        server.errorShare = 0.01
        server.run(seconds: 60, arrivals: 1200)
        let withErrors = server.run(seconds: 20, arrivals: 1200).mean
        #expect(expected(40).contains(withErrors), "\(withErrors)")
        server.timeout = 20
        let timingOut = server.run(seconds: 20, arrivals: 1200)
        #expect(timingOut.mean < 6, "\(timingOut)")
        #expect(timingOut.range.lowerBound >= 4)
        server.timeout = .infinity
        server.run(seconds: 60, arrivals: 1200)
        let recovered = server.run(seconds: 20, arrivals: 1200).mean
        #expect(expected(40).contains(recovered), "\(recovered)")
    }
}
