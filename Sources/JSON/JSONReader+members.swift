// Objects whose members are listed: the list is walked while the members come, each by its name, and walked again as long as there are
// members left. Members that stand in the order of the list, as in all that we wrote ourselves, cost one comparison each; any other
// order is read as well.

extension JSONReader {
    /// Reads an object by a list of its members; what the list does not name is passed.
    ///
    /// - Parameter list: calls ``take(_:isRequired:)`` for each member, always in the same order, and if that says so reads the value
    ///   and calls ``pass()``. At most 64 members.
    public mutating func members(_ list: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        try expect(.object)
        let start = position
        try open(isArray: false)
        try pass()
        repeat {
            let place = position
            frame.listed = 0
            try list(&self)
            if frame.isInside, position == place {
                try skip()
                try pass()
            }
        } while frame.isInside
        valueStart = start
        if frame.required & ~frame.taken != 0 {
            frame.isOver = true
            frame.listed = 0
            try list(&self)
        }
        close()
        valueStart = start
    }

    /// Whether the member that comes next has this name, so that its value is to be read.
    public mutating func take(_ name: StaticString, isRequired: Bool) throws(JSONError) -> Bool {
        let bit: UInt64 = 1 << UInt64(frame.listed)
        frame.listed += 1
        if isRequired { frame.required |= bit }
        guard frame.isInside, isNext(name) else {
            if frame.isOver, frame.required & ~frame.taken & bit != 0 { throw missing("\(name)") }
            return false
        }
        frame.taken |= bit
        return true
    }

    /// Goes on to the next member, the value of the last having been read.
    public mutating func pass() throws(JSONError) {
        frame.isInside = try advance()
    }

    private func isNext(_ name: StaticString) -> Bool {
        let next = frame.name
        guard next.isPlain else {
            return content(next).elementsEqual(
                UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            )
        }
        guard next.end - next.start == name.utf8CodeUnitCount else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<name.utf8CodeUnitCount where bytes[next.start + index] != name.utf8Start[index] {
                return false
            }
            return true
        }
    }
}
