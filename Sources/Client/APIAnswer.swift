// The members of the API's answers that a replay and an import need. All others are skipped, so that new members do not break a
// client.

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

/// The members of a bulk import's answer.
package struct ImportAnswer: Equatable {
    package struct Rejection: Equatable {
        package var line = 0
        package var detail = ""
        package var pointer = ""
    }
    package var created = 0
    package var updated = 0
    package var unchanged = 0
    package var rejected: [Rejection] = []

    /// An empty answer, to be filled by the reader.
    package init() {}

    package mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            switch name {
            case "created": created = try reader.int(in: 0...Int.max)
            case "updated": updated = try reader.int(in: 0...Int.max)
            case "unchanged": unchanged = try reader.int(in: 0...Int.max)
            case "rejected": try readRejections(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readRejections(_ reader: inout JSONReader) throws(JSONError) {
        try reader.array { (reader: inout JSONReader, _: Int) throws(JSONError) in
            var rejection = Rejection()
            try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
                switch name {
                case "line": rejection.line = try reader.int(in: 0...Int.max)
                case "detail": rejection.detail = try APIAnswer.text(&reader)
                case "pointer": rejection.pointer = try APIAnswer.text(&reader)
                default: try reader.skip()
                }
            }
            rejected.append(rejection)
        }
    }
}

/// Reading of answers.
package enum APIAnswer {
    /// Reads a whole body; a body of another shape is ``ClientError/unreadable(_:)``.
    package static func read<Value>(
        _ body: [UInt8],
        into value: Value,
        _ fill: (inout Value, inout JSONReader) throws(JSONError) -> Void
    ) throws(ClientError) -> Value {
        var value = value
        do throws(JSONError) {
            var reader = JSONReader(body)
            try fill(&value, &reader)
            try reader.finish()
            return value
        } catch {
            throw .unreadable("\(error)")
        }
    }

    /// Reads one member of an object, a number.
    package static func number(_ name: String, of body: [UInt8]) throws(ClientError) -> Int64 {
        let found = try read(body, into: Int64?.none) { (found, reader) throws(JSONError) in
            try reader.object { (reader: inout JSONReader, member: String) throws(JSONError) in
                if member == name {
                    found = try reader.int64(in: Int64.min...Int64.max)
                } else {
                    try reader.skip()
                }
            }
        }
        guard let found else { throw .unreadable("there is no \(name)") }
        return found
    }

    /// Reads one member of an object, true or false.
    package static func flag(_ name: String, of body: [UInt8]) throws(ClientError) -> Bool {
        let found = try read(body, into: Bool?.none) { (found, reader) throws(JSONError) in
            try reader.object { (reader: inout JSONReader, member: String) throws(JSONError) in
                if member == name {
                    found = try reader.bool()
                } else {
                    try reader.skip()
                }
            }
        }
        guard let found else { throw .unreadable("there is no \(name)") }
        return found
    }

    /// Reads one member of an object, text; nil when it is absent or null.
    package static func string(_ name: String, of body: [UInt8]) throws(ClientError) -> String? {
        try read(body, into: String?.none) { (found, reader) throws(JSONError) in
            try reader.object { (reader: inout JSONReader, member: String) throws(JSONError) in
                if member == name {
                    found = try text(&reader)
                } else {
                    try reader.skip()
                }
            }
        }
    }

    /// Reads one page of a list and returns the cursor of the next, nil at the end.
    package static func page(
        _ body: [UInt8],
        _ item: (inout JSONReader) throws(JSONError) -> Void
    ) throws(ClientError) -> String? {
        let next = try read(body, into: "") { (next, reader) throws(JSONError) in
            try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
                switch name {
                case "items":
                    try reader.array { (reader: inout JSONReader, _: Int) throws(JSONError) in try item(&reader) }
                case "next": next = try text(&reader)
                default: try reader.skip()
                }
            }
        }
        return next.isEmpty ? nil : next
    }

    /// Text, or nothing for null.
    package static func text(_ reader: inout JSONReader) throws(JSONError) -> String {
        try reader.isNull() ? "" : try reader.string(maxBytes: 10_000)
    }

    /// Minor units of a money object.
    package static func amount(_ reader: inout JSONReader) throws(JSONError) -> Int64 {
        var amount: Int64 = 0
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            if name == "amount" {
                amount = try reader.int64(in: Int64.min...Int64.max)
            } else {
                try reader.skip()
            }
        }
        return amount
    }

    /// The quantity of a line.
    package static func quantity(_ reader: inout JSONReader) throws(JSONError) -> Int64 {
        var quantity: Int64 = 0
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            if name == "quantity" {
                quantity = try reader.int64(in: Int64.min...Int64.max)
            } else {
                try reader.skip()
            }
        }
        return quantity
    }
}
