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

/// The inputs of a run's requests.
package struct RequestPlan: Sendable {
    /// The requests of a source.
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
    /// Distinguishes this run's idempotency keys from those of other runs.
    package var runID: String
    /// The ETag of each generated SKU; empty unless a load needs them.
    package var etags: [[UInt8]] = []
    /// The ETag of the hot SKU.
    package var hotETag: [UInt8] = []

    /// A plan without known ETags; they are learned from answers.
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

    /// The member of an order with its payment, with its comma; empty for the server's default.
    package var payment: String {
        guard case .load(let load) = work, load.payment == .card else { return "" }
        return #""payment":{"method":"card","token":"tok_bench"},"#
    }
}
