import API
import Hummingbird
import Ledger
import Providers
import Trading

/// Webhooks of carriers: authenticated by their signature, and used only as a hint that there is news.
struct CarrierRoutes {
    let shop: Shop
    let carriers: [any Carrier]

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/carriers/{name}/webhook",
                id: "takeCarrierNotice",
                tag: "Shipments",
                "Takes a carrier's webhook; the parcel is asked for at once, and repeats change nothing",
                access: .anyone,
                parameters: [
                    Parameter("name", in: .path, Parameter.text(Bounds.word), "The carrier.")
                ],
                body: BodyKind("CarrierNotice", maxBytes: 256 << 10),
                responses: [ResponseKind(200, nil, "It was taken, now or before.")],
                handler: take
            )
        ]
    }

    private func take(_ call: Call) async throws(Problem) -> Response {
        let name = try call.path("name")
        guard let carrier = carriers.first(where: { $0.name == name }) else { throw .notFound("carrier") }
        let notice = try await call.notice { (headers, body) throws(NoticeRefusal) in
            try carrier.notice(headers: headers, body: body, now: .now)
        }
        let command = TakeCarrierNotice(
            carrier: name,
            event: notice.id,
            type: String(notice.type.unicodeScalars.prefix(Bounds.name)),
            shipment: try await shipment(of: notice, by: name)
        )
        _ = try await shop.commit(command)
        return Response(status: .ok)
    }

    /// The shipment that a notice is about, by the shop's id or by the carrier's reference.
    private func shipment(of notice: ProviderNotice, by carrier: String) async throws(Problem) -> ID<Shipment>? {
        if let subject = notice.subject, let id = ID<Shipment>(subject) { return id }
        guard let reference = notice.reference else { return nil }
        return try await shop.read { (view) throws(LedgerFailure) in
            let query = RowQuery<ShipmentRow>([Condition("reference", .equal, .text(reference))], limit: 100)
            return try view.rows(query).first { $0.shipment.carrier == carrier }?.key
        }
    }
}
