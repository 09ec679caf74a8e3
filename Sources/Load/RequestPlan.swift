/// The generated SKUs: `sku-00000` and on, all of one width.
package struct BenchSKUs: Sendable {
    /// How many there are.
    package let count: Int
    /// Digits of the number.
    package let width: Int
    /// What stands before the number.
    package static let prefix = "sku-"

    package init(count: Int) {
        self.count = count
        width = max(5, String(count - 1).count)
    }

    /// Whether it is the name of one.
    package func contains(_ sku: String) -> Bool {
        guard sku.hasPrefix(Self.prefix), let number = Int(sku.dropFirst(Self.prefix.count)) else { return false }
        return (0..<count).contains(number) && name(number) == sku
    }

    /// The name of one.
    package func name(_ number: Int) -> String {
        let digits = String(number)
        return Self.prefix + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// What the requests of a run are made from.
package struct RequestPlan: Sendable {
    /// What a source sends.
    package enum Work: Hashable, Sendable {
        /// A load, with random draws.
        case load(BenchLoad)
        /// One GET for each generated SKU in order.
        case prime
        /// One stock adjustment for each generated SKU in order.
        case stock
    }

    package var work: Work
    package var authority: String
    package var key: String?
    package var skus: BenchSKUs
    package var hot: BenchHotSKU
    package var mix: BenchMix
    package var seed: UInt64
    /// Sets this run's idempotency keys apart from those of any other.
    package var runID: String
    /// The ETag of each generated SKU; empty unless a load needs them.
    package var etags: [[UInt8]] = []
    /// The ETag of the hot SKU.
    package var hotETag: [UInt8] = []

    /// A plan; ETags are learnt later.
    package init(
        work: Work,
        authority: String,
        key: String?,
        skus: BenchSKUs,
        hot: BenchHotSKU,
        mix: BenchMix,
        seed: UInt64,
        runID: String
    ) {
        self.work = work
        self.authority = authority
        self.key = key
        self.skus = skus
        self.hot = hot
        self.mix = mix
        self.seed = seed
        self.runID = runID
    }

    /// The member of an order that says how it is paid, with its comma; none where the server's own default does.
    package var payment: String {
        guard case .load(let load) = work, load.payment == .card else { return "" }
        return #""payment":{"method":"card","token":"tok_bench"},"#
    }
}
