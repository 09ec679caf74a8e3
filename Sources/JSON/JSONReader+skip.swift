extension JSONReader {
    /// Skips any value, checked as strictly as one that is read: grammar, UTF-8, duplicates and limits.
    ///
    /// Does not recurse, so no text can exhaust the stack.
    public mutating func skip() throws(JSONError) {
        let depth = outer.count
        var start = position
        repeat {
            let kind = try peek()
            if outer.count == depth { start = position }
            try enter(kind)
            while outer.count > depth {
                if try advance() { break }
                close()
            }
        } while outer.count > depth
        valueStart = start
    }

    /// Skips any value as `skip()` does, and returns its exact bytes without the white space around it.
    public mutating func rawValue() throws(JSONError) -> [UInt8] {
        try skip()
        return Array(bytes[valueStart..<position])
    }

    /// Skips a scalar value, or the opening bracket of an array or object.
    private mutating func enter(_ kind: JSONKind) throws(JSONError) {
        switch kind {
        case .object: try open(isArray: false)
        case .array: try open(isArray: true)
        case .string: _ = try scanString(maxBytes: limits.maxStringBytes)
        case .number: try scanNumber()
        case .bool: try literal(bytes[position] == UInt8(ascii: "t") ? "true" : "false")
        case .null: try literal("null")
        }
    }
}
