// What can be ordered: the free units of the locations that are open. Browsing, quotes and orders all ask here, so that what a shop
// shows is what it sells.

extension Location {
    /// Units of a level at this location that can be ordered: none where it is closed.
    public func available(_ level: StockLevel) -> Int64 {
        active ? level.available : 0
    }
}

extension FreeStock {
    /// An empty view over those of the shop's locations that are open, the preferred first.
    public init(openOf locations: [Location]) {
        self.init(locations: locations.filter(\.active).map(\.code))
    }
}
