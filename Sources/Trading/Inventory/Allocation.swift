// The locations from which an order's units are taken. One parcel is best: the first location, by priority, that can serve the
// whole order is chosen. Otherwise each line goes to the first location that can serve the whole line, and only then is a line
// split. Lines of the same SKU compete for the same units, so units taken by one line are not available for the next.

/// Units of a line taken from one location.
public struct Allocation: Hashable, Sendable {
    /// The location's code.
    public var location: String
    /// Units, at least 1.
    public var quantity: Int64

    /// Units of a line at a location.
    public init(location: String, quantity: Int64) {
        self.location = location
        self.quantity = quantity
    }
}

/// A line for the allocator.
public struct AllocationRequest: Hashable, Sendable {
    /// The wanted SKU.
    public var sku: SKU
    /// The number of units, at least 1.
    public var quantity: Int64

    /// Wanted units of a SKU.
    public init(sku: SKU, quantity: Int64) {
        self.sku = sku
        self.quantity = quantity
    }
}

/// A line that the stock cannot serve.
public struct Shortage: Error, Hashable, Sendable {
    /// Index of the line in the request.
    public var index: Int
    /// Units left for that line, over all locations, after the lines before it.
    public var available: Int64
}

/// The available units of each SKU at each location, with the locations in order of preference.
///
/// Most orders have a few SKUs, so those are searched linearly; an index is built only for more.
public struct FreeStock: Sendable {
    /// Location codes, the preferred first.
    public let locations: [String]
    private var skus: [SKU] = []
    private var index: [SKU: Int] = [:]
    private var units: [Int64] = []
    private static let indexedFrom = 8

    /// An empty view of these locations.
    public init(locations: [String]) {
        self.locations = locations
    }

    /// Adds the available units of a SKU at each location, unless they were added before.
    public mutating func add(_ sku: SKU, available: (String) -> Int64) {
        guard position(of: sku) == nil else { return }
        skus.append(sku)
        if skus.count == Self.indexedFrom {
            for (position, sku) in skus.enumerated() { index[sku] = position }
        } else if skus.count > Self.indexedFrom {
            index[sku] = skus.count - 1
        }
        for location in locations { units.append(available(location)) }
    }

    /// Allocates every line and subtracts the units.
    ///
    /// - Throws: ``Shortage`` for the first line that cannot be served; the available units are not valid any more then.
    public mutating func allocate(_ requests: [AllocationRequest]) throws(Shortage) -> [[Allocation]] {
        if let whole = singleLocation(for: requests) {
            return requests.map { request in
                [Allocation(location: locations[whole], quantity: request.quantity)]
            }
        }
        var result: [[Allocation]] = []
        result.reserveCapacity(requests.count)
        for (index, request) in requests.enumerated() {
            let available = total(of: request.sku)
            guard available >= request.quantity else { throw Shortage(index: index, available: available) }
            result.append(take(request))
        }
        return result
    }

    private func position(of sku: SKU) -> Int? {
        skus.count < Self.indexedFrom ? skus.firstIndex(of: sku) : index[sku]
    }

    private func total(of sku: SKU) -> Int64 {
        guard let position = position(of: sku) else { return 0 }
        return slots(position).reduce(0) { $0 + units[$1] }
    }

    private func slots(_ position: Int) -> Range<Int> {
        position * locations.count..<(position + 1) * locations.count
    }

    private mutating func singleLocation(for requests: [AllocationRequest]) -> Int? {
        for location in locations.indices {
            var rest = units
            let serves = requests.allSatisfy { request in
                guard let position = position(of: request.sku) else { return false }
                rest[position * locations.count + location] -= request.quantity
                return rest[position * locations.count + location] >= 0
            }
            if serves {
                units = rest
                return location
            }
        }
        return nil
    }

    private mutating func take(_ request: AllocationRequest) -> [Allocation] {
        guard let position = position(of: request.sku) else { return [] }
        let slots = slots(position)
        if let whole = slots.first(where: { units[$0] >= request.quantity }) {
            units[whole] -= request.quantity
            return [Allocation(location: locations[whole - slots.lowerBound], quantity: request.quantity)]
        }
        var taken: [Allocation] = []
        var left = request.quantity
        for slot in slots where left > 0 && units[slot] > 0 {
            let part = min(units[slot], left)
            taken.append(Allocation(location: locations[slot - slots.lowerBound], quantity: part))
            units[slot] -= part
            left -= part
        }
        return taken
    }
}
