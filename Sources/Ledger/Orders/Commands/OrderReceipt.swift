import JSON
import Trading

/// The receipt of an answer about an order: its id, and its progress.
struct OrderReceipt: ListedDocument {
    private(set) var id: ID<Order>
    private(set) var progress: OrderProgress

    init(_ order: Order) {
        id = order.id
        progress = order.progress
    }

    package static var blank: OrderReceipt { OrderReceipt(.blank) }

    mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id)
        try visit.member("version", &progress.version)
        try visit.member("state", &progress.state)
        try visit.member("payment", progress.paymentState) {
            progress.paymentState = $0
            progress.payments.setback = $0.setback
        }
        try progress.payments.receipt(&visit)
        try visit.member("reservedUntil", &progress.reservedUntil)
        try visit.member("updatedAt", &progress.updatedAt)
        try visit.member("history", &progress.historyCount)
        try visit.member("fulfilled", &progress.fulfilled)
        try visit.member("returned", &progress.returned)
        try visit.unlessBlank("cancelled", &progress.cancelled)
        try visit.unlessBlank("shippedFrom", &progress.shippedFrom)
        try visit.unlessBlank("released", &progress.released)
    }

    /// The original answer; nil where the order does not exist or differs.
    func answer(_ set: WorkingSet) -> AnsweredOrder? {
        guard let order = set.orders.get(id)?.order,
            [0, order.lines.count].contains(progress.fulfilled.count),
            [0, order.lines.count].contains(progress.returned.count),
            [0, order.lines.count].contains(progress.shippedFrom.count),
            [0, order.lines.count].contains(progress.cancelled.count),
            [0, order.lines.count].contains(progress.released.count)
        else { return nil }
        return AnsweredOrder(OrderRow(order.at(progress)))
    }
}

extension OrderPayments {
    /// What is there, in a receipt.
    fileprivate mutating func receipt(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.unlessBlank("credited", &credited)
        try visit.unlessBlank("attempts", &attempts)
        try visit.member("provider", &provider)
        try visit.unlessBlank("authorised", &authorised)
        try visit.unlessBlank("captured", &captured)
        try visit.unlessBlank("refunded", &refunded)
        try visit.unlessBlank("disputed", &disputed)
    }
}
