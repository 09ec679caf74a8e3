// Whoever speaks of availability speaks of when.
@_exported import Time
