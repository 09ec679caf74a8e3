/// A consistent snapshot to read from.
public protocol LedgerView: AnyObject {
    /// The row with that key as of now; nil where there is none.
    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R?
    /// Rows that meet a query, in its order.
    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R]
    /// All products that meet a query, behind a hit where one is given, the best match first; none for a query without terms.
    ///
    /// Cost: one look at each product that meets it.
    func searchProducts(_ query: SearchQuery, after hit: SearchHit?) throws(LedgerFailure) -> [SearchHit]
}

extension LedgerView {
    /// The last number that a counter gave.
    public func counter(_ name: String) throws(LedgerFailure) -> Int64 {
        try row(CounterRow.self, name)?.value ?? 0
    }

    /// Whether there is a row with that key.
    public func has<R: LedgerRow>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> Bool {
        try row(KeyOf<R>.self, key) != nil
    }
}
