// The units that can be ordered: the available units at active locations. Browsing, quotes and orders all use this function, so
// that a shop sells what it shows.

extension Location {
    /// The units of a level at this location that can be ordered: 0 where the location is not active.
    public func available(_ level: StockLevel) -> Int64 {
        active ? level.available : 0
    }
}

extension FreeStock {
    /// An empty view of the active locations, the preferred first.
    public init(openOf locations: [Location]) {
        self.init(locations: locations.filter(\.active).map(\.code))
    }
}
