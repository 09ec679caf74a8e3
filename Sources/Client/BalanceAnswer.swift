import JSON

/// The members of an account's balance.
package struct BalanceAnswer: Equatable {
    /// Minor units: debits are positive, credits negative.
    package var amount: Int64 = 0
    package var currency = ""

    /// An empty balance, to be filled by the reader.
    package init() {}

    package mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            guard name == "balance" else { return try reader.skip() }
            try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
                switch name {
                case "amount": amount = try reader.int64(in: Int64.min...Int64.max)
                case "currency": currency = try reader.string(maxBytes: 200)
                default: try reader.skip()
                }
            }
        }
    }
}
