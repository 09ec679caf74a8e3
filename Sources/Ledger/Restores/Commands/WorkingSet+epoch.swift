import Trading

extension WorkingSet {
    /// A payment as it is to be seen in this epoch: after a restore, what was open may have been done in the lost future.
    func inThisEpoch(_ row: PaymentRow) -> PaymentRow {
        guard row.payment.epoch < epoch, let restore = lastRestore else { return row }
        var payment = row.payment
        payment.enter(restore.epoch, restoredTo: restore.restoredTo)
        return PaymentRow(payment, due: row.due, epoch: row.epoch)
    }
}
