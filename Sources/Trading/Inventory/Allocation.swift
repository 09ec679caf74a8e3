// From which locations an order's units are taken. One parcel is best: the first location, by priority, that can serve the
// whole order does. Otherwise each line goes to the first location that can serve the line whole, and only then is a line split.
// Lines of the same SKU compete for the same units, so what one line takes is gone for the next.

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

/// A line's wish, as the allocator sees it.
public struct AllocationRequest: Hashable, Sendable {
    /// What is wanted.
    public var sku: SKU
    /// How many, at least 1.
    public var quantity: Int64

    /// A wish for units of a SKU.
    public init(sku: SKU, quantity: Int64) {
        self.sku = sku
        self.quantity = quantity
    }
}

/// A line that stock cannot serve.
public struct Shortage: Error, Hashable, Sendable {
    /// Index of the line in the request.
    public var index: Int
    /// Units left for that line, over all locations, after the lines before it.
    public var available: Int64
}

/// What can be taken: units free of each SKU at each location, in the order in which locations are to be used.
public struct FreeStock: Sendable {
    /// Location codes, the preferred first.
    public let locations: [String]
    private var free: [SKU: [Int64]] = [:]

    /// An empty view over these locations.
    public init(locations: [String]) {
        self.locations = locations
    }

    /// Whether the SKU's levels were given already.
    public func knows(_ sku: SKU) -> Bool {
        free[sku] != nil
    }

    /// States the free units of a SKU, one count for each location in their order.
    public mutating func set(_ sku: SKU, _ available: [Int64]) {
        free[sku] = available
    }

    /// Allocates every line, or throws the first that cannot be served; what is free shrinks by what was taken.
    public mutating func allocate(_ requests: [AllocationRequest]) throws(Shortage) -> [[Allocation]] {
        if let whole = singleLocation(for: requests) {
            return requests.map { request in
                [Allocation(location: locations[whole], quantity: request.quantity)]
            }
        }
        var result: [[Allocation]] = []
        result.reserveCapacity(requests.count)
        for (index, request) in requests.enumerated() {
            guard let taken = take(request) else {
                let available = free[request.sku]?.reduce(0, +) ?? 0
                throw Shortage(index: index, available: available)
            }
            result.append(taken)
        }
        return result
    }

    private mutating func singleLocation(for requests: [AllocationRequest]) -> Int? {
        for location in locations.indices {
            var rest = free
            let serves = requests.allSatisfy { request in
                guard let left = rest[request.sku]?[location], left >= request.quantity else { return false }
                rest[request.sku]?[location] = left - request.quantity
                return true
            }
            if serves {
                free = rest
                return location
            }
        }
        return nil
    }

    private mutating func take(_ request: AllocationRequest) -> [Allocation]? {
        guard var counts = free[request.sku], counts.reduce(0, +) >= request.quantity else { return nil }
        if let whole = counts.firstIndex(where: { $0 >= request.quantity }) {
            counts[whole] -= request.quantity
            free[request.sku] = counts
            return [Allocation(location: locations[whole], quantity: request.quantity)]
        }
        var taken: [Allocation] = []
        var left = request.quantity
        for index in counts.indices where left > 0 && counts[index] > 0 {
            let units = min(counts[index], left)
            taken.append(Allocation(location: locations[index], quantity: units))
            counts[index] -= units
            left -= units
        }
        free[request.sku] = counts
        return taken
    }
}
