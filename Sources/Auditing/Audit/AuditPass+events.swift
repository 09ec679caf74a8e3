import Ledger
import Trading

extension AuditPass {
    /// Reads the whole feed: numbers without gaps, and an existing object for each event.
    func auditEvents() throws(LedgerFailure) {
        let counter = try view.counter(CounterRow.events)
        report.events = counter
        var number: Int64?
        try view.pages(AuditedEvent.self) { (page) throws(LedgerFailure) in
            for event in page {
                if number == nil, event.key > 1 { feedFloor = event.at + Self.overdueSeconds * 1000 }
                checkNumber(event, after: number ?? event.key - 1)
                number = event.key
                try take(event)
            }
            count("events", page.count, of: Int(counter))
        }
        checkCounter(counter, last: number ?? (counter == 0 ? 0 : nil))
    }

    /// Checks that an event's number follows the previous one.
    func checkNumber(_ event: AuditedEvent, after number: Int64) {
        if event.key != number + 1 {
            findings.add(
                .noPhantom,
                "events",
                "\(event.key)",
                expected: "number \(number + 1), without a gap",
                found: "\(event.key)"
            )
        }
    }

    /// Checks that the counter equals the last event's number; a completely pruned feed has no last event.
    func checkCounter(_ counter: Int64, last: Int64?) {
        guard let last, last != counter else { return }
        findings.add(
            .noPhantom,
            "events",
            "\(last + 1)",
            expected: "events up to the counter, \(counter)",
            found: "the last is \(last)"
        )
    }

    /// Records the event, or looks its object up at once if such events are rare.
    private func take(_ event: AuditedEvent) throws(LedgerFailure) {
        guard let type = event.type else {
            return findings.add(.structure, "events", "\(event.key)", expected: "a known type", found: "another")
        }
        guard let subject = type.subjectBits(event.subject) else {
            if try !isSubjectThere(type, event.subject) { phantom(event) }
            return
        }
        if type == .orderExpired { lastExpired = subject }
        if type == .orderPlaced { announced += 1 }
        guard type.isCounted else {
            if try !isSubjectThere(type, event.subject) { phantom(event) }
            return
        }
        if isInFeed(subject) {
            happenings.add(type.share(subject))
        } else if try !isSubjectThere(type, event.subject) {
            phantom(event)
        }
    }

    /// Reports an event whose object does not exist.
    func phantom(_ event: AuditedEvent) {
        findings.add(
            .noPhantom,
            "events",
            "\(event.key)",
            expected: "the subject of \(event.type?.name ?? "the event")",
            found: "no \(event.subject)"
        )
    }

    /// Whether the object of an event exists.
    func isSubjectThere(_ type: EventType, _ text: String) throws(LedgerFailure) -> Bool {
        switch type {
        case .productCreated:
            let sku = SKU(stored: text)
            if try view.has(ProductRow.self, sku) { return true }
            return try view.has(DeletedProductRow.self, sku)
        case .productUpdated, .productDeleted, .groupPut, .groupDeleted, .locationPut, .stockChanged: return true
        case .returnCreated, .returnRequested, .returnReceived, .returnCancelled:
            guard let id = ID<Return>(text) else { return false }
            return try view.has(ReturnRow.self, id)
        case .creditCreated:
            guard let id = ID<Credit>(text) else { return false }
            return try view.has(CreditRow.self, id)
        case .customerCreated, .customerUpdated, .customerErased:
            guard let id = ID<Customer>(text) else { return false }
            return try view.has(CustomerRow.self, id)
        case .keyCreated, .keyRevoked:
            guard let id = ID<APIKey>(text) else { return false }
            return try view.has(APIKeyRow.self, id)
        case .paymentStarted, .paymentAuthorised, .paymentCaptured, .paymentRefunded, .paymentVoided, .paymentDeclined,
            .paymentStuck, .paymentDisputed, .paymentRecovered:
            guard let id = ID<Payment>(text) else { return false }
            return try view.has(PaymentRow.self, id)
        case .shopRestored, .shopSearched:
            guard let id = ID<Restoration>(text) else { return false }
            return try !view.rows(RowQuery<RestoreRow>([Condition("id", .equal, .bits(id.bits))], limit: 1)).isEmpty
        case .giftCardIssued:
            guard let id = ID<GiftCard>(text) else { return false }
            return try view.has(GiftCardRow.self, id)
        case .storeCreditGranted:
            guard let id = ID<Customer>(text) else { return false }
            return try view.has(CustomerRow.self, id)
        case .shippingRatesPut:
            return true
        case .webhookCreated, .webhookUpdated, .webhookRotated, .webhookEnabled, .webhookDisabled, .webhookDeleted:
            // The endpoint may have been deleted since.
            return ID<WebhookEndpoint>(text) != nil
        case let type where type.isAboutShipment:
            guard let id = ID<Shipment>(text) else { return false }
            return try view.has(ShipmentRow.self, id)
        default:
            guard let id = ID<Order>(text) else { return false }
            return try view.has(OrderRow.self, id)
        }
    }

    /// Checks that customers are in the feed.
    func auditCustomers() throws(LedgerFailure) {
        try view.pages(KeyOf<CustomerRow>.self) { (page) throws(LedgerFailure) in
            for customer in page where isInFeed(customer.key.bits) {
                happenings.subtract(EventType.customerCreated.share(customer.key.bits))
            }
            count("customers", page.count)
        }
    }
}

extension EventType {
    /// Whether an object must have an exact number of these events, so that fingerprints can compare them.
    var isCounted: Bool {
        isInOrderHistory || self == .returnCreated || self == .creditCreated || self == .customerCreated
            || self == .shipmentCreated || self == .shipmentHandedOver
    }

    /// Whether it is about a shipment; by name, since numbers are assigned in the order in which types were added.
    var isAboutShipment: Bool { Self.aboutShipments.contains(self) }

    private static let aboutShipments = Set(allCases.filter { $0.name.hasPrefix("shipment.") })

    /// The bits of the id in the event's subject; nil where the text is not such an id.
    func subjectBits(_ text: String) -> Bits128? {
        switch self {
        case .returnCreated, .returnRequested, .returnReceived, .returnCancelled: ID<Return>(text)?.bits
        case .creditCreated: ID<Credit>(text)?.bits
        case .customerCreated, .customerUpdated, .customerErased: ID<Customer>(text)?.bits
        case .orderErased: ID<Order>(text)?.bits
        case let type where type.isAboutShipment: ID<Shipment>(text)?.bits
        default: isInOrderHistory ? ID<Order>(text)?.bits : nil
        }
    }

    /// The id as such an event has it in its subject.
    func subjectText(_ bits: Bits128) -> String {
        switch self {
        case .returnCreated: "\(ID<Return>(bits))"
        case .creditCreated: "\(ID<Credit>(bits))"
        case .customerCreated: "\(ID<Customer>(bits))"
        case .shipmentCreated, .shipmentHandedOver: "\(ID<Shipment>(bits))"
        default: "\(ID<Order>(bits))"
        }
    }
}
