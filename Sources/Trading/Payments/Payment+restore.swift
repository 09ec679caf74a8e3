// After a restore the provider may have done more than the payment says: each of its open operations may have been sent in the
// lost future. Such an operation is the same there and here, so it keeps its key, and is sent again or looked up like any other whose
// answer was lost. What is asked from now on carries the epoch in its key.

extension Payment {
    /// Continues in the epoch of a restore; no effect where it is in that epoch already.
    ///
    /// - Parameter moment: the moment to which the shop was restored: from then on an operation may have been sent.
    public mutating func enter(_ epoch: Int64, restoredTo moment: Timestamp) {
        guard epoch > self.epoch else { return }
        self.epoch = epoch
        guard provider != nil else { return }
        for index in operations.indices where operations[index].isOpen {
            operations[index].unresolved = max(1, operations[index].unresolved)
            operations[index].firstTriedAt = min(operations[index].firstTriedAt ?? moment, moment)
        }
    }
}
