// Continues after a value that does not match. The grammar is correct there, so the value can be skipped and the next one read;
// arrays and objects opened within it are closed by returning to its beginning.

extension JSONReader {
    /// The most errors that are collected; the next one ends the reading.
    static let maxFaults = 20

    /// The beginning of a value, and the frames that were open then.
    struct Mark {
        let position: Int
        let frame: Frame
        let depth: Int
        let names: Int
        let manyNames: Int
    }

    /// The current position, before a value.
    var mark: Mark {
        Mark(position: position, frame: frame, depth: outer.count, names: names.count, manyNames: manyNames.count)
    }

    /// Records the error of the value at `mark` and skips the value; throws where errors are not collected, or the text cannot be
    /// read further.
    mutating func recover(from error: JSONError, to mark: Mark) throws(JSONError) {
        guard collectsFaults, error.leavesTextReadable, faults.count < Self.maxFaults else { throw error }
        faults = faults.adding(error)
        position = mark.position
        outer.removeLast(outer.count - mark.depth)
        names.removeLast(names.count - mark.names)
        manyNames.removeLast(manyNames.count - mark.manyNames)
        frame = mark.frame
        try skip()
    }
}

extension [JSONError] {
    /// The errors and one more, unless that reports a missing member whose value is already reported as wrong.
    public func adding(_ error: JSONError) -> [JSONError] {
        let inside = error.pointer + "/"
        return contains { $0.pointer == error.pointer || $0.pointer.hasPrefix(inside) } ? self : self + [error]
    }
}

extension JSONError {
    /// Whether the value is valid JSON, so that the text after it can be read.
    fileprivate var leavesTextReadable: Bool {
        switch code {
        case .wrongType, .outOfRange, .unknownMember, .missingMember, .invalidValue, .tooLong: true
        case .syntax, .truncated, .trailingData, .invalidUTF8, .duplicateMember, .tooDeep, .tooMany: false
        }
    }
}
