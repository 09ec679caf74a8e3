import CZstd
import Foundation
import Synchronization

/// Why bytes were not compressed or expanded.
package enum ZstdFailure: Error, Hashable, Sendable {
    /// There is no memory for it.
    case noMemory
    /// The library does not take the bytes: they are not one whole frame, or not one of the expected size.
    case refused(reason: String)
}

/// Compresses and expands zstd frames, with contexts that are used again: making one costs more than a small frame.
///
/// Thread-safe; works in the calling thread.
package final class ZstdFrames: Sendable {
    private let level: Int32
    private let compressors = Mutex<[Compressor]>([])
    private let expanders = Mutex<[Expander]>([])

    /// Frames of one level of compression.
    package init(level: Int32) {
        self.level = level
    }

    /// A prefix, and one frame after it.
    package func compress(_ plain: [UInt8], after prefix: [UInt8] = []) throws(ZstdFailure) -> [UInt8] {
        let compressor: Compressor
        if let idle = compressors.withLock({ $0.popLast() }) {
            compressor = idle
        } else {
            compressor = try Compressor()
        }
        defer { compressors.withLock { $0.append(compressor) } }
        let room = ZSTD_compressBound(plain.count)
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: prefix.count + room) { buffer, count in
            _ = buffer.initialize(from: prefix)
            result = plain.withUnsafeBytes { source in
                ZSTD_compressCCtx(
                    compressor.context,
                    buffer.baseAddress?.advanced(by: prefix.count),
                    room,
                    source.baseAddress,
                    source.count,
                    level
                )
            }
            count = prefix.count + (ZSTD_isError(result) == 0 ? result : 0)
        }
        guard ZSTD_isError(result) == 0 else { throw Self.refused(result) }
        return bytes
    }

    /// The content of exactly one frame, which has to have so many bytes; never writes more.
    package func expand(_ frame: some ContiguousBytes, to size: Int) throws(ZstdFailure) -> [UInt8] {
        let expander: Expander
        if let idle = expanders.withLock({ $0.popLast() }) { expander = idle } else { expander = try Expander() }
        defer { expanders.withLock { $0.append(expander) } }
        var result = 0
        let plain = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            result = frame.withUnsafeBytes { source in
                ZSTD_decompressDCtx(expander.context, buffer.baseAddress, size, source.baseAddress, source.count)
            }
            count = ZSTD_isError(result) == 0 ? result : 0
        }
        guard ZSTD_isError(result) == 0 else { throw Self.refused(result) }
        guard plain.count == size else { throw .refused(reason: "it has \(plain.count) bytes, not \(size)") }
        return plain
    }

    private static func refused(_ result: Int) -> ZstdFailure {
        .refused(reason: "zstd: \(String(cString: ZSTD_getErrorName(result)))")
    }

    /// A context of the library.
    ///
    /// One thread uses it at a time, the one that took it out of the list; it is in no other place until it is put back.
    private final class Compressor: @unchecked Sendable {
        let context: OpaquePointer

        init() throws(ZstdFailure) {
            guard let context = ZSTD_createCCtx() else { throw .noMemory }
            self.context = context
        }

        deinit { ZSTD_freeCCtx(context) }
    }

    /// A context of the library, used as a ``Compressor`` is.
    private final class Expander: @unchecked Sendable {
        let context: OpaquePointer

        init() throws(ZstdFailure) {
            guard let context = ZSTD_createDCtx() else { throw .noMemory }
            self.context = context
        }

        deinit { ZSTD_freeDCtx(context) }
    }
}
