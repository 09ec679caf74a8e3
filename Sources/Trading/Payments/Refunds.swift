/// How what a customer is owed is spread over the payments that it was paid by.
public enum Refunds {
    /// Parts of `amount`, one for each payment, the newest first to the full of what it can give back.
    ///
    /// - Parameters:
    ///   - amount: minor units that are owed.
    ///   - refundable: minor units that each payment can give back, the oldest first.
    /// - Returns: the parts in the same order, and what is owed beyond them.
    public static func spread(_ amount: Int64, over refundable: [Int64]) -> (parts: [Int64], rest: Int64) {
        var rest = max(amount, 0)
        var parts = [Int64](repeating: 0, count: refundable.count)
        for index in refundable.indices.reversed() {
            parts[index] = min(rest, max(refundable[index], 0))
            rest -= parts[index]
        }
        return (parts, rest)
    }
}
