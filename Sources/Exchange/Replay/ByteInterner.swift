import Bytes
import ForeignFiles

/// Gives equal byte strings the same small number, in the order of first occurrence.
///
/// A year of a shop has some ten thousand names in millions of fields; one number for each field makes it fit into memory.
struct ByteInterner {
    private var arena: [UInt8] = []
    private var starts: [Int] = [0]
    private var slots: [Int32] = Array(repeating: -1, count: 1 << 10)
    private var last: Int32 = -1

    /// The number of different strings.
    var count: Int { starts.count - 1 }

    /// The number of these bytes, a new one at first sight.
    mutating func intern(_ bytes: ArraySlice<UInt8>) -> Int32 {
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
        (0..<count).map { SourceText.decode(arena[starts[$0]..<starts[$0 + 1]]) }
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 4)
        for index in 0..<count {
            var slot = Self.hash(arena[starts[index]..<starts[index + 1]]) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }

    private func isEqual(_ index: Int32, _ bytes: ArraySlice<UInt8>) -> Bool {
        let range = starts[Int(index)]..<starts[Int(index) + 1]
        return range.count == bytes.count && arena[range] == bytes
    }

    private static func hash(_ bytes: ArraySlice<UInt8>) -> Int {
        Int(truncatingIfNeeded: FNV1a(bytes).value >> 7)
    }
}
