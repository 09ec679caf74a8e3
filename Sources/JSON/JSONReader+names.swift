// Duplicate names are refused, because two readers of one text could otherwise see two different orders. Few names are compared
// with each other in place; from `linearNames` on they go into a set, so that an object of any size costs time in proportion.

extension JSONReader {
    /// How many names are compared one by one.
    static let linearNames = 16

    /// Remembers a name of the innermost object, and refuses it when it was there before.
    mutating func note(_ name: Name) throws(JSONError) {
        let isNew = names.count - frame.firstName < Self.linearNames ? noteFew(name) : noteMany(name)
        guard isNew else {
            throw error(.duplicateMember, "this member stands twice", at: max(0, name.start - 1))
        }
    }

    /// Whether a name is new to an object that has few.
    private mutating func noteFew(_ name: Name) -> Bool {
        for index in frame.firstName..<names.count where isSame(names[index], name) { return false }
        names.append(name)
        return true
    }

    /// Whether a name is new to an object that has many, which are kept as their bytes.
    private mutating func noteMany(_ name: Name) -> Bool {
        if !frame.hasManyNames {
            frame.hasManyNames = true
            manyNames.append(Set(names[frame.firstName...].map { content($0) }))
        }
        return manyNames[manyNames.count - 1].insert(content(name)).inserted
    }

    /// Whether two names are the same characters.
    private func isSame(_ lhs: Name, _ rhs: Name) -> Bool {
        if !lhs.isPlain || !rhs.isPlain { return content(lhs) == content(rhs) }
        guard lhs.end - lhs.start == rhs.end - rhs.start else { return false }
        var (left, right) = (lhs.start, rhs.start)
        while left < lhs.end {
            if bytes[left] != bytes[right] { return false }
            left += 1
            right += 1
        }
        return true
    }
}
