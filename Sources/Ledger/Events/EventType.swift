import JSON
import Trading

/// The type of an event; numbers are stored in the ledger and never change their meaning.
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
    /// A product was deleted.
    case productDeleted = 6
    /// A group of variants was deleted.
    case groupDeleted = 7
    /// An order was placed.
    case orderPlaced = 10
    /// An order was paid.
    case orderConfirmed = 11
    /// Some units of an order shipped.
    case orderPartlyFulfilled = 12
    /// The last units of an order shipped.
    case orderFulfilled = 13
    /// An order was completed.
    case orderCompleted = 14
    /// An order was cancelled.
    case orderCancelled = 15
    /// An order was not paid in time.
    case orderExpired = 16
    /// An order's reservation was extended.
    case orderExtended = 17
    /// An order's personal data was erased.
    case orderErased = 18
    /// Units of an order were cancelled.
    case orderUnitsCancelled = 19
    /// Goods came back, and were credited.
    case returnCreated = 20
    /// Money was credited.
    case creditCreated = 21
    /// A customer was created.
    case customerCreated = 30
    /// A customer's record changed.
    case customerUpdated = 31
    /// A customer's personal data was erased.
    case customerErased = 32
    /// An API key was created.
    case keyCreated = 40
    /// An API key was revoked.
    case keyRevoked = 41
    /// A further attempt to pay an order was made.
    case paymentStarted = 50
    /// The money of a payment was authorised, or captured at once.
    case paymentAuthorised = 51
    /// Money was captured.
    case paymentCaptured = 52
    /// Money was refunded.
    case paymentRefunded = 53
    /// Authorised money was released, or an attempt was cancelled.
    case paymentVoided = 54
    /// A provider declined a payment, or could not be reached.
    case paymentDeclined = 55
    /// A provider refused a capture, a refund or a void permanently: a person has to look at it.
    case paymentStuck = 56
    /// A customer's bank took money of a payment back, or returned it; a person has to look at it.
    case paymentDisputed = 59
    /// A gift card was issued.
    case giftCardIssued = 57
    /// Store credit was granted.
    case storeCreditGranted = 58
    /// Units of an order were packed.
    case shipmentCreated = 70
    /// A carrier booked a parcel.
    case shipmentBooked = 71
    /// A carrier refused to book a parcel; a person has to look at it.
    case shipmentBookingRefused = 72
    /// A parcel was cancelled before it left.
    case shipmentCancelled = 73
    /// A carrier refused to cancel a booking; a person has to look at it.
    case shipmentCancelRefused = 74
    /// A parcel left with its carrier.
    case shipmentHandedOver = 75
    /// A parcel is in transit.
    case shipmentInTransit = 76
    /// A parcel is out for delivery.
    case shipmentOutForDelivery = 77
    /// A delivery attempt of a parcel failed.
    case shipmentDeliveryFailed = 78
    /// A parcel arrived.
    case shipmentDelivered = 79
    /// A parcel is being returned to the sender.
    case shipmentReturning = 80
    /// A parcel is back at the sender.
    case shipmentReturned = 81
    /// A carrier reported a parcel as lost.
    case shipmentLost = 82
    /// A parcel is past its estimate and has not arrived.
    case shipmentLate = 83
    /// The table of shipping rates was put.
    case shippingRatesPut = 84
    /// The state of a parcel was corrected by hand, against its carrier.
    case shipmentCorrected = 88
    /// A customer wants to return goods.
    case returnRequested = 85
    /// Goods of a return have arrived, to be inspected.
    case returnReceived = 86
    /// A return was cancelled.
    case returnCancelled = 87
    /// A webhook endpoint was created.
    case webhookCreated = 90
    /// An endpoint was changed.
    case webhookUpdated = 91
    /// An endpoint got a new secret.
    case webhookRotated = 92
    /// An endpoint was enabled.
    case webhookEnabled = 93
    /// An endpoint was disabled: by hand, because it is gone, or because it failed for too long.
    case webhookDisabled = 94
    /// An endpoint was deleted.
    case webhookDeleted = 95
    /// The shop was restored to an earlier moment: numbers of events from here on were used before, in its lost future.
    case shopRestored = 100
    /// The search for charges of the lost future is complete.
    case shopSearched = 101
    /// A charge of the lost future was found at its provider, and taken into the books.
    case paymentRecovered = 102

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
        case .shopRestored: "shop.restored"
        case .shopSearched: "shop.searched"
        case .paymentRecovered: "payment.recovered"
        }
    }
}
