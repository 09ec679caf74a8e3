/// The options of a prober.
package struct ProbeOptions: Sendable {
    /// Where the shop is.
    package var url: String
    /// A key that may record probes, create products, move stock, and read and cancel orders.
    package var key: String
    /// From the beginning of one round to that of the next.
    package var interval = Duration.seconds(1)
    /// How long to wait for an answer.
    package var timeout = Duration.seconds(2)
    /// The number of rounds; nil for no limit.
    package var rounds: Int?
    /// The SKU of the product; begins with `probe-`.
    package var sku = "probe-1"
    /// The currency of its price.
    package var currency = "GBP"

    /// The most verdicts that are kept while the shop does not answer; then the oldest are dropped.
    static let keptMax = 86_400
    /// The most verdicts in one request.
    static let postedMax = 1_000
    /// Units received when fewer than a tenth of them are left.
    static let units: Int64 = 10_000

    /// A round every second.
    package init(url: String, key: String) {
        self.url = url
        self.key = key
    }
}
