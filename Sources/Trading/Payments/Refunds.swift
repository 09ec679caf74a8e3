/// Splits the amount owed to a customer over the payments of the order.
public enum Refunds {
    /// Parts of `amount`, one for each payment: the newest payment first, up to its refundable amount.
    ///
    /// - Parameters:
    ///   - amount: the owed minor units.
    ///   - refundable: the refundable minor units of each payment, the oldest first.
    /// - Returns: the parts in the same order, and the rest that no payment can refund.
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
