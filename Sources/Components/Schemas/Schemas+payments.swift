import Trading

extension Schemas {
    /// Payments, gift cards and store credit.
    static let payments: [String: String] = [
        "PaymentChoice": paymentChoice(PaymentMethod.allCases),
        "PaymentInput": paymentChoice([.card, .storeCredit, .giftCard]),
        "ManualPayment": payment(by: .manual),
        "CashOnDelivery": payment(by: .cashOnDelivery),
        "StoreCreditPayment": payment(by: .storeCredit),
        "CardPayment": #"""
        {"type":"object","additionalProperties":false,"required":["method","token"],
        "examples":[{"method":"card","token":"pm_card_visa"}],
        "properties":{"method":{"type":"string","enum":["card"]},
        "token":{"type":"string","minLength":1,"maxLength":\#(PaymentToken.maxBytes),
        "pattern":"^[A-Za-z0-9_.:~+/=-]*[A-Za-z_:~+/=][A-Za-z0-9_.:~+/=-]*$","examples":["pm_card_visa"],
        "description":"What the provider's own page made; never a card's number."},
        "provider":\#(text(Bounds.provider, "Which provider; the shop's own choice where it is missing.", example: "stripe"))}}
        """#,
        "GiftCardPayment": #"""
        {"type":"object","additionalProperties":false,"required":["method","code"],
        "properties":{"method":{"type":"string","enum":["giftCard"]},
        "code":\#(text(Bounds.giftCardCode, "The gift card's code.", example: "7K2M-Q9XD-4TBN-0WHE"))}}
        """#,
        "Payment": #"""
        {"type":"object","additionalProperties":false,
        "required":["id","order","number","method","state","amount","capture","authorised","captured","refunded","fees",
        "operations","createdAt","updatedAt","version"],
        "properties":{
        "id":\#(id(Payment.self, "The id.")),
        "order":\#(id(Order.self, "Of which order.")),
        "probe":{"type":"boolean","examples":[true],"description":"Whether it pays a prober's order."},
        "number":{"type":"integer","minimum":1,"maximum":\#(Payment.maxAttempts),"examples":[1],
        "description":"Its number among the order's attempts."},
        "method":{"type":"string","enum":[\#(quoted(PaymentMethod.allCases.map(\.rawValue)))]},
        "state":{"type":"string","enum":[\#(quoted(PaymentStatus.allCases.map(\.name)))]},
        "provider":{"type":"string","examples":["stripe"],"description":"Who moves the money."},
        "giftCard":\#(id(GiftCard.self, "The gift card that it was paid from.")),
        "customer":\#(id(Customer.self, "The customer whose store credit it was paid from.")),
        "amount":{"$ref":"#/components/schemas/Price"},
        "capture":{"type":"string","enum":[\#(quoted(CaptureMode.allCases.map(\.rawValue)))],
        "description":"When money that is held is taken."},
        "reference":{"type":"string","examples":["pi_3MtwBwLkdIwHu7ix28a3tqPa"],
        "description":"The provider's id of the charge."},
        "authorised":\#(reference("Price", "What is held or was taken.")),
        "captured":\#(reference("Price", "What was taken.")),
        "refunded":\#(reference("Price", "What was given back.")),
        "fees":\#(reference("Price", "What the provider kept for itself.")),
        "disputed":\#(reference("Price", "What the customer's bank took back.")),
        "operations":{"type":"array","description":"What was asked of the provider, in order.","items":\#(paymentOperation)},
        "createdAt":{"$ref":"#/components/schemas/Time"},
        "updatedAt":{"$ref":"#/components/schemas/Time"},
        "version":\#(version)}}
        """#,
        "PaymentPage": page(of: "Payment"),
        "CaptureInput": #"""
        {"type":"object","additionalProperties":false,"examples":[{"amount":{"amount":295,"currency":"GBP"},"final":false}],
        "properties":{
        "amount":\#(positiveMoney("How much; all that is left where it is missing.")),
        "final":{"type":"boolean","default":true,"description":"Whether what is left is let go."}}}
        """#,
        "RefundInput": #"""
        {"type":"object","additionalProperties":false,"examples":[{"amount":{"amount":295,"currency":"GBP"}}],
        "properties":{"amount":\#(positiveMoney("How much; all that is left where it is missing."))}}
        """#,
        "PaymentNotice": #"""
        {"description":"What the provider sends, as it signed it."}
        """#,
        "GiftCardInput": #"""
        {"type":"object","additionalProperties":false,"required":["amount"],
        "examples":[{"amount":{"amount":5000,"currency":"GBP"},"funding":"sold"}],
        "properties":{
        "amount":\#(positiveMoney("What it is issued with.")),
        "funding":{"type":"string","enum":[\#(quoted(GiftCardFunding.allCases.map(\.rawValue)))],"default":"sold",
        "description":"Whether it was paid for, or given away."},
        "reference":\#(key(Bounds.reference, "The merchant's own reference.", example: "gift-77", orNull: true))}}
        """#,
        "GiftCard": giftCard(further: "", required: ""),
        "IssuedGiftCard": giftCard(
            further: #"""
                "code":{"type":"string","pattern":"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$","examples":["7K2M-Q9XD-4TBN-0WHE"],
                "description":"What its holder pays with; told only here."},
                """#,
            required: #","code""#
        ),
        "StoreCreditInput": #"""
        {"type":"object","additionalProperties":false,"required":["amount","reason"],
        "examples":[{"amount":{"amount":500,"currency":"GBP"},"reason":"late delivery"}],
        "properties":{
        "amount":\#(positiveMoney("How much is added.")),
        "reason":\#(text(Bounds.reason, "Why, for the books.", example: "late delivery"))}}
        """#,
        "StoreCredit": #"""
        {"type":"object","additionalProperties":false,"required":["customer","balance","updatedAt"],
        "properties":{
        "customer":\#(id(Customer.self, "Whose.")),
        "balance":{"$ref":"#/components/schemas/Price"},
        "updatedAt":{"$ref":"#/components/schemas/Time"}}}
        """#,
        "StoreCreditPage": page(of: "StoreCredit"),
    ]

    /// A choice of payment methods.
    ///
    /// Each has a separate schema, whose name becomes the type's name in generated clients.
    private static func paymentChoice(_ methods: [PaymentMethod]) -> String {
        let members = methods.map { method in
            let name =
                switch method {
                case .manual: "ManualPayment"
                case .cashOnDelivery: "CashOnDelivery"
                case .card: "CardPayment"
                case .storeCredit: "StoreCreditPayment"
                case .giftCard: "GiftCardPayment"
                }
            return ##"{"$ref":"#/components/schemas/\##(name)"}"##
        }
        return #"{"description":"How it is paid.","oneOf":[\#(members.joined(separator: ","))]}"#
    }

    /// A payment with no member but its method.
    private static func payment(by method: PaymentMethod) -> String {
        #"""
        {"type":"object","additionalProperties":false,"required":["method"],"examples":[{"method":"\#(method.rawValue)"}],
        "properties":{"method":{"type":"string","enum":["\#(method.rawValue)"]}}}
        """#
    }

    private static let paymentOperation = #"""
        {"type":"object","additionalProperties":false,"required":["kind","key","amount","state","tries"],
        "properties":{
        "kind":{"type":"string","enum":[\#(quoted(PaymentOperation.Kind.allCases.map(\.rawValue)))]},
        "key":{"type":"string","examples":["pay_0199c2f0a3b47c6e8d2f5a1b3c4d5e6f-1"],
        "description":"Names it at the provider: one effect however often it is sent."},
        "amount":{"$ref":"#/components/schemas/Price"},
        "final":{"type":"boolean","description":"Whether a capture lets go of the rest."},
        "return":\#(id(Return.self, "The return that a refund is for.")),
        "state":{"type":"string","enum":["unknown",\#(quoted(PaymentOperation.State.allCases.map(\.rawValue)))]},
        "tries":{"type":"integer","minimum":0},
        "unresolved":{"type":"integer","minimum":1,"description":"Tries that may have reached the provider."},
        "firstTriedAt":{"$ref":"#/components/schemas/Time"},
        "code":{"type":"string","examples":["card_declined"],"description":"Why it was refused, or what the last try met."},
        "detail":{"type":"string","maxLength":\#(ProviderWords.maxScalars),"examples":["Your card has insufficient funds."],
        "description":"The same in the provider's own words."},
        "action":{"type":"string","description":"The provider's own id of the action."},
        "outside":{"type":"boolean","description":"It was done at the provider by other hands, and found by a look."},
        "taken":\#(reference("Price", "What was taken with an authorisation."))}}
        """#

    private static func giftCard(further: String, required: String) -> String {
        #"""
        {"type":"object","additionalProperties":false,
        "required":["id","issued","balance","createdAt","updatedAt","version"\#(required)],
        "properties":{
        "id":\#(id(GiftCard.self, "The id.")),
        \#(further)
        "issued":\#(reference("Price", "What it was issued with.")),
        "balance":\#(reference("Price", "What is left.")),
        "reference":{"type":"string","examples":["gift-77"]},
        "createdAt":{"$ref":"#/components/schemas/Time"},
        "updatedAt":{"$ref":"#/components/schemas/Time"},
        "version":\#(version)}}
        """#
    }

    /// An amount of at least one minor unit.
    private static func positiveMoney(_ description: String) -> String {
        #"""
        {"type":"object","additionalProperties":false,"required":["amount","currency"],"description":"\#(description)",
        "properties":{
        "amount":{"type":"integer","minimum":1,"maximum":\#(OrderLimits.maxAmount),"examples":[500]},
        "currency":{"$ref":"#/components/schemas/Currency"}}}
        """#
    }
}
