extension ClosedRange {
    /// The value, which must lie within the bounds.
    ///
    /// Input from outside is checked where it is read, so a value out of bounds here is a fault of ours (`precondition`).
    public func holding(_ value: Bound, _ name: StaticString) -> Bound {
        precondition(contains(value), "\(name) is \(value), which is not within \(self)")
        return value
    }
}
