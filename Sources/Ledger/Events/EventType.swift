import JSON
import Trading

/// What happened; numbers are kept in the ledger and never change their meaning.
public enum EventType: Int64, Hashable, Sendable, CaseIterable {
    /// A product was put for the first time.
    case productCreated = 1
    /// A product changed.
    case productUpdated = 2
    /// A group of variants was put.
    case groupPut = 3
    /// A location was put.
    case locationPut = 4
    /// Stock moved by hand.
    case stockChanged = 5
    /// A product was taken out of the catalogue.
    case productDeleted = 6
    /// A group of variants was taken out of the catalogue.
    case groupDeleted = 7
    /// An order was placed.
    case orderPlaced = 10
    /// An order was paid.
    case orderConfirmed = 11
    /// Some units of an order shipped.
    case orderPartlyFulfilled = 12
    /// The last units of an order shipped.
    case orderFulfilled = 13
    /// An order was closed.
    case orderCompleted = 14
    /// An order was called off.
    case orderCancelled = 15
    /// An order was not paid in time.
    case orderExpired = 16
    /// An order's units are held longer.
    case orderExtended = 17
    /// An order's personal data was erased.
    case orderErased = 18
    /// Units of an order were called off.
    case orderUnitsCancelled = 19
    /// Goods came back, and were credited.
    case returnCreated = 20
    /// Money was credited.
    case creditCreated = 21
    /// A customer was put on file.
    case customerCreated = 30
    /// A customer's record changed.
    case customerUpdated = 31
    /// A customer's personal data was erased.
    case customerErased = 32
    /// An API key was made.
    case keyCreated = 40
    /// An API key was revoked.
    case keyRevoked = 41
    /// A further attempt to pay an order was made.
    case paymentStarted = 50
    /// The money of a payment is held, or was taken at once.
    case paymentAuthorised = 51
    /// Money was taken.
    case paymentCaptured = 52
    /// Money was given back.
    case paymentRefunded = 53
    /// What was held was let go, or an attempt was called off.
    case paymentVoided = 54
    /// A provider said no, or could not be reached.
    case paymentDeclined = 55
    /// A provider refused a capture, a refund or a void for good: somebody has to look.
    case paymentStuck = 56
    /// A customer's bank took money of a payment back, or returned it; somebody has to look.
    case paymentDisputed = 59
    /// A gift card was issued.
    case giftCardIssued = 57
    /// Store credit was granted.
    case storeCreditGranted = 58
    /// Units of an order were packed.
    case shipmentCreated = 70
    /// A carrier booked a parcel.
    case shipmentBooked = 71
    /// A carrier would not book a parcel; somebody has to look.
    case shipmentBookingRefused = 72
    /// A parcel was called off before it left.
    case shipmentCancelled = 73
    /// A carrier would not call a booking off; somebody has to look.
    case shipmentCancelRefused = 74
    /// A parcel left with its carrier.
    case shipmentHandedOver = 75
    /// A parcel is on its way.
    case shipmentInTransit = 76
    /// A parcel is on the last leg.
    case shipmentOutForDelivery = 77
    /// A parcel could not be handed to anyone.
    case shipmentDeliveryFailed = 78
    /// A parcel arrived.
    case shipmentDelivered = 79
    /// A parcel goes back to the sender.
    case shipmentReturning = 80
    /// A parcel is back at the sender.
    case shipmentReturned = 81
    /// A parcel is lost, as far as its carrier knows.
    case shipmentLost = 82
    /// A parcel is past its estimate and has not arrived.
    case shipmentLate = 83
    /// The table of shipping rates was put.
    case shippingRatesPut = 84
    /// The desk said where a parcel stands, against its carrier.
    case shipmentCorrected = 88
    /// A customer wants to send goods back.
    case returnRequested = 85
    /// Goods of a return are here, to be inspected.
    case returnReceived = 86
    /// A return was called off.
    case returnCancelled = 87
    /// A webhook's endpoint was put on file.
    case webhookCreated = 90
    /// An endpoint was changed.
    case webhookUpdated = 91
    /// An endpoint was given a fresh secret.
    case webhookRotated = 92
    /// An endpoint is told again what happens.
    case webhookEnabled = 93
    /// An endpoint is told nothing more: by hand, because it is gone, or because it failed for too long.
    case webhookDisabled = 94
    /// An endpoint was taken off file.
    case webhookDeleted = 95

    /// The name in the API.
    public var name: String {
        switch self {
        case .productCreated: "product.created"
        case .productUpdated: "product.updated"
        case .groupPut: "group.put"
        case .locationPut: "location.put"
        case .stockChanged: "stock.changed"
        case .productDeleted: "product.deleted"
        case .groupDeleted: "group.deleted"
        case .orderPlaced: "order.placed"
        case .orderConfirmed: "order.confirmed"
        case .orderPartlyFulfilled: "order.partlyFulfilled"
        case .orderFulfilled: "order.fulfilled"
        case .orderCompleted: "order.completed"
        case .orderCancelled: "order.cancelled"
        case .orderExpired: "order.expired"
        case .orderExtended: "order.extended"
        case .orderErased: "order.erased"
        case .orderUnitsCancelled: "order.unitsCancelled"
        case .returnCreated: "return.created"
        case .creditCreated: "credit.created"
        case .customerCreated: "customer.created"
        case .customerUpdated: "customer.updated"
        case .customerErased: "customer.erased"
        case .keyCreated: "key.created"
        case .keyRevoked: "key.revoked"
        case .paymentStarted: "payment.started"
        case .paymentAuthorised: "payment.authorised"
        case .paymentCaptured: "payment.captured"
        case .paymentRefunded: "payment.refunded"
        case .paymentVoided: "payment.voided"
        case .paymentDeclined: "payment.declined"
        case .paymentStuck: "payment.stuck"
        case .paymentDisputed: "payment.disputed"
        case .giftCardIssued: "giftCard.issued"
        case .storeCreditGranted: "storeCredit.granted"
        case .shipmentCreated: "shipment.created"
        case .shipmentBooked: "shipment.booked"
        case .shipmentBookingRefused: "shipment.bookingRefused"
        case .shipmentCancelled: "shipment.cancelled"
        case .shipmentCancelRefused: "shipment.cancelRefused"
        case .shipmentHandedOver: "shipment.handedOver"
        case .shipmentInTransit: "shipment.inTransit"
        case .shipmentOutForDelivery: "shipment.outForDelivery"
        case .shipmentDeliveryFailed: "shipment.deliveryFailed"
        case .shipmentDelivered: "shipment.delivered"
        case .shipmentReturning: "shipment.returning"
        case .shipmentReturned: "shipment.returned"
        case .shipmentLost: "shipment.lost"
        case .shipmentLate: "shipment.late"
        case .shipmentCorrected: "shipment.corrected"
        case .shippingRatesPut: "shippingRates.put"
        case .returnRequested: "return.requested"
        case .returnReceived: "return.received"
        case .returnCancelled: "return.cancelled"
        case .webhookCreated: "webhook.created"
        case .webhookUpdated: "webhook.updated"
        case .webhookRotated: "webhook.rotated"
        case .webhookEnabled: "webhook.enabled"
        case .webhookDisabled: "webhook.disabled"
        case .webhookDeleted: "webhook.deleted"
        }
    }
}
