// The units that clients without a key hold unpaid are limited, for each client and for each SKU; otherwise one client could
// reserve all of a shop. The limits count units, not orders, in the same transaction as the reservation.

/// The client of an order without a key, as two digests that name no person: of the address, and of the e-mail address or the
/// customer.
///
/// Stored only while the order holds units unpaid.
public struct UnpaidClient: Hashable, Sendable {
    /// The digest of the network address; nil where it is unknown.
    public var address: Int64?
    /// The digest of the customer on file, or of a guest's e-mail address; nil where the order has neither.
    public var buyer: Int64?

    /// A client.
    public init(address: Int64? = nil, buyer: Int64? = nil) {
        self.address = address
        self.buyer = buyer
    }

    /// The counts to which an order belongs; two equal digests are counted once.
    public var keys: [Int64] {
        var keys = [address, buyer].compactMap(\.self)
        if keys.count == 2, keys[0] == keys[1] { keys.removeLast() }
        return keys
    }
}

/// The limits of unpaid units of clients without a key.
public struct UnpaidLimits: Hashable, Sendable {
    /// The most units of one client; an order counts as one at least.
    ///
    /// Nil for no limit.
    public var unitsOfClient: Int64?
    /// The most units of a SKU that all these clients hold together, in per cent of the units on hand.
    public var shareOfSKU: Int64

    /// This many units of a SKU may be held unpaid whatever their share, so that a shop can sell its last few units.
    public static let fewUnits: Int64 = 5

    /// Limits.
    public init(unitsOfClient: Int64?, shareOfSKU: Int64) {
        self.unitsOfClient = unitsOfClient
        self.shareOfSKU = shareOfSKU
    }

    /// The most units of a SKU that may be held unpaid, given the units on hand.
    public func most(of onHand: Int64) -> Int64 {
        guard shareOfSKU < 100 else { return .max }
        return max(Self.fewUnits, onHand / 100 * shareOfSKU + onHand % 100 * shareOfSKU / 100)
    }
}

extension Order {
    /// Whether it holds units without a payment, authorised or captured.
    public var isHeldUnpaid: Bool {
        switch state {
        case .pendingPayment: true
        // Cash that is awaited, and goods that cost nothing.
        case .confirmed, .partlyFulfilled: paymentState == .pending || total.isZero
        case .fulfilled, .completed, .cancelled, .expired: false
        }
    }

    /// The units of each SKU that it holds, without shipped and cancelled ones.
    public var heldUnits: [SKU: Int64] {
        var units: [SKU: Int64] = [:]
        for line in lines {
            let held = line.unshipped.reduce(0) { $0 + $1.quantity }
            if held > 0 { units[line.sku, default: 0] += held }
        }
        return units
    }
}
