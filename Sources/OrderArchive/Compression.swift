import CZstd
import Ledger

/// Compression by Zstandard, a frame at a time.
enum Compression {
    /// Fast enough to keep up with a disk; higher levels gain little on short blocks.
    private static let level: Int32 = 6

    static func compress(_ bytes: [UInt8]) throws(LedgerFailure) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        var size = 0
        let result = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            size = ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, level)
            count = ZSTD_isError(size) == 0 ? size : 0
        }
        guard ZSTD_isError(size) == 0 else {
            throw LedgerFailure(.io, phase: .save, retry: .never, detail: String(cString: ZSTD_getErrorName(size)))
        }
        return result
    }

    /// The bytes before compression; nil where they are not of this length.
    static func expand(_ bytes: [UInt8], to length: Int) -> [UInt8]? {
        var size = 0
        let result = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            size = ZSTD_decompress(buffer.baseAddress, length, bytes, bytes.count)
            count = ZSTD_isError(size) == 0 ? size : 0
        }
        return ZSTD_isError(size) == 0 && size == length ? result : nil
    }
}
