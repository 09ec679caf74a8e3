import API
import Ledger
import Trading

/// The problems of each route, by its id: the refusals of its commands, and those of its handler.
enum RouteRefusals {
    /// The refusals of each route's commands.
    private static let ofCommands: [String: [any SampledRefusal.Type]] = {
        var all: [String: [any SampledRefusal.Type]] = [
            "placeOrder": [PlaceOrderRefusal.self], "quoteOrder": [PlaceOrderRefusal.self],
            "createReturn": [OrderRefusal.self], "createShipment": [PackRefusal.self],
            "putProduct": [EditRefusal.self], "putGroup": [EditRefusal.self], "putLocation": [EditRefusal.self],
            "putShippingRates": [EditRefusal.self], "deleteProduct": [DeleteProductRefusal.self],
            "patchProduct": [EditRefusal.self], "patchGroup": [EditRefusal.self], "patchLocation": [EditRefusal.self],
            "patchCustomer": [CustomerRefusal.self], "deleteGroup": [DeleteGroupRefusal.self],
            "adjustStock": [AdjustStockRefusal.self],
            "createCredit": [CreditRefusal.self], "quoteShipping": [ShippingQuoteRefusal.self, PlaceOrderRefusal.self],
            "startPayment": [StartPaymentRefusal.self], "grantStoreCredit": [StoreCreditRefusal.self],
        ]
        for id in ["cancelOrder", "payOrder", "extendOrder", "fulfilOrder", "completeOrder"] {
            all[id] = [OrderRefusal.self]
        }
        for id in ["receiveReturn", "inspectReturn", "cancelReturn"] { all[id] = [ReturnRefusal.self] }
        for id in ["handOverShipment", "cancelShipment", "recordEvents", "correctShipment"] {
            all[id] = [ShipmentRefusal.self]
        }
        for id in ["createCart", "addCartLine", "setCartLine", "removeCartLine", "assignCart", "mergeCart"] {
            all[id] = [CartRefusal.self]
        }
        for id in ["createCustomer", "putCustomer", "eraseCustomer", "issueCustomerToken"] {
            all[id] = [CustomerRefusal.self]
        }
        for id in ["capturePayment", "voidPayment", "refundPayment"] { all[id] = [PaymentRefusal.self] }
        for id in ["create", "change", "delete", "rotate", "replay", "test", "enable", "disable"] {
            all["\(id)Webhook"] = [WebhookRefusal.self]
        }
        return all
    }()

    /// The refusals of handlers before a command is submitted.
    private static let ofHandlers: [String: [ProblemKind]] = [
        "replayWebhook": [ProblemKind(410, "events_gone")], "createCredit": [Endpoint.orderArchived],
        "listEvents": [
            ProblemKind(410, "events_gone"), ProblemKind(410, "feed_restarted"), ProblemKind(422, "beyond_end"),
            ProblemKind(429, "too_many_streams"),
            ProblemKind(503, "too_many_streams"),
        ],
    ]

    /// The problems that a route's own work can cause.
    static func kinds(_ id: String) -> [ProblemKind] {
        (ofCommands[id] ?? []).flatMap { $0.kinds } + (ofHandlers[id] ?? [])
    }
}
