// What clients without a key hold without having paid is bounded, for each client and for each SKU, or one of them could take all of
// a shop. The bounds are on units and not on orders, and are counted where the units are held: in the same transaction.

/// Who placed an order without a key, as two digests that name no person: of the address, and of the e-mail or the customer.
///
/// Kept only while the order holds units unpaid.
public struct UnpaidClient: Hashable, Sendable {
    /// Of the network address; nil where it is not known.
    public var address: Int64?
    /// Of the customer on file, or of a guest's e-mail; nil where the order names neither.
    public var buyer: Int64?

    /// A client.
    public init(address: Int64? = nil, buyer: Int64? = nil) {
        self.address = address
        self.buyer = buyer
    }

    /// Whose counts an order is a part of; a client whose two digests are one is counted once.
    public var keys: [Int64] {
        var keys = [address, buyer].compactMap(\.self)
        if keys.count == 2, keys[0] == keys[1] { keys.removeLast() }
        return keys
    }
}

/// What clients without a key may hold unpaid.
public struct UnpaidLimits: Hashable, Sendable {
    /// The most units of one client, an order counting as one at least; nil for no bound.
    public var unitsOfClient: Int64?
    /// The most units of a SKU that all of them hold together, in per cent of those on hand.
    public var shareOfSKU: Int64

    /// So many units of a SKU may be held unpaid whatever their share is: a shop sells its last few pieces, too.
    public static let fewUnits: Int64 = 5

    /// Limits.
    public init(unitsOfClient: Int64?, shareOfSKU: Int64) {
        self.unitsOfClient = unitsOfClient
        self.shareOfSKU = shareOfSKU
    }

    /// The most units of a SKU that may be held unpaid where so many are on hand.
    public func most(of onHand: Int64) -> Int64 {
        guard shareOfSKU < 100 else { return .max }
        return max(Self.fewUnits, onHand / 100 * shareOfSKU + onHand % 100 * shareOfSKU / 100)
    }
}

extension Order {
    /// Whether it holds units and nobody has paid for them or had the money for them set aside.
    public var isHeldUnpaid: Bool {
        switch state {
        case .pendingPayment: true
        // Cash that is awaited, and goods that cost nothing.
        case .confirmed, .partlyFulfilled: paymentState == .pending || total.isZero
        case .fulfilled, .completed, .cancelled, .expired: false
        }
    }

    /// The units of each SKU that it holds: those that left or were called off are held no more.
    public var heldUnits: [SKU: Int64] {
        var units: [SKU: Int64] = [:]
        for line in lines {
            let held = line.unshipped.reduce(0) { $0 + $1.quantity }
            if held > 0 { units[line.sku, default: 0] += held }
        }
        return units
    }
}
