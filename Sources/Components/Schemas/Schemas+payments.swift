import Ledger
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
        "Payment": Payment.jsonSchema(""),
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
        "GiftCard": GiftCard.jsonSchema(""),
        "IssuedGiftCard": GiftCard.jsonSchema(
            with: [
                (
                    "code",
                    #"""
                    {"type":"string","pattern":"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$","examples":["7K2M-Q9XD-4TBN-0WHE"],
                    "description":"What its holder pays with; told only here."}
                    """#
                )
            ],
            behind: "id"
        ),
        "StoreCreditInput": #"""
        {"type":"object","additionalProperties":false,"required":["amount","reason"],
        "examples":[{"amount":{"amount":500,"currency":"GBP"},"reason":"late delivery"}],
        "properties":{
        "amount":\#(positiveMoney("How much is added.")),
        "reason":\#(text(Bounds.reason, "Why, for the books.", example: "late delivery"))}}
        """#,
        "StoreCredit": StoreCreditRow.jsonSchema(""),
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
