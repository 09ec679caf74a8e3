import JSON

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
