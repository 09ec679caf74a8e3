import API
import HTTPTypes
import Hummingbird
import JSON
import Ledger
import NIOCore
import Trading

/// Shipments, from packing to delivery.
struct ShipmentRoutes {
    let shop: Shop
    /// The names of the carriers, the default one first.
    let carriers: [String]
    let settings: DeliverySettings

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/orders/{id}/shipments",
                id: "createShipment",
                tag: "Shipments",
                "Packs units of an order into a parcel, and has its carrier book it",
                access: .scope(.deliveriesWrite),
                parameters: [.id("ord")],
                body: BodyKind("ShipmentInput", isOptional: true),
                responses: [ResponseKind(201, "Shipment", "The shipment; its units are set aside.")],
                problems: [409],
                handler: create
            ),
            Endpoint(
                .get,
                "/v1/orders/{id}/shipments",
                id: "listOrderShipments",
                tag: "Shipments",
                "The shipments of an order, in the order in which they were packed",
                access: .scopeOrOrderSecret(.deliveriesRead),
                parameters: [.id("ord"), .secret],
                responses: [ResponseKind(200, "ShipmentPage", "All shipments of the order.")],
                handler: listOfOrder
            ),
            Endpoint(
                .get,
                "/v1/shipments",
                id: "listShipments",
                tag: "Shipments",
                "Shipments, the newest first; without those of archived orders",
                access: .scope(.deliveriesRead),
                parameters: .page + [
                    Parameter(
                        "state",
                        in: .query,
                        #"{"type":"string","enum":[\#(Schemas.quoted(ShipmentState.allCases.map(\.rawValue)))]}"#,
                        "In which state."
                    ),
                    Parameter("carrier", in: .query, Parameter.text(Bounds.word), "By which carrier."),
                    Parameter(
                        "late",
                        in: .query,
                        #"{"type":"string","enum":["true","false"]}"#,
                        "Whether they are past their estimate and have not arrived."
                    ),
                    Parameter(
                        "arrivedLate",
                        in: .query,
                        #"{"type":"string","enum":["true","false"]}"#,
                        "Whether they arrived after what was promised first."
                    ),
                ],
                responses: [ResponseKind(200, "ShipmentPage", "A page of shipments.")],
                handler: list
            ),
            Endpoint(
                .get,
                "/v1/shipping/punctuality",
                id: "getPunctuality",
                tag: "Shipments",
                "How the parcels of each carrier arrived, against what was promised first",
                access: .scope(.deliveriesRead),
                responses: [
                    ResponseKind(200, "Punctuality", "Counts and shares, by carrier and by how late they were.")
                ],
                handler: punctuality
            ),
            Endpoint(
                .get,
                "/v1/shipments/{id}",
                id: "getShipment",
                tag: "Shipments",
                "A shipment with its tracking",
                access: .scopeOrOrderSecret(.deliveriesRead),
                parameters: [.id("shp"), .secret],
                responses: [ResponseKind(200, "Shipment", "The shipment.")],
                handler: get
            ),
            Endpoint(
                .get,
                "/v1/shipments/{id}/label",
                id: "getLabel",
                tag: "Shipments",
                "The label of a shipment, as its carrier made it",
                access: .scope(.deliveriesRead),
                parameters: [.id("shp")],
                responses: [ResponseKind(200, "Label", "The label, in the carrier's media type.", mediaType: "*/*")],
                handler: label
            ),
            change(
                "hand-over",
                id: "handOverShipment",
                "Gives a shipment to its carrier: its units leave the order and the stock",
                body: "HandOverInput",
                handler: handOver
            ),
            change(
                "cancel",
                id: "cancelShipment",
                "Calls a shipment off before it has left; its units can be packed again",
                body: "ShipmentStepInput",
                handler: cancel
            ),
            change(
                "events",
                id: "recordEvents",
                "Records news of a shipment by hand",
                body: "TrackingInput",
                isOptional: false,
                handler: record
            ),
            change(
                "correct",
                id: "correctShipment",
                "Says where a shipment stands, against all that was heard of it; an order that was closed for its arrival stays closed",
                body: "CorrectionInput",
                isOptional: false,
                handler: correct
            ),
        ]
    }

    private func change(
        _ verb: String,
        id: String,
        _ summary: String,
        body: String,
        isOptional: Bool = true,
        handler: @escaping Endpoint.Handler
    ) -> Endpoint {
        Endpoint(
            .post,
            "/v1/shipments/{id}/\(verb)",
            id: id,
            tag: "Shipments",
            summary,
            access: .scope(.deliveriesWrite),
            parameters: [.id("shp")],
            body: BodyKind(body, isOptional: isOptional),
            responses: [ResponseKind(200, "Shipment", "The shipment.")],
            problems: [409],
            handler: handler
        )
    }

    // MARK: Packing

    private func create(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Order.self, "order")
        let fallback = carriers.first ?? Shipment.manualCarrier
        let known = carriers + [Shipment.manualCarrier]
        let (request, bytes) = try await call.json { (json) throws(JSONError) in try json.shipment(carriers: known) }
        let command = CreateShipment(
            order: id,
            lines: request?.lines,
            location: request?.location,
            carrier: request?.carrier ?? fallback,
            service: request?.service ?? Shipment.standardService
        )
        let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
        var response = Response.document(result.outcome, status: .created, version: result.outcome.version)
        response.headers[.location] = "/v1/shipments/\(result.outcome.id)"
        return response.replayed(result.replayed)
    }

    // MARK: Reading

    private func get(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Shipment.self, "shipment")
        let row = try await shop.read { (view) throws(LedgerFailure) in try view.row(ShipmentRow.self, id) }
        // An unknown shipment belongs to no order, so no secret matches.
        let archived = row == nil ? try await shop.archivedOrder(named: "\(id)") : nil
        let order = row?.shipment.order ?? archived ?? ID(high: 0, low: 0)
        try await shop.admit(call, to: order, .deliveriesRead)
        guard let row else { throw .notFound("shipment") }
        return .json(row.document, version: row.shipment.version)
    }

    private func listOfOrder(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Order.self, "order")
        try await shop.admit(call, to: id, .deliveriesRead)
        let rows = try await shop.read { (view) throws(LedgerFailure) -> [ShipmentRow]? in
            guard try view.row(OrderRow.self, id) != nil else { return nil }
            return try view.rows(
                RowQuery<ShipmentRow>(
                    [Condition("order_id", .equal, .bits(id.bits))],
                    limit: Shipment.maxPerOrder
                )
            )
        }
        guard let rows else { throw .notFound("order") }
        return .page(rows.map(\.document), next: nil)
    }

    private func list(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "state", "carrier", "late", "arrivedLate"])
        var conditions: [Condition] = []
        let states = Dictionary(uniqueKeysWithValues: ShipmentState.allCases.map { ($0.rawValue, $0) })
        if let state = try query.choice("state", states) {
            conditions.append(Condition("state", .equal, .text(state.rawValue)))
        }
        if let carrier = try query.text("carrier", maxLength: Bounds.word) {
            conditions.append(Condition("carrier", .equal, .text(carrier)))
        }
        if let late = try query.flag("late") { conditions.append(Condition("late", .equal, .integer(late ? 1 : 0))) }
        if let late = try query.flag("arrivedLate") {
            conditions.append(Condition("arrived_late", .equal, .integer(late ? 1 : 0)))
        }
        let page = try await shop.page(query, ShipmentRow.self, conditions, descending: true)
        return .page(page.rows.map(\.document), next: page.next)
    }

    private func punctuality(_ call: Call) async throws(Problem) -> Response {
        let figures = try await shop.read { (view) throws(LedgerFailure) in try Punctuality(view) }
        return .json { json in figures.write(to: &json) }
    }

    private func label(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Shipment.self, "shipment")
        let row = try await shop.row(LabelRow.self, id, "label")
        // The bytes come from a third party, so browsers must not render them under the shop's origin.
        return Response(
            status: .ok,
            headers: [
                .contentType: row.mediaType, .contentDisposition: "attachment",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: row.bytes))
        )
    }

    // MARK: Moving on

    private func handOver(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Shipment.self, "shipment")
        let (said, bytes) = try await call.json { (json) throws(JSONError) in try json.handOver() }
        return try await answer(
            HandOver(id, trackingNumber: said?.trackingNumber, estimatedDelivery: said?.estimatedDelivery),
            call,
            bytes
        )
    }

    private func cancel(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Shipment.self, "shipment")
        return try await answer(CancelShipment(id), call, try await call.nothing())
    }

    private func record(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Shipment.self, "shipment")
        let now = Timestamp.now
        let (events, bytes) = try await call.requiredJSON { (json) throws(JSONError) in
            try json.trackingEvents(now: now)
        }
        return try await answer(RecordEvents(id, events, completesOrder: settings.completesOrders), call, bytes)
    }

    private func correct(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Shipment.self, "shipment")
        let (said, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try json.correction() }
        let command = CorrectShipment(id, to: said.code, note: said.note, completesOrder: settings.completesOrders)
        return try await answer(command, call, bytes)
    }

    private func answer<C: IdempotentCommand>(
        _ command: C,
        _ call: Call,
        _ body: [UInt8]
    ) async throws(Problem) -> Response where C.Outcome == Shipment, C.Refusal: ProblemRefusal {
        let result = try await shop.commit(command, key: try call.idempotencyKey(body))
        return .document(result.outcome, version: result.outcome.version).replayed(result.replayed)
    }
}
