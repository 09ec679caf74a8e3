// The settings of external partners: payment providers and carriers, their addresses, and the secrets shared with them.

import Trading

extension Setting {
    /// The settings of the payment desk, in the order of the table.
    static let payments: [Setting] = [
        .paymentProviders, .paymentCapture, .cashOnDelivery, .paymentDeadline, .paymentCalls, .sandboxPaymentsURL,
        .sandboxPaymentsSecret, .stripeURL,
        .stripeKey, .stripeSecret, .lostPayments,
    ]

    /// The settings of the delivery desk, in the order of the table.
    static let deliveries: [Setting] = [
        .carriers, .sandboxDeliveriesURL, .sandboxDeliveriesSecret, .carrierCalls, .carrierCall, .trackLeast,
        .trackMost, .completeDelivered, .lostParcels,
    ]

    static let paymentProviders = Setting(
        "payments.providers",
        .names(of: ["sandbox", "stripe"]),
        "who may take card payments, the first choice first"
    )
    static let paymentCapture = Setting(
        "payments.capture",
        .choice("onShipment", of: ["atOnce", "onShipment", "onFirstShipment"]),
        "when authorised money is taken"
    )
    static let lostPayments = Setting(
        "restore.lost-payments",
        .choice("refund", of: LostMoneyRule.allCases.map(\.rawValue)),
        "what becomes of money that was taken for orders that a restore from a backup lost"
    )
    static let lostParcels = Setting(
        "restore.lost-parcels",
        .choice("cancel", of: LostParcelRule.allCases.map(\.rawValue)),
        "what becomes of parcels that were booked for orders that a restore from a backup lost"
    )
    static let cashOnDelivery = Setting(
        "payments.cash-on-delivery",
        .flag(false),
        "whether orders are taken for cash on delivery, which confirms them unpaid"
    )
    static let paymentDeadline = Setting(
        "payments.deadline",
        8000,
        in: 100...60_000,
        "ms",
        "how long a provider may take for one call"
    )
    static let paymentCalls = Setting(
        "payments.concurrency",
        32,
        in: 1...1024,
        "calls",
        "calls to one provider at once"
    )
    static let sandboxPaymentsURL = Setting("payments.sandbox.url", .text("", .url), "where the payment sandbox is")
    static let sandboxPaymentsSecret = Setting(
        "payments.sandbox.webhook-secret",
        .secret,
        "what the payment sandbox signs its webhooks with"
    )
    static let stripeURL = Setting(
        "payments.stripe.url",
        .text("https://api.stripe.com", .url),
        "where Stripe, or a server that speaks its API, is"
    )
    static let stripeKey = Setting("payments.stripe.key", .secret, "the secret API key for Stripe")
    static let stripeSecret = Setting(
        "payments.stripe.webhook-secret",
        .secret,
        "what Stripe signs its webhooks with"
    )
    static let carriers = Setting(
        "deliveries.carriers",
        .names(of: ["sandbox"]),
        "who moves parcels, the first choice first"
    )
    static let sandboxDeliveriesURL = Setting(
        "deliveries.sandbox.url",
        .text("", .url),
        "where the delivery sandbox is"
    )
    static let sandboxDeliveriesSecret = Setting(
        "deliveries.sandbox.webhook-secret",
        .secret,
        "what the delivery sandbox signs its webhooks with"
    )
    static let carrierCalls = Setting("deliveries.concurrency", 8, in: 1...256, "calls", "calls to one carrier at once")
    static let carrierCall = Setting("deliveries.call", 10, in: 1...120, "s", "how long a call to a carrier may take")
    static let trackLeast = Setting(
        "deliveries.track-least",
        60,
        in: 1...86_400,
        "s",
        "the shortest pause before a carrier is asked for a parcel again"
    )
    static let trackMost = Setting(
        "deliveries.track-most",
        14_400,
        in: 1...604_800,
        "s",
        "the longest pause before a carrier is asked for a parcel again"
    )
    static let completeDelivered = Setting(
        "deliveries.complete-orders",
        .flag(true),
        "whether an order is closed once all of its units have arrived"
    )
}
