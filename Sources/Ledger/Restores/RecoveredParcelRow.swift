import Trading

/// What was decided on a booking of the lost future, so that it is decided and counted once however often it is found.
public struct RecoveredParcelRow: LedgerRow {
    /// A booking that was found after a restore.
    public struct Key: RowKey {
        /// The epoch that the restore began.
        public let epoch: Int64
        /// The carrier.
        public let carrier: String
        /// The carrier's id of the booking.
        public let reference: String

        /// A booking found after a restore.
        public init(_ epoch: Int64, _ carrier: String, _ reference: String) {
            self.epoch = epoch
            self.carrier = carrier
            self.reference = reference
        }

        /// Writes the columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.integer(epoch)
            columns.text(carrier)
            columns.text(reference)
        }

        /// Reads the columns.
        public init?(from columns: inout some ColumnReader) {
            guard let epoch = columns.integer(), let carrier = columns.text(), let reference = columns.text() else {
                return nil
            }
            self.init(epoch, carrier, reference)
        }
    }

    /// What was decided.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It is a shipment of its order.
        case adopted
        /// It was cancelled at the carrier in the lost future, and its shipment followed.
        case followed
        /// It is to be cancelled at the carrier.
        case callingOff
        /// It was cancelled at the carrier.
        case calledOff
        /// A person has to look at it.
        case held
    }

    /// `recovered_parcels`, by epoch, carrier and reference.
    public static let schema = TableSchema(
        "recovered_parcels",
        key: [.integer("epoch"), .text("carrier"), .text("reference")],
        [.id("shipment"), .id("order_id").orNull, .text("state"), .text("reason").orNull]
    )

    /// Which booking.
    public let key: Key
    /// The shipment that it is for.
    public let shipment: ID<Shipment>
    /// The order that it is for, where the carrier told it.
    public let order: ID<Order>?
    /// What was decided.
    public var state: State
    /// Why it was not adopted; nil where it was.
    public var reason: LostParcelReason?

    /// The row of a booking.
    public init(_ key: Key, shipment: ID<Shipment>, order: ID<Order>?, state: State, reason: LostParcelReason? = nil) {
        self.key = key
        self.shipment = shipment
        self.order = order
        self.state = state
        self.reason = reason
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.id(shipment)
        columns.id(order)
        columns.text(state.rawValue)
        columns.text(reason?.rawValue)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let shipment = columns.id(Shipment.self) else { return nil }
        let order: ID<Order>? = columns.id()
        guard let state = columns.text().flatMap(State.init) else { return nil }
        self.init(
            key,
            shipment: shipment,
            order: order,
            state: state,
            reason: columns.text().flatMap(LostParcelReason.init)
        )
    }
}
