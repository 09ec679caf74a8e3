// Turns requested lines into priced lines. Prices are the catalogue's, unless an authorised key states one.

/// A requested line.
public struct OrderRequestLine: Hashable, Sendable {
    /// The SKU.
    public var sku: SKU
    /// The number of units.
    public var quantity: Int64
    /// A price agreed outside the catalogue; only an authorised key may state one.
    public var unitPrice: Money?

    /// A requested line.
    public init(sku: SKU, quantity: Int64, unitPrice: Money? = nil) {
        self.sku = sku
        self.quantity = quantity
        self.unitPrice = unitPrice
    }
}

/// The limits of one order or cart.
public enum OrderLimits {
    /// Lines of one order.
    public static let maxLines = 2000
    /// Lines of an order without a key: each takes many bytes once it is placed.
    public static let maxGuestLines = 100
    /// Lines of one cart.
    public static let maxCartLines = 500
    /// Units of one line.
    public static let quantity: ClosedRange<Int64> = 1...1_000_000
    /// The most lines of one request whose mistakes are reported.
    public static let maxReasons = 20
    /// The largest amount of a price, a line or an order, in minor units: it is exact in every JSON reader (2^53 − 1).
    public static let maxAmount: Int64 = 9_007_199_254_740_991
}

/// Why an order was not taken, in order of precedence.
///
/// Nothing was changed; whether it may be tried again depends on the reason.
public indirect enum PlaceOrderRefusal: Error, Hashable, Sendable {
    /// The cart does not exist.
    case cartNotFound
    /// The cart or the customer belongs to a customer whose identity the sender has not proved.
    case notYours
    /// The cart has expired, was merged into another, or became that order.
    case cartClosed(order: ID<Order>?)
    /// The customer on file that it names does not exist, or was erased.
    case customerNotFound
    /// Another order has its reference; a sender who may read orders is told which one.
    case referenceTaken(order: ID<Order>?)
    /// It has no lines.
    case noLines
    /// It has more lines than one order may have.
    case tooManyLines(limit: Int)
    /// A line has no units or too many.
    case quantityOutOfRange(index: Int)
    /// A line has a SKU that is not in the catalogue.
    case unknownProduct(index: Int, sku: SKU)
    /// A line has a product that is not for sale.
    case inactiveProduct(index: Int, sku: SKU)
    /// A line's own price is in another currency than the order.
    case priceCurrency(index: Int)
    /// A product has no price in the order's currency.
    case noPrice(index: Int, sku: SKU, currency: Currency)
    /// A line or the order exceeds the largest exact amount.
    case amountTooLarge
    /// The order exceeds the shop's limit for one order.
    case totalTooLarge(ceiling: Money)
    /// The total differs from the buyer's expected total; prices changed meanwhile.
    case totalChanged(actual: Money)
    /// There is not enough stock for a line.
    case insufficientStock(index: Int, sku: SKU, requested: Int64, available: Int64)
    /// It cannot be paid in this way.
    case payment(PaymentChoiceRefusal)
    /// The order alone has more units than a client without a key may hold unpaid.
    case beyondUnpaidLimit(limit: Int64)
    /// A line alone has more units of a product than all clients without a key may hold unpaid together.
    case beyondUnpaidShare(index: Int, sku: SKU, most: Int64)
    /// All clients without a key together hold the most unpaid units of a product that they may.
    case heldUnpaid(index: Int, sku: SKU)
    /// The client without a key would hold too many units unpaid.
    case tooMuchUnpaid(limit: Int64, held: Int64)
    /// Several lines are refused, each for one of the reasons above; at least two.
    case several([PlaceOrderRefusal])

    /// Throws if there is a reason, with all reasons at once, so that the client need not find them one by one.
    static func refuse(_ reasons: [PlaceOrderRefusal]) throws(PlaceOrderRefusal) {
        if let first = reasons.first { throw reasons.count == 1 ? first : .several(reasons) }
    }
}

/// Lines with their prices, and their sum.
public struct PricedLines: Hashable, Sendable {
    /// The lines, not yet allocated.
    public var lines: [OrderLine]
    /// Which of them need stock.
    public var tracked: [Bool]
    /// The sum.
    public var total: Money

