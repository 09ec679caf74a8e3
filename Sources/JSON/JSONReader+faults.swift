// Going on after a value that does not fit. The grammar was never in doubt there, so the value can be passed and the next one read; what
// was open inside of it is closed by going back to where it began.

extension JSONReader {
    /// The most faults that are noted; the next one ends the reading.
    static let maxFaults = 20

    /// Where a value begins, and what was open then.
    struct Mark {
        let position: Int
        let frame: Frame
        let depth: Int
        let names: Int
        let manyNames: Int
    }

    /// The place where the reader is, in front of a value.
    var mark: Mark {
        Mark(position: position, frame: frame, depth: outer.count, names: names.count, manyNames: manyNames.count)
    }

    /// Notes what was wrong with the value at `mark` and passes it; throws where faults are not collected, or nothing can be read on.
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
    /// The errors and one more, unless it only says that something is missing that was noted to be wrong.
    public func adding(_ error: JSONError) -> [JSONError] {
        let inside = error.pointer + "/"
        return contains { $0.pointer == error.pointer || $0.pointer.hasPrefix(inside) } ? self : self + [error]
    }
}

extension JSONError {
    /// Whether the value is good JSON, so that what stands behind it can be read.
    fileprivate var leavesTextReadable: Bool {
        switch code {
        case .wrongType, .outOfRange, .unknownMember, .missingMember, .invalidValue, .tooLong: true
        case .syntax, .truncated, .trailingData, .invalidUTF8, .duplicateMember, .tooDeep, .tooMany: false
        }
    }
}
