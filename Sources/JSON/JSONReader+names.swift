// Duplicate names are refused, because two readers of one text could otherwise see two different orders. Up to `linearNames`
// names are compared one by one; more of them go into a set, so that the cost stays linear in the size of the object.

extension JSONReader {
    /// The number of names that are compared one by one.
    static let linearNames = 16

    /// Records a name of the innermost object, and refuses a duplicate.
    mutating func note(_ name: Name) throws(JSONError) {
        let isNew = names.count - frame.firstName < Self.linearNames ? noteFew(name) : noteMany(name)
        guard isNew else {
            throw error(.duplicateMember, "this member stands twice", at: max(0, name.start - 1))
        }
    }

    /// Whether a name is new to an object with few names.
    private mutating func noteFew(_ name: Name) -> Bool {
        for index in frame.firstName..<names.count where isSame(names[index], name) { return false }
        names.append(name)
        return true
    }

    /// Whether a name is new to an object with many names, which are stored as bytes.
    private mutating func noteMany(_ name: Name) -> Bool {
        if !frame.hasManyNames {
            frame.hasManyNames = true
            manyNames.append(Set(names[frame.firstName...].map { content($0) }))
        }
        return manyNames[manyNames.count - 1].insert(content(name)).inserted
    }

    /// Whether two names are equal.
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
