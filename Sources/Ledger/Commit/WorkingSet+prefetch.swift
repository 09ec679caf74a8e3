import Trading

// What several commands name beforehand, because they look at the same things.
extension WorkingSet {
    /// Products and their stock at every location.
    func wantOffers(_ skus: some Sequence<SKU>) {
        let codes = allLocations.map(\.code)
        for sku in skus {
            products.want(sku)
            for code in codes { stock.want(StockRow.Key(sku, code)) }
        }
    }

    /// What belongs to an order that is loaded: its payment, its parcels, and the stock that it holds.
    func wantParts(of id: ID<Order>) {
        guard let order = orders.get(id)?.order else { return }
        if let payment = order.currentPayment { payments.want(payment) }
        handling.want(id)
        for line in order.lines {
            for part in line.allocations { stock.want(StockRow.Key(line.sku, part.location)) }
        }
    }

    /// The order of a payment that is loaded.
    func wantOrder(of id: ID<Payment>) {
        if let payment = payments.get(id)?.payment { orders.want(payment.order) }
    }

    /// The order of a parcel that is loaded, and what else is done with that order's goods.
    func wantOrder(of id: ID<Shipment>) {
        guard let shipment = shipments.get(id)?.shipment else { return }
        orders.want(shipment.order)
        handling.want(shipment.order)
    }
}
