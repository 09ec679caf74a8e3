/// How a prober shops.
public struct ProbeOptions: Sendable {
    /// Where the shop is.
    public var url: String
    /// A key that may tell what was seen, put products, move stock, and read and cancel orders.
    public var key: String
    /// From the beginning of one round to that of the next.
    public var interval = Duration.seconds(1)
    /// For how long an answer is waited.
    public var timeout = Duration.seconds(2)
    /// How many rounds; for ever where there is none.
    public var rounds: Int?
    /// What the product is called; begins with `probe-`.
    public var sku = "probe-1"
    /// The currency of its price.
    public var currency = "GBP"

    /// The most verdicts that are kept while nobody can be told; then the oldest are forgotten.
    static let keptMax = 86_400
    /// The most verdicts in one request.
    static let postedMax = 1_000
    /// Units that are received when fewer than a tenth of them are left.
    static let units: Int64 = 10_000

    /// A round every second.
    public init(url: String, key: String) {
        self.url = url
        self.key = key
    }
}
