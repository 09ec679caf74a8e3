import Ledger

extension Schemas {
    /// The event feed.
    static let events: [String: String] = [
        "Event": #"""
        {"type":"object","additionalProperties":false,"required":["seq","type","subject","at","data"],
        "description":"Something that happened. Events hold facts and ids, never personal data.",
        "properties":{
        "seq":{"type":"integer","minimum":1,"examples":[4711],"description":"Its number, without gaps."},
        "type":{"type":"string","enum":[\#(quoted(EventType.allCases.map(\.name)))],"examples":["order.placed"]},
        "subject":{"type":"string","examples":["ord_0199c2f0a3b47c6e8d2f5a1b3c4d5e6f"],
        "description":"To what it happened: an id, a SKU or a code."},
        "at":{"$ref":"#/components/schemas/Time"},
        "data":{"type":"object","description":"The facts, which differ by type; members may be added."}}}
        """#,
        "EventPage": ##"""
        {"type":"object","additionalProperties":false,"required":["items","next"],
        "properties":{
        "items":{"type":"array","items":{"$ref":"#/components/schemas/Event"}},
        "next":{"type":"integer","minimum":0,"examples":[4711],
        "description":"What `after` must be to go on; the same again where there is nothing new."}}}
        """##,
    ]

    /// Probes, figures and the description itself.
    static let operation: [String: String] = [
        "Health": #"""
        {"type":"object","additionalProperties":false,"required":["status"],
        "properties":{
        "status":{"type":"string","enum":["ok","degraded","starting","draining","stuck"]},
        "writes":{"type":"string","examples":["ok"],"description":"What the last write of the canary met."},
        "canaryAgeMs":{"type":"integer","minimum":0,"examples":[250],"description":"Since its answer, in milliseconds."},
        "snapshotAgeMs":{"type":"integer","minimum":0,"examples":[0],
        "description":"For how long browsing may be behind other processes, in milliseconds."},
        "sequence":{"type":"integer","minimum":0,"examples":[4711],"description":"The newest event in the snapshot."}}}
        """#,
        "Metrics": #"{"type":"string","description":"Prometheus' text format."}"#,
        "Page": #"{"type":"string","description":"HTML."}"#,
        "OpenAPI": #"""
        {"type":"object","required":["openapi","info","paths","components"],
        "description":"An OpenAPI 3.1 document.","properties":{"openapi":{"type":"string","examples":["3.1.0"]}}}
        """#,
    ]
}
