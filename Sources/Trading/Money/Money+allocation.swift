// A total that is split over lines (a discount, a delivery charge, a credit) must equal the sum of the parts. Each line gets its
// share rounded towards zero; the remaining units go, one each, to the lines that lost the most by rounding, and to the earlier
// line among equals. So the parts do not depend on the order in which they are asked for, and a negative total is the mirror
// image of the positive one.

extension Money {
    /// Splits the total over `weights` by the largest remainder, one part for each; the sum of the parts is exact.
    ///
    /// A weight of zero gets zero; zero split over any weights is zeros. Cost: a division of 128 bits per weight and one sort.
    ///
    /// - Throws: `noWeights` when a weight is negative, or when none is above zero and the total is not zero.
    public func allocated(over weights: [Int64]) throws(MoneyRefusal) -> [Money] {
        var whole: UInt128 = 0
        for weight in weights {
            guard weight >= 0 else { throw .noWeights }
            whole += UInt128(weight)
        }
        guard !isZero else { return weights.map { _ in self } }
        guard whole > 0 else { throw .noWeights }

        var shares: [(magnitude: UInt64, remainder: UInt128)] = []
        shares.reserveCapacity(weights.count)
        var left = amount.magnitude
        for weight in weights {
            let (share, remainder) = (UInt128(amount.magnitude) * UInt128(weight)).quotientAndRemainder(
                dividingBy: whole
            )
            let magnitude = UInt64(truncatingIfNeeded: share)
            left -= magnitude
            shares.append((magnitude, remainder))
        }
        // Fewer units are left than there are lines with a remainder.
        let byLoss = shares.indices.sorted { (shares[$1].remainder, $0) < (shares[$0].remainder, $1) }
        for index in byLoss.prefix(Int(left)) { shares[index].magnitude += 1 }
        return shares.map {
            Money(isNegative ? Int64(truncatingIfNeeded: 0 &- $0.magnitude) : Int64($0.magnitude), currency)
        }
    }
}
