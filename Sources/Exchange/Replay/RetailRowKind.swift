// The meaning of a row of the source for a shop. One decision for each row, in a fixed order of precedence, so that every row has
// exactly one meaning, and a row without one is an exception with its amount.

/// The meaning of one row.
enum RetailRowKind: Equatable {
    /// Goods sold at a price: a line of an order.
    case sale
    /// A line of a `C` invoice: a return where a sale matches, else a credit.
    case cancellation
    /// A line of an `A` invoice: a correction of money.
    case adjustment
    /// Goods that came in at no price.
    case receipt
    /// Goods that left without a price: lost, damaged, corrected.
    case writeOff
    /// A row that is worth less than the smallest coin, so that no shop can hold it, with the reason.
    case trifle(String)
    /// A row that cannot be replayed, with the reason.
    case exception(String)
}

/// The API's limits for a row.
enum RetailBounds {
    /// Most units of an order line.
    static let lineUnitsMax: Int64 = 1_000_000
    /// Most units of one stock movement.
    static let movementUnitsMax: Int64 = 1_000_000_000
    /// Most lines of an order.
    static let orderLinesMax = 2000
    /// Highest price or amount in minor units that is sent.
    static let minorUnitsMax: Int128 = 1_000_000_000_000
    /// Longest SKU.
    static let skuBytesMax = 64
    /// Longest reason, name and reference sent.
    static let textMax = 200
    /// Longest reference of an order.
    static let referenceMax = 100
    /// Millionths in a minor unit of a currency with two decimals.
    static let millionthsInMinor: Int128 = 10_000

    /// Whether the API takes this as a SKU: 1 to 64 printable ASCII characters without a space at either end, and no dots alone.
    static func isSKU(_ code: String) -> Bool {
        let bytes = code.utf8
        if code.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) { return false }
        return !bytes.isEmpty && bytes.count <= skuBytesMax && bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    /// Whether the API takes this as an amount: whole minor units within range.
    static func isWhole(_ millionths: Int128) -> Bool {
        millionths % millionthsInMinor == 0 && millionths.magnitude / 10_000 <= minorUnitsMax.magnitude
    }
}

extension RetailRowKind {
    /// Decides by the invoice's letter, then the signs of quantity and price, then what the API can hold.
    init(_ row: RetailRow, invoice: String, isSKU: Bool) {
        if let fault = row.fault {
            self = .exception(fault.reason)
            return
        }
        if row.quantity == 0 {
            self = .trifle("quantity is zero")
            return
        }
        switch invoice.utf8.first {
        case UInt8(ascii: "A"), UInt8(ascii: "a"): self = Self.adjustmentKind(row)
        case UInt8(ascii: "C"), UInt8(ascii: "c"): self = Self.cancellationKind(row)
        default: self = isSKU ? Self.goodsKind(row) : .exception("stock code is not a SKU")
        }
    }

    private static func adjustmentKind(_ row: RetailRow) -> Self {
        if row.price == 0 { return .exception("adjustment of nothing") }
        return RetailBounds.isWhole(row.amount) ? .adjustment : finer(row, "amount is not in whole pence")
    }

    private static func cancellationKind(_ row: RetailRow) -> Self {
        if row.quantity > 0 { return .exception("positive quantity on a cancellation") }
        if row.price == 0 { return .exception("cancellation without a price") }
        if row.price < 0 { return .exception("negative price") }
        return RetailBounds.isWhole(row.amount) ? .cancellation : finer(row, "amount is not in whole pence")
    }

    private static func goodsKind(_ row: RetailRow) -> Self {
        if row.price < 0 { return .exception("negative price") }
        if row.price == 0 {
            guard row.quantity.magnitude <= RetailBounds.movementUnitsMax.magnitude else {
                return .exception("quantity beyond \(RetailBounds.movementUnitsMax)")
            }
            return row.quantity > 0 ? .receipt : .writeOff
        }
        if row.quantity < 0 { return .exception("negative quantity on a sale") }
        if !RetailBounds.isWhole(Int128(row.price)) { return finer(row, "price is not in whole pence") }
        if row.quantity > RetailBounds.lineUnitsMax {
            return .exception("quantity beyond \(RetailBounds.lineUnitsMax)")
        }
        return RetailBounds.isWhole(row.amount) ? .sale : .exception("amount out of range")
    }

    /// A row with a price or an amount that whole pence cannot represent: a trifle only where it is worth less than a penny in
    /// all.
    private static func finer(_ row: RetailRow, _ reason: String) -> Self {
        let penny = RetailBounds.millionthsInMinor.magnitude
        return row.price.magnitude < penny && row.amount.magnitude < penny ? .trifle(reason) : .exception(reason)
    }
}
