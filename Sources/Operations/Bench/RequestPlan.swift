/// The generated SKUs: `sku-00000` and on, all of one width.
struct BenchSKUs: Sendable {
    /// How many there are.
    let count: Int
    /// Digits of the number.
    let width: Int
    /// What stands before the number.
    static let prefix = "sku-"

    init(count: Int) {
        self.count = count
        width = max(5, String(count - 1).count)
    }

    /// Whether it is the name of one.
    func contains(_ sku: String) -> Bool {
        guard sku.hasPrefix(Self.prefix), let number = Int(sku.dropFirst(Self.prefix.count)) else { return false }
        return (0..<count).contains(number) && name(number) == sku
    }

    /// The name of one.
    func name(_ number: Int) -> String {
        let digits = String(number)
        return Self.prefix + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// What the requests of a run are made from.
struct RequestPlan: Sendable {
    /// What a source sends.
    enum Work: Hashable, Sendable {
        /// A load, with random draws.
        case load(BenchLoad)
        /// One GET for each generated SKU in order.
        case prime
        /// One stock adjustment for each generated SKU in order.
        case stock
    }

    var work: Work
    var authority: String
    var key: String?
    var skus: BenchSKUs
    var hot: BenchHotSKU
    var mix: BenchMix
    var seed: UInt64
    /// Sets this run's idempotency keys apart from those of any other.
    var runID: String
    /// The ETag of each generated SKU; empty unless a load needs them.
    var etags: [[UInt8]] = []
    /// The ETag of the hot SKU.
    var hotETag: [UInt8] = []

    /// The member of an order that says how it is paid, with its comma; none where the server's own default does.
    var payment: String {
        guard case .load(let load) = work, load.payment == .card else { return "" }
        return #""payment":{"method":"card","token":"tok_bench"},"#
    }
}
