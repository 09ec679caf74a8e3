// What happened to a line's units, counted by the auditor itself from the line's own members, without the functions that change
// orders.

import Trading

/// The units of a line by location.
struct LineTally {
    /// Units that were allocated.
    private(set) var allocated: [String: Int64] = [:]
    /// Units that left.
    private(set) var shipped: [String: Int64] = [:]
    /// Units that were cancelled.
    private(set) var released: [String: Int64] = [:]

    /// Counts a line's units.
    ///
    /// Without recorded origins, units left in the order of the allocations.
    init(_ line: OrderLine) {
        for part in line.allocations { allocated[part.location, default: 0] += part.quantity }
        for part in line.released { released[part.location, default: 0] += part.quantity }
        guard line.shippedFrom.isEmpty else {
            for part in line.shippedFrom { shipped[part.location, default: 0] += part.quantity }
            return
        }
        var left = line.fulfilled
        for part in line.allocations where left > 0 {
            let units = min(left, part.quantity)
            shipped[part.location, default: 0] += units
            left -= units
        }
    }

    /// Units that are still reserved, by location.
    var held: [String: Int64] {
        var held: [String: Int64] = [:]
        for (location, units) in allocated {
            let left = units - (shipped[location] ?? 0) - (released[location] ?? 0)
            if left != 0 { held[location] = left }
        }
        return held
    }

    /// Whether no location shipped more than was allocated there.
    var isWithinAllocations: Bool {
        Set(shipped.keys).union(released.keys).allSatisfy { location in
            (shipped[location] ?? 0) + (released[location] ?? 0) <= allocated[location] ?? 0
        }
    }
}

extension [String: Int64] {
    /// All units together.
    var units: Int128 { values.reduce(0) { $0 + Int128($1) } }
}
