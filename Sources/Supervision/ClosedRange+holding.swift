extension ClosedRange {
    /// The value, which lies within the bounds.
    ///
    /// What comes from outside is checked where it is read, so a value out of bounds is a fault of ours.
    func holding(_ value: Bound, _ name: StaticString) -> Bound {
        precondition(contains(value), "\(name) is \(value), which is not within \(self)")
        return value
    }
}
