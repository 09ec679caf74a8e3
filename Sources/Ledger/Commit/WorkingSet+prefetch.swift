import Trading

// Rows that several commands name beforehand.
extension WorkingSet {
    /// Products and their stock at every location.
    func wantOffers(_ skus: some Sequence<SKU>) {
        let codes = allLocations.map(\.code)
        for sku in skus {
            products.want(sku)
            for code in codes { stock.want(StockRow.Key(sku, code)) }
        }
    }

    /// The rows of a loaded order: its payment, its parcels, and its stock.
    func wantParts(of id: ID<Order>) {
        guard let order = orders.get(id)?.order else { return }
        if let payment = order.currentPayment { payments.want(payment) }
        handling.want(id)
        for line in order.lines {
            for part in line.allocations { stock.want(StockRow.Key(line.sku, part.location)) }
        }
    }

    /// The order of a loaded payment.
    func wantOrder(of id: ID<Payment>) {
        if let payment = payments.get(id)?.payment { orders.want(payment.order) }
    }

    /// The order of a loaded parcel, and that order's shipments and returns.
    func wantOrder(of id: ID<Shipment>) {
        guard let shipment = shipments.get(id)?.shipment else { return }
        orders.want(shipment.order)
        handling.want(shipment.order)
    }
}
