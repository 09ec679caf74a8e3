import Ledger
import Trading

extension Schemas {
    /// Customers.
    static let customers: [String: String] = [
        "CustomerInput": #"""
        {"type":"object","additionalProperties":false,"required":["email"],
        "examples":[{"email":"ann@example.com","name":"Ann Lee",
        "addresses":[{"line1":"1 High Street","city":"Leeds","postalCode":"LS1 1AA","country":"GB"}]}],
        "properties":{
        "email":\#(email),
        "name":\#(text(Bounds.name, "The name.", example: "Ann Lee", orNull: true)),
        "phone":\#(text(Bounds.name, "The telephone number.", example: "+44 113 496 0000", orNull: true)),
        "reference":\#(key(Bounds.reference, "The merchant's own reference.", example: "crm-77", orNull: true)),
        "addresses":{"type":"array","maxItems":50,"items":{"$ref":"#/components/schemas/Address"}},
        "metadata":{"$ref":"#/components/schemas/Members"}}}
        """#,
        "Customer": Customer.jsonSchema(""),
        "CustomerTokenInput": #"""
        {"type":"object","additionalProperties":false,"examples":[{"seconds":3600}],
        "properties":{
        "seconds":{"type":"integer","minimum":\#(Bounds.tokenSeconds.lowerBound),"maximum":\#(Bounds.tokenSeconds.upperBound),
        "default":\#(Bounds.usualTokenSeconds),"description":"For how long it holds."}}}
        """#,
        "IssuedCustomerToken": #"""
        {"type":"object","additionalProperties":false,"required":["customer","token","expiresAt"],
        "properties":{
        "customer":\#(id(Customer.self, "Whose.")),
        "token":{"type":"string","pattern":"^ctk_[0-9a-f]{80}$","description":"Sent as `Authorization: Bearer`."},
        "expiresAt":\#(reference("Time", "When it ends."))}}
        """#,
        "CustomerPage": page(of: "Customer"),
        "CustomerExport": #"""
        {"type":"object","additionalProperties":false,
        "required":["customer","orders","payments","returns","credits","carts","shipments","labels","storeCredits","entries"],
        "description":"All that is held about a customer, from one moment.",
        "properties":{
        "customer":{"$ref":"#/components/schemas/Customer"},
        "orders":{"type":"array","items":{"$ref":"#/components/schemas/Order"}},
        "returns":{"type":"array","items":{"$ref":"#/components/schemas/Return"}},
        "payments":{"type":"array","items":{"$ref":"#/components/schemas/Payment"}},
        "credits":{"type":"array","items":{"$ref":"#/components/schemas/Credit"}},
        "carts":{"type":"array","items":{"$ref":"#/components/schemas/KeptCart"}},
        "shipments":{"type":"array","items":{"$ref":"#/components/schemas/Shipment"}},
        "labels":{"type":"array","items":{"type":"object","additionalProperties":false,
        "required":["shipment","href","mediaType"],"properties":{
        "shipment":\#(id(Shipment.self, "Of which parcel.")),
        "href":{"type":"string","examples":["/v1/shipments/shp_01/label"],"description":"Where it is read."},
        "mediaType":{"type":"string","examples":["application/pdf"]},
        "base64":{"type":"string","description":"Its bytes; left out once the labels come to 16 MiB."}}}},
        "storeCredits":{"type":"array","items":{"$ref":"#/components/schemas/StoreCredit"}},
        "entries":{"type":"array","description":"Entries of the books that name the customer in words.",
        "items":{"$ref":"#/components/schemas/Entry"}}}}
        """#,
        "KeptCart": Cart.jsonSchema("A cart as it is kept, without prices."),
    ]
}
