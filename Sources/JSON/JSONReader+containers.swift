extension JSONReader {
    /// Reads an object, calling `member` with each name while its value comes next.
    ///
    /// `member` must consume that value exactly once; while it runs the current pointer ends with the name. A duplicate name is
    /// refused, even if it is escaped differently or, in the normal form, composed differently.
    public mutating func object(
        _ member: (inout JSONReader, String) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(.object)
        let start = position
        try open(isArray: false)
        while try advance() {
            let mark = mark
            do throws(JSONError) {
                try member(&self, decoded(frame.name))
                try checkRead(since: mark.position)
            } catch {
                try recover(from: error, to: mark)
            }
        }
        close()
        valueStart = start
    }

    /// Reads an array, calling `element` with each index while its value comes next.
    ///
    /// `element` must consume that value exactly once; while it runs the current pointer ends with the index.
    public mutating func array(
        _ element: (inout JSONReader, Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(.array)
        let start = position
        try open(isArray: true)
        while try advance() {
            let mark = mark
            do throws(JSONError) {
                try element(&self, frame.count - 1)
                try checkRead(since: mark.position)
            } catch {
                try recover(from: error, to: mark)
            }
        }
        close()
        valueStart = start
    }

    /// Reads the opening bracket and pushes a frame.
    mutating func open(isArray: Bool) throws(JSONError) {
        guard outer.count < limits.maxDepth else {
            throw error(.tooDeep, "nested deeper than \(limits.maxDepth) levels", at: position)
        }
        outer.append(frame)
        frame = Frame(isArray: isArray, firstName: names.count)
        position += 1
    }

    /// Pops the innermost frame, whose closing bracket was read.
    mutating func close() {
        if names.count > frame.firstName { names.removeLast(names.count - frame.firstName) }
        if frame.hasManyNames { manyNames.removeLast() }
        frame = outer.removeLast()
    }

    /// Moves to the next value of the innermost array or object; false when its closing bracket was read instead.
    mutating func advance() throws(JSONError) -> Bool {
        frame.isInside = false
        let isArray = frame.isArray
        skipSpace()
        guard position < bytes.count else { throw truncated() }
        if bytes[position] == (isArray ? UInt8(ascii: "]") : UInt8(ascii: "}")) {
            position += 1
            return false
        }
        if frame.count > 0 {
            guard bytes[position] == UInt8(ascii: ",") else { throw syntax("a comma or the end is expected here") }
            position += 1
            skipSpace()
            guard position < bytes.count else { throw truncated() }
        }
        guard frame.count < limits.maxMembers else {
            let what = isArray ? "elements" : "members"
            throw error(.tooMany, "more than \(limits.maxMembers) \(what)", at: position)
        }
        if isArray {
            frame.count += 1
            frame.isInside = true
            guard bytes[position] != UInt8(ascii: "]") else { throw syntax("a value is expected here") }
        } else {
            try advanceName()
        }
        skipSpace()
        valueStart = position
        return true
    }

    /// Reads a member name and its colon.
    private mutating func advanceName() throws(JSONError) {
        guard bytes[position] == UInt8(ascii: "\"") else { throw syntax("a member name is expected here") }
        let name = try scanString(maxBytes: limits.maxStringBytes)
        frame.count += 1
        frame.name = name
        frame.isInside = true
        try checkCharacters(of: name)
        try note(name)
        skipSpace()
        guard position < bytes.count else { throw truncated() }
        guard bytes[position] == UInt8(ascii: ":") else { throw syntax("a colon is expected here") }
        position += 1
    }

    /// Checks that the caller has read the value that began at `start`.
    private func checkRead(since start: Int) throws(JSONError) {
        if position == start {
            // A fault of the caller; refusing the text keeps the process alive for other requests.
            assertionFailure("the value at \(pointer) was not read")
            throw failure(.invalidValue, "this value was not read")
        }
    }
}
