import JSON

/// The members of an order.
package struct OrderAnswer: Equatable {
    package var id = ""
    package var state = ""
    /// The source of the replay, from the order's metadata.
    package var source = ""
    /// Minor units.
    package var total: Int64 = 0
    package var lines = 0
    package var units: Int64 = 0
    /// Minor units that its payments authorised, captured ones included.
    package var authorised: Int64 = 0
    /// Minor units that its payments captured.
    package var captured: Int64 = 0
    /// Minor units that were refunded.
    package var refunded: Int64 = 0

    /// The member of an order's metadata with the replay's source.
    package static let sourceMember = "replay"

    /// An order with these sums, the other members empty.
    package init(
        total: Int64 = 0,
        units: Int64 = 0,
        authorised: Int64 = 0,
        captured: Int64 = 0,
        refunded: Int64 = 0
    ) {
        self.total = total
        self.units = units
        self.authorised = authorised
        self.captured = captured
        self.refunded = refunded
    }

    package mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            switch name {
            case "id": id = try reader.string(maxBytes: 200)
            case "payment": try readPayment(&reader)
            case "state": state = try reader.string(maxBytes: 200)
            case "total": total = try APIAnswer.amount(&reader)
            case "lines": try readLines(&reader)
            case "metadata": try readMetadata(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readLines(_ reader: inout JSONReader) throws(JSONError) {
        try reader.array { (reader: inout JSONReader, _: Int) throws(JSONError) in
            lines += 1
            units += try APIAnswer.quantity(&reader)
        }
    }

    private mutating func readPayment(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            switch name {
            case "authorised": authorised = try APIAnswer.amount(&reader)
            case "captured": captured = try APIAnswer.amount(&reader)
            case "refunded": refunded = try APIAnswer.amount(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws(JSONError) {
        if try reader.isNull() { return }
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            if name == Self.sourceMember {
                source = try reader.string(maxBytes: 10_000)
            } else {
                try reader.skip()
            }
        }
    }
}
