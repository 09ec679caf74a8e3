/// The members of a checkout's answer that the load generator reads.
package enum PlacedOrder {
    /// The first JSON string in the body that begins with `ord_`.
    package static func id(in body: [UInt8]) -> String? {
        let mark = Array(#""ord_"#.utf8)
        guard body.count > mark.count else { return nil }
        for start in 0..<(body.count - mark.count) where body[start..<(start + mark.count)].elementsEqual(mark) {
            let value = body[(start + 1)...].prefix { $0 != UInt8(ascii: "\"") }
            return String(decoding: value, as: UTF8.self)
        }
        return nil
    }
}
