import Foundation

/// Random bits of the system, fetched in blocks: a system call for each id would cost as much as the id.
public struct SystemRandom: RandomNumberGenerator {
    private var words: [UInt64] = []
    /// 256 bytes, the most that getentropy(3) gives at once.
    private static let count = 32

    /// A generator with an empty block.
    public init() {}

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        if words.isEmpty { fill() }
        return words.removeLast()
    }

    private mutating func fill() {
        words = [UInt64](unsafeUninitializedCapacity: Self.count) { buffer, count in
            let status = getentropy(buffer.baseAddress, Self.count * MemoryLayout<UInt64>.size)
            precondition(status == 0, "the system gives no random bits")
            count = Self.count
        }
    }
}
