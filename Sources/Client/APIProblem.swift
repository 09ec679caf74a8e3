import JSON

/// A refusal in the API's words (RFC 9457), or the known parts of an answer that is not one.
package struct APIProblem: Error, Sendable, CustomStringConvertible {
    /// One field with a mistake.
    package struct Field: Sendable {
        /// JSON pointer to the field.
        package var pointer = ""
        /// What is wrong with it.
        package var detail = ""
    }

    /// The status.
    package var status: Int
    /// The stable code; empty when the answer has none.
    package var code = ""
    /// Short name of the problem.
    package var title = ""
    /// What happened here.
    package var detail = ""
    /// The id to quote when asking about it.
    package var requestId = ""
    /// The fields with mistakes.
    package var fields: [Field] = []

    /// Reads an answer's body; a body that is not a problem document leaves all but the status empty.
    package init(status: Int, body: [UInt8]) {
        self.status = status
        var read = self
        do throws(JSONError) {
            try read.fill(body)
            self = read
        } catch {
            // A proxy's page or an incomplete body: only the status is known.
            return
        }
    }

    /// The problem on one line.
    package var description: String {
        var text = code.isEmpty ? "\(status)" : "\(status) \(code)"
        let words = detail.isEmpty ? title : detail
        if !words.isEmpty { text += ": \(words)" }
        let listed = fields.prefix(3).map { $0.pointer.isEmpty ? $0.detail : "\($0.pointer) \($0.detail)" }
        if !listed.isEmpty { text += " (\(listed.joined(separator: "; ")))" }
        return text
    }

    private mutating func fill(_ body: [UInt8]) throws(JSONError) {
        var reader = JSONReader(body)
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            switch name {
            case "code": code = try reader.string(maxBytes: 200)
            case "title": title = try reader.string(maxBytes: 1000)
            case "detail": detail = try reader.string(maxBytes: 10_000)
            case "requestId": requestId = try reader.string(maxBytes: 1000)
            case "errors": try readFields(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readFields(_ reader: inout JSONReader) throws(JSONError) {
        try reader.array { (reader: inout JSONReader, _: Int) throws(JSONError) in
            var field = Field()
            try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
                switch name {
                case "pointer": field.pointer = try reader.string(maxBytes: 1000)
                case "detail": field.detail = try reader.string(maxBytes: 10_000)
                default: try reader.skip()
                }
            }
            fields.append(field)
        }
    }
}
