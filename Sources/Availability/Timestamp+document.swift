extension Timestamp: Codable {
    /// Encoded as RFC 3339 text, with milliseconds where there are any.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(briefText)
    }

    /// Decoded from its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is not a time")
        }
        self = time
    }
}
