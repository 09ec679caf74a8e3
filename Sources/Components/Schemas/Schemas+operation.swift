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
        "ComponentList": #"""
        {"type":"object","additionalProperties":false,"required":["components"],
        "properties":{"components":{"type":"array","items":{"$ref":"#/components/schemas/Component"}}}}
        """#,
        "Component": #"""
        {"type":"object","additionalProperties":false,"required":["name","workers","dependencies"],
        "description":"A part of the shop that is run, stopped and scaled alone.",
        "properties":{
        "name":{"type":"string","enum":[\#(quoted(ComponentName.allCases.map(\.rawValue)))],"examples":["orders"]},
        "workers":{"type":"array","items":{"$ref":"#/components/schemas/Worker"}},
        "dependencies":{"type":"array","description":"What it depends on outside the shop.","items":{
        "type":"object","additionalProperties":false,"required":["name","inFlight"],
        "properties":{
        "name":{"type":"string","examples":["receivers"]},
        "breaker":{"type":"string","examples":["closed"],"description":"Where its circuit breaker stands."},
        "inFlight":{"type":"integer","minimum":0,"examples":[0],"description":"Calls under way."},
        "limit":{"type":"integer","minimum":1,"examples":[64],"description":"The most calls at once."}}}}}}
        """#,
        "Worker": #"""
        {"type":"object","additionalProperties":false,
        "required":["name","rounds","restarts","failedTasks","inFlight","tasks"],
        "description":"What a component does in the background of this process.",
        "properties":{
        "name":{"type":"string","examples":["expiry"]},
        "lastSuccess":\#(reference("Time", "When a round last went well.")),
        "rounds":{"type":"integer","minimum":0,"examples":[120],"description":"Rounds that went well."},
        "restarts":{"type":"integer","minimum":0,"examples":[0],"description":"How often it failed and was started again."},
        "failedTasks":{"type":"integer","minimum":0,"examples":[0],"description":"Tasks that failed and stayed due."},
        "inFlight":{"type":"integer","minimum":0,"examples":[0],"description":"Tasks under way."},
        "tasks":{"type":"array","description":"The kinds of tasks that it does.","items":{
        "type":"object","additionalProperties":false,"required":["kind","oldestDueMs"],
        "properties":{
        "kind":{"type":"string","examples":["eraseOrders"]},
        "oldestDueMs":{"type":"integer","minimum":0,"examples":[0],
        "description":"For how long the longest due one has waited in the whole shop, in milliseconds."}}}}}}
        """#,
        "Metrics": #"{"type":"string","description":"Prometheus' text format."}"#,
        "Page": #"{"type":"string","description":"HTML."}"#,
        "OpenAPI": #"""
        {"type":"object","required":["openapi","info","paths","components"],
        "description":"An OpenAPI 3.1 document.","properties":{"openapi":{"type":"string","examples":["3.1.0"]}}}
        """#,
    ]
}
