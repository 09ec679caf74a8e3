import JSON

/// The members of a shipment.
package struct ParcelAnswer: Equatable {
    package var id = ""
    package var order = ""
    package var state = ""
    package var units: Int64 = 0

    /// An empty parcel, to be filled by the reader.
    package init() {}

    package mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            switch name {
            case "id": id = try reader.string(maxBytes: 200)
            case "order": order = try reader.string(maxBytes: 200)
            case "state": state = try reader.string(maxBytes: 200)
            case "lines":
                try reader.array { (reader: inout JSONReader, _: Int) throws(JSONError) in
                    units += try APIAnswer.quantity(&reader)
                }
            default: try reader.skip()
            }
        }
    }

    /// Whether its carrier has it, or had it.
    package var hasLeft: Bool { !["packed", "booked", "cancelled"].contains(state) }

    /// Whether its state is final.
    package var isSettled: Bool { ["delivered", "returned", "lost", "cancelled"].contains(state) }
}
