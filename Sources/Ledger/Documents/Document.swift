// Every thing with many members is stored as one JSON document, in the very form in which the API answers it: it is serialised
// once, inside the commit, and the same bytes are the row and the answer. Its members are listed once, and the writer, the reader,
// what erasure leaves and the schema of the API follow from the list. Members are only ever added; a reader skips those that a newer
// build wrote.

import JSON
import Trading

/// A value with one JSON form, for rows, events and answers alike.
public protocol Document: Sendable {
    /// Writes it as one JSON value.
    func write(to json: inout JSONWriter)
    /// Reads it back; unknown members are skipped.
    init(from json: inout JSONReader) throws(JSONError)
    /// The customer or the order whose erasure removes its personal data; nil where it has none.
    var person: Bits128? { get }
}

extension Document {
    /// None.
    public var person: Bits128? { nil }

    /// The value without personal data.
    ///
    /// Parts without a JSON member, such as a payment's token, are lost.
    public var erased: Self {
        var writer = JSONWriter()
        writer.withholdsPersonal = true
        write(to: &writer)
        guard let value = Self(document: writer.bytes) else {
            preconditionFailure("a \(Self.self) can be read without its personal data")
        }
        return value
    }

    /// Its JSON bytes.
    public var document: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Reads a stored document; nil where the bytes are not one.
    public init?(document: [UInt8]) {
        var reader = JSONReader(document, limits: .stored)
        do {
            try self.init(from: &reader)
            try reader.finish()
        } catch {
            return nil
        }
    }
}

extension JSONLimits {
    /// Limits for our own documents.
    public static let stored = JSONLimits(maxDepth: 32, maxStringBytes: 1 << 20, maxMembers: 1 << 20)
}

extension JSONWriter {
    /// Writes an instant as RFC 3339.
    public mutating func value(_ time: Timestamp) {
        ascii(Timestamp.textLength) { time.write(to: $0) }
    }

    /// Writes an amount with its currency.
    public mutating func value(_ money: Money) {
        beginObject()
        member("amount", money.amount)
        member("currency", money.currency.code)
        endObject()
    }

    /// Writes names and texts, in the order of the names.
    public mutating func value(_ map: [String: String]) {
        beginObject()
        for (name, text) in map.sorted(by: { $0.key < $1.key }) {
            key(name)
            string(text)
        }
        endObject()
    }

    /// Writes a member that has a value.
    package mutating func member(_ name: StaticString, _ value: some JSONValue) {
        key(name)
        value.write(to: &self)
    }

    /// Writes a member, or leaves it out.
    package mutating func member(_ name: StaticString, _ value: (some JSONValue)?) {
        if let value { member(name, value) }
    }
}

extension JSONReader {
    /// Reads an instant.
    public mutating func timestamp() throws(JSONError) -> Timestamp {
        let text = try string(maxBytes: 64)
        guard let time = Timestamp(text) else {
            throw failure(.invalidValue, "not a time as in 2026-11-23T05:21:01.123Z")
        }
        return time
    }

    /// Reads a currency code.
    public mutating func currency() throws(JSONError) -> Currency {
        let text = try string(maxBytes: 16)
        guard let currency = Currency(text) else {
            throw failure(.invalidValue, "not a currency of ISO 4217 as in GBP")
        }
        return currency
    }

    /// Reads an id of a kind.
    public mutating func id<Subject>(_ subject: Subject.Type) throws(JSONError) -> ID<Subject> {
        let text = try string(maxBytes: 64)
        guard let id = ID<Subject>(text) else {
            throw failure(.invalidValue, "not an id: \(Subject.idPrefix)_ and 32 hex digits")
        }
        return id
    }

    /// Reads an amount with its currency, within bounds.
    public mutating func money(
        in range: ClosedRange<Int64> = -OrderLimits.maxAmount...OrderLimits.maxAmount
    ) throws(JSONError) -> Money {
        var amount: Int64?
        var currency: Currency?
        try object { (json, name) throws(JSONError) in
            switch name {
            case "amount": amount = try json.int64(in: range)
            case "currency": currency = try json.currency()
            default: throw json.unknown(name)
            }
        }
        guard let amount else { throw missing("amount") }
        guard let currency else { throw missing("currency") }
        return Money(amount, currency)
    }

    /// Reads stored names and texts; clients' input has narrower limits.
    public mutating func texts(maxCount: Int = 100, maxBytes: Int = 2000) throws(JSONError) -> [String: String] {
        var map: [String: String] = [:]
        try object { (json, name) throws(JSONError) in
            guard !name.isEmpty, name.utf8.count <= 400 else {
                throw json.failure(.invalidValue, "a name has 1 to 400 bytes")
            }
            map[name] = try json.string(maxBytes: maxBytes)
            guard map.count <= maxCount else { throw json.failure(.tooMany, "at most \(maxCount) members") }
        }
        return map
    }

    /// Reads a value of its type.
    package mutating func value<Value: JSONValue>(_ type: Value.Type = Value.self) throws(JSONError) -> Value {
        try Value(from: &self)
    }

    /// A required member, or the error that it is missing.
    public func required<Value>(_ value: Value?, _ name: String) throws(JSONError) -> Value {
        guard let value else { throw missing(name) }
        return value
    }
}
