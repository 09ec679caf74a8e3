import Client
import ForeignFiles
import JSON

/// The bodies of a replay's requests, each a pure function of the plan and of ids from the server.
struct ReplayBodies: Sendable {
    let plan: ReplayPlan
    let names: ReplayNames
    let currency: String
    let payments: ReplayPayments

    /// Some products as newline-delimited JSON.
    func products(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        for product in plan.products[range] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("sku", product.sku)
            writer.member("name", product.name)
            writer.key("prices")
            writer.beginArray()
            money(product.price, &writer)
            writer.endArray()
            writer.endObject()
            bytes += writer.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    func stock(delta: Int64, kind: String, reason: String) -> [UInt8] {
        object { writer in
            writer.member("delta", delta)
            writer.member("kind", kind)
            writer.member("reason", SourceText.clip(reason, to: RetailBounds.textMax))
        }
    }

    func movement(_ movement: PlannedMovement) -> [UInt8] {
        let row = plan.table.rows[movement.row]
        let words = plan.table.descriptions[Int(row.description)]
        let isReceipt = movement.delta > 0
        let reason = words.isEmpty ? (isReceipt ? "zero-price receipt" : "write-off") : words
        return stock(delta: movement.delta, kind: isReceipt ? "received" : "writtenOff", reason: reason)
    }

    func customer(_ id: String) -> [UInt8] {
        object { writer in
            writer.member("email", names.email(id))
            writer.member("reference", SourceText.clip(id, to: RetailBounds.referenceMax))
        }
    }

    /// Customer ids come from the server; nil for a sale without a customer.
    func order(_ order: PlannedOrder, customer: String?) -> [UInt8] {
        object { writer in
            writer.key("lines")
            writer.beginArray()
            for line in plan.lines[order.lines] { orderLine(line, &writer) }
            writer.endArray()
            writer.member("currency", currency)
            if let customer { writer.member("customer", customer) }
            if payments == .sandbox { payment(&writer) }
            writer.key("shipTo")
            writer.beginObject()
            let country = plan.table.countries[Int(order.country)]
            writer.member("countryName", SourceText.clip(country, to: RetailBounds.textMax))
            writer.endObject()
            writer.key("expectedTotal")
            money(order.total, &writer)
            let invoice = plan.table.invoices[Int(order.invoice)]
            writer.member("reference", SourceText.clip(invoice, to: RetailBounds.referenceMax))
            writer.key("metadata")
            writer.beginObject()
            writer.key(OrderAnswer.sourceMember)
            writer.string(names.digest)
            writer.endObject()
        }
    }

    func giveBack(_ planned: PlannedReturn) -> [UInt8] {
        object { writer in
            writer.key("lines")
            writer.beginArray()
            for line in planned.lines {
                writer.beginObject()
                writer.member("line", Int64(line.line))
                writer.member("quantity", line.quantity)
                writer.member("disposition", "restock")
                writer.endObject()
            }
            writer.endArray()
            writer.member("reason", reason("cancelled by", invoice: planned.invoice))
        }
    }

    func credit(_ planned: PlannedCredit, customer: String?) -> [UInt8] {
        let row = plan.table.rows[planned.row]
        let invoice = plan.table.invoices[Int(row.invoice)]
        let words = plan.table.descriptions[Int(row.description)]
        return object { writer in
            writer.key("amount")
            money(planned.amount, &writer)
            switch planned.kind {
            case .credit:
                writer.member("kind", "credit")
                let goods = "\(planned.units) of \(plan.table.codes[Int(row.code)]) \(words)"
                writer.member("reason", reason("\(goods): cancelled by", invoice: row.invoice))
            case .adjustment:
                writer.member("kind", "adjustment")
                writer.member("reason", reason(words.isEmpty ? "adjustment" : words, invoice: row.invoice))
            }
            if let customer { writer.member("customer", customer) }
            writer.member("reference", names.reference(invoice, line: row.line))
        }
    }

    /// One parcel with all of an order.
    func parcel() -> [UInt8] {
        object { $0.member("carrier", "sandbox") }
    }

    private func payment(_ writer: inout JSONWriter) {
        writer.key("payment")
        writer.beginObject()
        writer.member("method", "card")
        writer.member("token", "tok_replay")
        writer.endObject()
    }

    private func orderLine(_ line: PlannedLine, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("sku", plan.table.codes[Int(line.code)])
        writer.member("quantity", line.quantity)
        writer.key("unitPrice")
        money(line.price, &writer)
        writer.endObject()
    }

    private func reason(_ words: String, invoice: Int32) -> String {
        let name = SourceText.clip(plan.table.invoices[Int(invoice)], to: 60)
        return SourceText.clip(words, to: RetailBounds.textMax - 61) + " " + name
    }

    private func object(_ fill: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        fill(&writer)
        writer.endObject()
        return writer.bytes
    }

    private func money(_ amount: Int64, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("amount", amount)
        writer.member("currency", currency)
        writer.endObject()
    }
}
