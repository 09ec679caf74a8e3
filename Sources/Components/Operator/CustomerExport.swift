import Foundation
import JSON
import Ledger
import Trading

/// All data about a customer: what an erasure would remove, found by the same list of places (`PersonalRecords`).
struct CustomerExport {
    /// The total size of the labels in the answer, in bytes; for further ones the answer has only their URLs.
    private static let labelBytes = 16 << 20

    private let customer: Customer
    private let orders: [OrderRow]
    private let records: PersonalRecords

    init(_ customer: Customer, _ view: any LedgerView) throws(LedgerFailure) {
        self.customer = customer
        orders = try view.allRows(OrderRow.self, Condition("customer", .equal, .bits(customer.id.bits)))
        var records = try view.records(of: customer.id)
        for row in orders { records.add(try view.records(of: row.order)) }
        self.records = records
    }

    /// The answer.
    var bytes: [UInt8] {
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.key("customer")
            customer.write(to: &json)
            json.key("orders")
            json.array { json in for row in orders { json.raw(row.document) } }
            json.member("payments", records.payments.map(\.payment))
            json.member("returns", records.returns.map(\.value))
            json.member("credits", records.credits.map(\.credit))
            json.member("carts", records.carts.map(\.cart))
            json.member("shipments", records.shipments.map(\.shipment))
            json.key("labels")
            writeLabels(to: &json)
            json.member("storeCredits", records.storeCredits)
            json.key("entries")
            json.array { json in for row in records.entries { row.write(to: &json) } }
        }
        return json.bytes
    }

    private func writeLabels(to json: inout JSONWriter) {
        var room = Self.labelBytes
        json.array { json in
            for label in records.labels {
                json.object { json in
                    json.member("shipment", label.key)
                    json.member("href", "/v1/shipments/\(label.key)/label")
                    json.member("mediaType", label.mediaType)
                    guard label.bytes.count <= room else { return }
                    room -= label.bytes.count
                    json.member("base64", Data(label.bytes).base64EncodedString())
                }
            }
        }
    }
}
