import CZlib

/// Compresses bytes as gzip (RFC 1952).
enum Gzip {
    /// The fastest level: each answer is compressed anew.
    private static let level: Int32 = 1

    /// The compressed bytes; nil where memory cannot be allocated.
    ///
    /// Cost: a quarter of a megabyte of memory meanwhile, and one pass.
    static func pack(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard tradewind_gzip_init(&stream, level) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let room = Int(deflateBound(&stream, UInt(bytes.count)))
        var input = bytes
        var isWhole = false
        let packed = [UInt8](unsafeUninitializedCapacity: room) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(room)
                isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = room - Int(stream.avail_out)
        }
        return isWhole ? packed : nil
    }
}
