// Turning what a buyer asks for into priced lines. Prices are the catalogue's, unless the merchant's own people state one.

/// A line that is asked for.
public struct OrderRequestLine: Hashable, Sendable {
    /// What.
    public var sku: SKU
    /// How many.
    public var quantity: Int64
    /// A price agreed outside the catalogue; only the merchant's people may state one.
    public var unitPrice: Money?

    /// A line that is asked for.
    public init(sku: SKU, quantity: Int64, unitPrice: Money? = nil) {
        self.sku = sku
        self.quantity = quantity
        self.unitPrice = unitPrice
    }
}

/// Bounds on what one order or cart may hold.
public enum OrderLimits {
    /// Lines of one order.
    public static let maxLines = 2000
    /// Lines of an order that is placed without a key: each is many bytes once it is placed.
    public static let maxGuestLines = 100
    /// Lines of one cart.
    public static let maxCartLines = 500
    /// Units of one line.
    public static let quantity: ClosedRange<Int64> = 1...1_000_000
    /// Lines of one request of which it is told what is wrong with them.
    public static let maxReasons = 20
    /// The largest amount of a price, a line or an order, in minor units: it stays exact in every JSON reader (2^53 − 1).
    public static let maxAmount: Int64 = 9_007_199_254_740_991
}

/// Why an order was not taken, in order of precedence.
public indirect enum PlaceOrderRefusal: Error, Hashable, Sendable {
    /// There is no such cart.
    case cartNotFound
    /// The cart, or the customer, is that of somebody who has not proved to be that one.
    case notYours
    /// The cart is over: its time ran out, it was merged into another, or it became that order.
    case cartClosed(order: ID<Order>?)
    /// The customer on file that it names does not exist, or was erased.
    case customerNotFound
    /// Another order has its reference; which one is told to whoever may read orders.
    case referenceTaken(order: ID<Order>?)
    /// There is nothing in it.
    case noLines
    /// It has more lines than one order may have.
    case tooManyLines(limit: Int)
    /// A line asks for no units or too many.
    case quantityOutOfRange(index: Int)
    /// A line names a SKU that the catalogue does not have.
    case unknownProduct(index: Int, sku: SKU)
    /// A line names a product that is not for sale.
    case inactiveProduct(index: Int, sku: SKU)
    /// A line's own price is in another currency than the order.
    case priceCurrency(index: Int)
    /// A product has no price in the order's currency.
    case noPrice(index: Int, sku: SKU, currency: Currency)
    /// A line or the order is worth more than can be written exactly.
    case amountTooLarge
    /// The order is worth more than the shop takes in one.
    case totalTooLarge(ceiling: Money)
    /// The buyer expected another total; prices changed meanwhile.
    case totalChanged(actual: Money)
    /// There is not enough stock for a line.
    case insufficientStock(index: Int, sku: SKU, requested: Int64, available: Int64)
    /// It cannot be paid that way.
    case payment(PaymentChoiceRefusal)
    /// The order alone has more units than a client without a key may ever hold unpaid.
    case beyondUnpaidLimit(limit: Int64)
    /// A line alone has more units of a product than clients without a key may hold unpaid together.
    case beyondUnpaidShare(index: Int, sku: SKU, most: Int64)
    /// Clients without a key hold as many units of a product unpaid as they may together.
    case heldUnpaid(index: Int, sku: SKU)
    /// The client would hold more units unpaid than one may without a key.
    case tooMuchUnpaid(limit: Int64, held: Int64)
    /// Several lines are refused, each for its own reason of those above; there are at least two.
    case several([PlaceOrderRefusal])

    /// Refuses where there is a reason to; with all of them, so that none has to be found by trying again.
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

    /// Prices lines from the products that they name, in the same order; nil where there is no such product.
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

    /// The wishes that stock has to serve, and the index of the line behind each.
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

    /// Takes the units from free stock, line by line, or says which lines cannot be served; then what is free is spoilt.
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
