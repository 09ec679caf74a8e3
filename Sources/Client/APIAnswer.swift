// The members of the API's answers that a replay and an import need. All others are skipped, so that new members do not break a
// client.

import JSON

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
