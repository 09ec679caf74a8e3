import JSON

/// The members of a return, a credit or an adjustment.
package struct CreditAnswer: Equatable {
    package var id = ""
    package var order = ""
    package var kind = ""
    package var reference = ""
    /// Minor units: `amount` of a credit, `credit` of a return.
    package var amount: Int64 = 0
    package var units: Int64 = 0

    /// An empty credit, to be filled by the reader.
    package init() {}

    package mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            switch name {
            case "id": id = try reader.string(maxBytes: 200)
            case "order": order = try APIAnswer.text(&reader)
            case "kind": kind = try APIAnswer.text(&reader)
            case "reference": reference = try APIAnswer.text(&reader)
            case "amount", "credit": amount = try APIAnswer.amount(&reader)
            case "lines": try readLines(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readLines(_ reader: inout JSONReader) throws(JSONError) {
        try reader.array { (reader: inout JSONReader, _: Int) throws(JSONError) in
            units += try APIAnswer.quantity(&reader)
        }
    }
}
