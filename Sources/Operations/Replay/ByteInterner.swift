/// Gives equal byte strings one small number each, in the order of first sight.
///
/// A year of a shop names some ten thousand things in millions of fields; a number a field is what makes it fit.
struct ByteInterner {
    private var arena: [UInt8] = []
    private var starts: [Int] = [0]
    private var slots: [Int32] = Array(repeating: -1, count: 1 << 10)
    private var last: Int32 = -1

    /// How many different strings there are.
    var count: Int { starts.count - 1 }

    /// The number of these bytes, a new one at first sight.
    mutating func intern(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
        // Neighbouring rows mostly repeat the invoice, the customer and the country.
        if last >= 0, isEqual(last, bytes) { return last }
        var slot = Self.hash(bytes) & (slots.count - 1)
        while slots[slot] >= 0 {
            if isEqual(slots[slot], bytes) {
                last = slots[slot]
                return last
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        let index = Int32(count)
        arena.append(contentsOf: bytes)
        starts.append(arena.count)
        slots[slot] = index
        if count * 2 > slots.count { grow() }
        last = index
        return index
    }

    /// The text of each number.
    func texts() -> [String] {
        arena.withUnsafeBufferPointer { all in
            (0..<count).map { index in
                SourceText.decode(UnsafeBufferPointer(rebasing: all[starts[index]..<starts[index + 1]]))
            }
        }
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 4)
        arena.withUnsafeBufferPointer { all in
            for index in 0..<count {
                let bytes = UnsafeBufferPointer(rebasing: all[starts[index]..<starts[index + 1]])
                var slot = Self.hash(bytes) & (slots.count - 1)
                while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = Int32(index)
            }
        }
    }

    private func isEqual(_ index: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = starts[Int(index)]
        let length = starts[Int(index) + 1] - start
        guard length == bytes.count else { return false }
        for offset in 0..<length where arena[start + offset] != bytes[offset] { return false }
        return true
    }

    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        Int(truncatingIfNeeded: SourceDigest.fnv1a(bytes) >> 7)
    }
}

/// A short name for a file's contents, for idempotency keys; not a guard against forgery.
enum SourceDigest {
    /// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923).
    static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }

    /// Eight hexadecimal digits of the contents' hash.
    static func hex(_ bytes: [UInt8]) -> String {
        let hash = bytes.withUnsafeBufferPointer { fnv1a($0) }
        let digits = String((hash ^ (hash >> 32)) & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
