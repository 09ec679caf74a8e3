import CZstd
import Foundation
import Synchronization

/// Compresses and expands zstd frames, with contexts that are used again: making one costs more than a small frame.
final class ZstdFrames: Sendable {
    private let level: Int32
    private let compressors = Mutex<[Compressor]>([])
    private let expanders = Mutex<[Expander]>([])

    init(level: Int32) {
        self.level = level
    }

    /// A prefix, and one frame after it.
    func compress(_ plain: [UInt8], after prefix: [UInt8] = []) throws(StorageFailure) -> [UInt8] {
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
        guard ZSTD_isError(result) == 0 else { throw .away("zstd: \(String(cString: ZSTD_getErrorName(result)))") }
        return bytes
    }

    /// The content of exactly one frame, which has to have so many bytes; never writes more.
    func expand(_ frame: some ContiguousBytes, to size: Int, _ name: String) throws(StorageFailure) -> [UInt8] {
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
        guard ZSTD_isError(result) == 0 else {
            throw .damaged(name, reason: "zstd: \(String(cString: ZSTD_getErrorName(result)))")
        }
        guard plain.count == size else {
            throw .damaged(name, reason: "it has \(plain.count) bytes, and its header claims \(size)")
        }
        return plain
    }

    /// A context of the library.
    ///
    /// One thread uses it at a time: whoever took it out of the list, and it is in no other place until it is put back.
    private final class Compressor: @unchecked Sendable {
        let context: OpaquePointer

        init() throws(StorageFailure) {
            guard let context = ZSTD_createCCtx() else { throw .away("zstd: there is no memory") }
            self.context = context
        }

        deinit { ZSTD_freeCCtx(context) }
    }

    /// A context of the library, used as a ``Compressor`` is.
    private final class Expander: @unchecked Sendable {
        let context: OpaquePointer

        init() throws(StorageFailure) {
            guard let context = ZSTD_createDCtx() else { throw .away("zstd: there is no memory") }
            self.context = context
        }

        deinit { ZSTD_freeDCtx(context) }
    }
}