    /// Prices lines from their products, in the same order; nil where the product does not exist.
    public init(
        _ requests: [OrderRequestLine],
        products: [Offer?],
        currency: Currency,
        expectedTotal: Money?,
        ceiling: OrderCeiling = .none
    ) throws(PlaceOrderRefusal) {
        precondition(requests.count == products.count, "one product for each line")
        guard !requests.isEmpty else { throw .noLines }
        guard requests.count <= OrderLimits.maxLines else { throw .tooManyLines(limit: OrderLimits.maxLines) }
        lines = []
        lines.reserveCapacity(requests.count)
        tracked = []
        tracked.reserveCapacity(requests.count)
        var sum: Int64 = 0
        var reasons: [PlaceOrderRefusal] = []
        for (index, request) in requests.enumerated() where reasons.count < OrderLimits.maxReasons {
            let (product, price): (Offer, Money)
            do throws(PlaceOrderRefusal) {
                (product, price) = try Self.price(request, of: products[index], currency: currency, index: index)
            } catch {
                reasons.append(error)
                continue
            }
            guard reasons.isEmpty else { continue }
            let (amount, overflow) = price.amount.multipliedReportingOverflow(by: request.quantity)
            guard !overflow, amount <= OrderLimits.maxAmount, sum + amount <= OrderLimits.maxAmount else {
                throw .amountTooLarge
            }
            sum += amount
            tracked.append(product.tracked)
            lines.append(
                OrderLine(
                    sku: request.sku,
                    name: product.name,
                    quantity: request.quantity,
                    unitPrice: price,
                    total: Money(amount, currency)
                )
            )
        }
        try PlaceOrderRefusal.refuse(reasons)
        total = Money(sum, currency)
        let most = ceiling.limit(in: currency)
        guard sum <= most.amount else { throw .totalTooLarge(ceiling: most) }
        if let expectedTotal, expectedTotal != total { throw .totalChanged(actual: total) }
    }

    private static func price(
        _ request: OrderRequestLine,
        of product: Offer?,
        currency: Currency,
        index: Int
    ) throws(PlaceOrderRefusal) -> (Offer, Money) {
        guard OrderLimits.quantity.contains(request.quantity) else { throw .quantityOutOfRange(index: index) }
        guard let product else { throw .unknownProduct(index: index, sku: request.sku) }
        guard product.active else { throw .inactiveProduct(index: index, sku: request.sku) }
        if let agreed = request.unitPrice {
            guard agreed.currency == currency else { throw .priceCurrency(index: index) }
            return (product, agreed)
        }
        guard let price = product.price(in: currency) else {
            throw .noPrice(index: index, sku: request.sku, currency: currency)
        }
        return (product, price)
    }

    /// The lines for the allocator, and the index of the order's line for each.
    public var allocationRequests: (requests: [AllocationRequest], lineIndex: [Int]) {
        var requests: [AllocationRequest] = []
        var indices: [Int] = []
        requests.reserveCapacity(lines.count)
        indices.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() where tracked[index] {
            requests.append(AllocationRequest(sku: line.sku, quantity: line.quantity))
            indices.append(index)
        }
        return (requests, indices)
    }

    /// Takes the units from the available stock, line by line.
    ///
    /// - Throws: a refusal with the lines that cannot be served; `stock` is not valid any more then.
    public mutating func allocate(from stock: inout FreeStock) throws(PlaceOrderRefusal) {
        let (requests, indices) = allocationRequests
        guard !requests.isEmpty else { return }
        do {
            let allocations = try stock.allocate(requests)
            for (request, taken) in zip(indices, allocations) { lines[request].allocations = taken }
        } catch {
            var reasons = [shortage(indices[error.index], error)]
            var next = error.index + 1
            while next < requests.count, reasons.count < OrderLimits.maxReasons {
                do throws(Shortage) {
                    _ = try stock.allocate(Array(requests[next...]))
                    break
                } catch {
                    reasons.append(shortage(indices[next + error.index], error))
                    next += error.index + 1
                }
            }
            try PlaceOrderRefusal.refuse(reasons)
        }
    }

    private func shortage(_ index: Int, _ shortage: Shortage) -> PlaceOrderRefusal {
        .insufficientStock(
            index: index,
            sku: lines[index].sku,
            requested: lines[index].quantity,
            available: shortage.available
        )
    }
}
