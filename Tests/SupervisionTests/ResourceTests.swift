import Supervision
import TestSupport
import Testing

@Suite("Resources and their slopes")
struct ResourceTests {
    @Test(
        "a line through noisy readings has the slope that they were made with",
        arguments: 1...8 as ClosedRange<UInt64>
    )
    func slope(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var trend = LinearTrend(window: .seconds(600))
        for second in 0..<2000 {
            trend.add(1e12 + 250 * Double(second) + .random(in: -500...500, using: &generator), at: .s(second))
        }
        let line = try #require(trend.line)
        #expect(abs(line.slope - 250) < 1, "seed \(seed)")
        #expect(line.fit > 0.99)
        #expect(line.span == .seconds(600))
        let left = try #require(line.time(to: 1e12 + 250 * 5999))
        #expect(abs(left / .seconds(1) - 4000) < 20)
    }

    @Test("nothing is known with two readings, and what falls or stays is never full")
    func noLine() throws {
        var trend = LinearTrend(window: .seconds(10))
        for second in 0..<2 { trend.add(Double(second), at: .s(second)) }
        #expect(trend.line == nil)
        // A clock that stands still or runs backwards adds no sample.
        trend.add(5, at: .s(1))
        trend.add(5, at: .s(0))
        #expect(trend.line == nil)
        for second in 20..<30 { trend.add(Double(-second), at: .s(second)) }
        #expect(try #require(trend.line).time(to: 100) == nil)
        for second in 60..<70 { trend.add(7, at: .s(second)) }
        #expect(try #require(trend.line).time(to: 100) == nil)
    }

    static func read(_ watch: inout ResourceWatch, _ used: Int64, at second: Int) -> ResourceWatch.Level? {
        watch.read(Heartbeat.Usage(used: used, limit: 10_000), at: .s(second))?.level
    }

    @Test("levels follow the share, and are left with a margin only")
    func levels() {
        var watch = ResourceWatch(.disk)
        let steps: [(Int64, ResourceWatch.Level)] = [
            (7999, .normal), (8000, .warn), (7900, .warn), (7801, .warn), (7799, .normal), (9000, .act), (8900, .act),
            (8799, .warn), (1000, .normal),
        ]
        for (index, step) in steps.enumerated() {
            // The samples are far apart, so there is no slope.
            #expect(Self.read(&watch, step.0, at: index * 10_000) == step.1, "step \(index)")
        }
        #expect(watch.read(Heartbeat.Usage(used: 1, limit: 0), at: .s(1_000_000)) == nil)
    }

    @Test("a disk that fills is noticed by its slope: hours before, and acted upon ten minutes before it is full")
    func filling() throws {
        var watch = ResourceWatch(.disk)
        var firsts: [ResourceWatch.Level: Int] = [:]
        // Ten units a second from 10 %: full after 900 s, and above 80 % only after 700 s.
        for second in 0..<400 {
            let level = try #require(Self.read(&watch, Int64(1000 + 10 * second), at: second))
            if firsts[level] == nil { firsts[level] = second }
        }
        #expect(firsts[.warn] == 60)
        #expect(firsts[.act] == 300)
    }

    @Test("noise around a level is no slope")
    func noise() {
        var generator = SeededGenerator(seed: 5)
        var watch = ResourceWatch(.disk)
        for second in 0..<1500 {
            #expect(Self.read(&watch, 5000 + .random(in: -500...500, using: &generator), at: second) == .normal)
        }
    }

    @Test("pressure stall information, and what is none")
    func pressure() throws {
        let text = """
            some avg10=2.08 avg60=5.93 avg300=7.85 total=3078885964
            full avg10=0.00 avg60=0.03 avg300=1.00 total=112011854

            """
        let pressure = try #require(PressureStall(text))
        #expect(pressure.some?.avg10 == 2.08)
        #expect(pressure.some?.total == .microseconds(3_078_885_964))
        #expect(pressure.full?.avg300 == 1)
        // The CPU file had no second line before Linux 5.13.
        #expect(PressureStall("some avg10=1.00 avg60=0.00 avg300=0.00 total=1")?.full == nil)
        for wrong in ["", "some", "some avg10=x avg60=0 avg300=0 total=0", "none avg10=0"] {
            #expect(PressureStall(wrong) == nil)
        }
    }

    @Test("control group files, and what is none")
    func controlGroup() {
        #expect(ControlGroup.memoryMax("max\n") == .unlimited)
        #expect(ControlGroup.memoryMax("536870912\n") == .bytes(536_870_912))
        #expect(ControlGroup.memoryCurrent("4096\n") == 4096)
        for wrong in ["", "-1", "4096 kB", "99999999999999999999"] {
            #expect(ControlGroup.memoryMax(wrong) == nil)
            #expect(ControlGroup.memoryCurrent(wrong) == nil)
        }
        let full = ControlGroup.CPUStat(
            "usage_usec 7000001\nuser_usec 1\nnr_periods 12\nnr_throttled 3\nthrottled_usec 9\n"
        )
        #expect(full.usage == .microseconds(7_000_001))
        #expect(full.periods == 12)
        #expect(full.throttledPeriods == 3)
        #expect(full.throttled == .microseconds(9))
        let bare = ControlGroup.CPUStat("usage_usec 5\n")
        #expect(bare.usage == .microseconds(5))
        #expect(bare.throttled == nil)
    }

    @Test("what the kernel says of a process")
    func process() throws {
        let status = ProcessStatus("Name:\ttradewind\nVmHWM:\t    1728 kB\nVmRSS:\t    1700 kB\nThreads:\t9\n")
        #expect(status.residentBytes == 1_740_800)
        #expect(status.peakResidentBytes == 1_769_472)
        #expect(status.threads == 9)
        #expect(status.swappedBytes == nil)
        let text =
            "12537 (a) b (c) S 12523 12523 10567 0 -1 4194304 100 0 0 0 31 11 0 0 20 0 1 0 1301088 3133440 414 1\n"
        let stat = try #require(ProcessStat(text))
        #expect(stat.pid == 12_537)
        #expect(stat.command == "a) b (c")
        #expect(stat.state == "S")
        #expect(stat.parent == 12_523)
        #expect(stat.cpuTicks == 42)
        #expect(stat.startTicks == 1_301_088)
        for wrong in ["", "1 (a) S 1", ")(", "x (a) S 1 1 1 0 0 0 0 0 0 0 1 1 0 0 20 0 1 0 5 0"] {
            #expect(ProcessStat(wrong) == nil)
        }
        #expect(ProcessDescriptors.count([".", "..", "0", "1", "17"]) == 3)
        let limits =
            "Limit   Soft Limit  Hard Limit  Units\nMax open files            1024                 524288  files\n"
        #expect(ProcessDescriptors.limit(limits) == 1024)
        #expect(ProcessDescriptors.limit("Max open files  unlimited  unlimited  files") == nil)
    }
}
