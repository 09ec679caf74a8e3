// Requests are rendered once. The parts that change between requests (SKUs, the sequence number in the idempotency key) have a
// fixed width and are overwritten in place, so that a request costs a few stores and one `send`.

/// The bytes of a request, and the positions of the changing parts.
struct RequestTemplate {
    /// A piece of a request.
    enum Piece {
        /// Constant text.
        case text(String)
        /// The number of a generated SKU, with its zeros.
        case skuNumber
        /// The sequence number, of `RequestTemplate.sequenceWidth` digits.
        case sequence
    }

    /// Digits of a sequence number.
    static let sequenceWidth = 12

    /// The whole request.
    private(set) var bytes: [UInt8] = []
    private var skuPlaces: [Int] = []
    private var sequencePlaces: [Int] = []
    private let skuWidth: Int

    /// Renders the head and, if there is one, the body with its length and type.
    init(skuWidth: Int, head: [Piece], body: [Piece] = [], contentType: String = "application/json") {
        self.skuWidth = skuWidth
        for piece in head { append(piece) }
        if !body.isEmpty {
            var rendered = RequestTemplate(skuWidth: skuWidth, head: [])
            rendered.bytes.removeAll()
            for piece in body { rendered.append(piece) }
            append(.text("Content-Type: \(contentType)\r\nContent-Length: \(rendered.bytes.count)\r\n\r\n"))
            for piece in body { append(piece) }
        } else {
            append(.text("\r\n"))
        }
    }

    private mutating func append(_ piece: Piece) {
        switch piece {
        case .text(let text): bytes.append(contentsOf: text.utf8)
        case .skuNumber:
            skuPlaces.append(bytes.count)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: skuWidth))
        case .sequence:
            sequencePlaces.append(bytes.count)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Self.sequenceWidth))
        }
    }

    /// The number of SKUs in it.
    var skuCount: Int { skuPlaces.count }

    /// Writes a generated SKU's number over place `place`, counted from 0.
    mutating func setSKU(_ number: Int, at place: Int) {
        write(number, width: skuWidth, at: skuPlaces[place])
    }

    /// Writes the sequence number.
    mutating func setSequence(_ number: Int) {
        for place in sequencePlaces { write(number, width: Self.sequenceWidth, at: place) }
    }

    private mutating func write(_ number: Int, width: Int, at place: Int) {
        var rest = number
        var index = place + width
        while index > place {
            index -= 1
            bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
