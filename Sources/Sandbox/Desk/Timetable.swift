import Trading

/// Items by the time slot in which they are due.
struct Timetable<Item: Sendable>: Sendable {
    private let slotMilliseconds: Int64
    private var slots: [Int64: [Item]] = [:]
    private var next: Int64

    /// A timetable from `start` on; an earlier item is due at once.
    init(from start: Timestamp, slotMilliseconds: Int64 = 20) {
        self.slotMilliseconds = slotMilliseconds
        next = start.milliseconds / slotMilliseconds
    }

    /// Adds an item at a time.
    mutating func add(_ item: Item, at time: Timestamp) {
        slots[max(next, time.milliseconds / slotMilliseconds + 1), default: []].append(item)
    }

    /// Removes and returns all items due by now, the earliest slot first.
    mutating func due(_ now: Timestamp) -> [Item] {
        let last = now.milliseconds / slotMilliseconds
        guard next <= last else { return [] }
        defer { next = last + 1 }
        // After a long pause most slots are empty; there are never more of them than items.
        if last - next > Int64(slots.count) {
            let keys = slots.keys.filter { $0 <= last }.sorted()
            return keys.flatMap { slots.removeValue(forKey: $0) ?? [] }
        }
        return (next...last).flatMap { slots.removeValue(forKey: $0) ?? [] }
    }
}
