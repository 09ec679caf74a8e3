import JSON

/// The rules as JSON: `{"latency": {"probability": 0.2, "shape": "tail", "milliseconds": 100}, "decline": 0.1}`.
enum FaultDocument {
    /// Reads rules.
    ///
    /// - Throws: an error for malformed JSON, and for a kind that this sandbox does not support.
    static func read(_ json: inout JSONReader, known: Set<FaultKind>) throws(JSONError) -> [FaultKind: FaultRule] {
        var rules: [FaultKind: FaultRule] = [:]
        try json.object { json, name throws(JSONError) in
            guard let kind = FaultKind(rawValue: name), known.contains(kind) else { throw json.unknown(name) }
            rules[kind] = try rule(&json, kind)
        }
        return rules
    }

    /// Writes rules, in the order of the kinds.
    static func write(_ rules: [FaultKind: FaultRule], to json: inout JSONWriter) {
        json.object { json in
            for kind in FaultKind.allCases {
                guard let rule = rules[kind] else { continue }
                json.key(kind.rawValue)
                json.object { json in
                    json.key("probability")
                    json.double(rule.probability)
                    json.member("shape", rule.shape.rawValue)
                    json.member("milliseconds", rule.milliseconds)
                }
            }
        }
    }

    private static func rule(_ json: inout JSONReader, _ kind: FaultKind) throws(JSONError) -> FaultRule {
        if try json.peek() == .number { return FaultRule(kind, probability: try probability(&json)) }
        var share: Double?
        var shape: FaultRule.Shape?
        var milliseconds: Int?
        try json.object { json, name throws(JSONError) in
            switch name {
            case "probability": share = try probability(&json)
            case "shape":
                guard let known = FaultRule.Shape(rawValue: try json.string(maxBytes: 20)) else {
                    throw json.failure(.invalidValue, "fixed, uniform or tail")
                }
                shape = known
            case "milliseconds": milliseconds = try json.int(in: 0...FaultRule.millisecondsMax)
            default: throw json.unknown(name)
            }
        }
        guard let share else { throw json.missing("probability") }
        return FaultRule(kind, probability: share, shape: shape, milliseconds: milliseconds)
    }

    private static func probability(_ json: inout JSONReader) throws(JSONError) -> Double {
        let text = String(decoding: try json.rawValue(), as: UTF8.self)
        guard let number = Double(text), (0...1).contains(number) else {
            throw json.failure(.outOfRange, "a number from 0 to 1")
        }
        return number
    }
}
