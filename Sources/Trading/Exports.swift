// Whoever speaks of trading speaks of when.
@_exported import Time
