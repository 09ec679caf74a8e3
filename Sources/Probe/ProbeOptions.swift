/// How a prober shops.
package struct ProbeOptions: Sendable {
    /// Where the shop is.
    package var url: String
    /// A key that may tell what was seen, put products, move stock, and read and cancel orders.
    package var key: String
    /// From the beginning of one round to that of the next.
    package var interval = Duration.seconds(1)
    /// For how long an answer is waited.
    package var timeout = Duration.seconds(2)
    /// How many rounds; for ever where there is none.
    package var rounds: Int?
    /// What the product is called; begins with `probe-`.
    package var sku = "probe-1"
    /// The currency of its price.
    package var currency = "GBP"

    /// The most verdicts that are kept while nobody can be told; then the oldest are forgotten.
    static let keptMax = 86_400
    /// The most verdicts in one request.
    static let postedMax = 1_000
    /// Units that are received when fewer than a tenth of them are left.
    static let units: Int64 = 10_000

    /// A round every second.
    package init(url: String, key: String) {
        self.url = url
        self.key = key
    }
}
