/// When requests start.
package enum BenchPace: Hashable, Sendable {
    /// Open arrivals at `rate` a second, whether or not the server keeps up; latency counts from the intended start.
    case open(rate: Double, arrivals: BenchArrivals)
    /// Each connection sends its next request as soon as the last is answered; finds the peak rate, not latencies.
    case closed
}

/// How open arrivals are spaced.
package enum BenchArrivals: String, CaseIterable, Sendable, Codable {
    /// Independent buyers: exponential gaps, seeded.
    case poisson
    /// Equal gaps.
    case constant
}

/// The options of `tradewind bench`.
///
/// Every run is bounded: by `duration`, by `requestsMax` and by the timeout of an answer.
package struct BenchOptions: Sendable {
    /// The server, as `http://host:port`; the host must be a loopback one unless `allowRemote`.
    package var url: String
    /// An API key, sent with every request; `prepare` needs one with `catalogue:write` and `stock:write`.
    package var key: String?
    /// The requests of the load.
    package var load: BenchLoad
    /// When requests start.
    package var pace: BenchPace
    /// Connections in all, 1 to 4,096; each carries one request at a time.
    package var connections: Int
    /// Threads of the generator, 1 to 16; more than one takes processor time from the server on the same machine.
    package var threads: Int
    /// The time before the measurement, which is not counted.
    package var warmup: Duration
    /// The length of the measurement, up to an hour; in a comparison, of each round.
    package var duration: Duration
    /// How long an answer may take before it counts as `timeout`, and how long the backlog may drain at the end.
    package var timeout: Duration
    /// The most requests in all, warm-up included; nil for no bound but time.
    package var requestsMax: Int?
    /// Seeds the arrivals and the draws of SKUs.
    package var seed: UInt64
    /// How many generated SKUs (`sku-00000` and on) are drawn from, 2 to 1,000,000.
    package var skus: Int
    /// One SKU that takes a share of all orders; nil for uniform draws.
    package var hot: BenchHotSKU?
    /// The shares of `mixed`.
    package var mix: BenchMix
    /// Whether products and stock are put first, with `key`.
    package var prepare: Bool
    /// Loads to be run in turn, round after round, closed loop; empty for a single load.
    package var compare: [BenchLoad]
    /// Rounds of a comparison, 1 to 100.
    package var rounds: Int
    /// A file with one line for each acknowledged checkout: key, tab, order id.
    package var journal: String?
    /// A folder in which fdatasync is measured before the run.
    package var fsyncProbe: String?
    /// Whether the report contains the whole percentile distribution.
    package var percentiles: Bool
    /// Whether hosts other than loopback may be loaded.
    package var allowRemote: Bool

    /// A closed-loop checkout load of ten seconds over 64 connections to this machine.
    package init(url: String = "http://127.0.0.1:8080") {
        self.url = url
        load = BenchLoad(.checkout)
        pace = .closed
        connections = 64
        threads = 1
        warmup = .seconds(2)
        duration = .seconds(10)
        timeout = .seconds(10)
        seed = 1
        skus = 4_000
        mix = .standard
        prepare = false
        compare = []
        rounds = 5
        percentiles = false
        allowRemote = false
    }

    /// Refuses invalid options, naming the option.
    func validate() throws(BenchError) {
        func require(_ holds: Bool, _ text: String) throws(BenchError) {
            if !holds { throw .invalidOption(text) }
        }
        try require((1...4_096).contains(connections), "connections must be 1 to 4096")
        try require((1...16).contains(threads), "threads must be 1 to 16")
        try require(threads <= connections, "threads must not exceed connections")
        try require(duration > .zero && duration <= .seconds(3_600), "duration must be above 0 and at most an hour")
        try require(warmup >= .zero && warmup <= .seconds(600), "warmup must be 0 to 600 s")
        try require(timeout > .zero && timeout <= .seconds(120), "timeout must be above 0 and at most 120 s")
        try require((2...1_000_000).contains(skus), "skus must be 2 to 1000000")
        try require((1...100).contains(rounds), "rounds must be 1 to 100")
        try require(compare.count <= 16, "at most 16 loads can be compared")
        try require((requestsMax ?? 1) >= 1, "the most requests must be at least 1")
        try require(!prepare || key != nil, "prepare needs a key with catalogue:write and stock:write")
        if case .open(let rate, _) = pace {
            try require(rate > 0 && rate <= 1_000_000, "rate must be above 0 and at most 1000000 a second")
            try require(compare.isEmpty, "a comparison is closed loop: leave the rate out")
        }
    }
}
