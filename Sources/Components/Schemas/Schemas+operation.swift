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
        "epoch":{"type":"integer","minimum":1,"examples":[1795411261123],
        "description":"The epoch in which it happened, if the shop was restored from a backup before."},
        "subject":{"type":"string","examples":["ord_0199c2f0a3b47c6e8d2f5a1b3c4d5e6f"],
        "description":"To what it happened: an id, a SKU or a code."},
        "at":{"$ref":"#/components/schemas/Time"},
        "data":{"type":"object","description":"The facts, which differ by type; members may be added."}}}
        """#,
        "EventPage": ##"""
        {"type":"object","additionalProperties":false,"required":["items","next","epoch"],
        "properties":{
        "items":{"type":"array","items":{"$ref":"#/components/schemas/Event"}},
        "next":{"type":"integer","minimum":0,"examples":[4711],
        "description":"What `after` must be to go on; the same again where there is nothing new."},
        "epoch":{"type":"integer","minimum":0,"examples":[0],
        "description":"What `epoch` must be to go on: 0 until the shop is restored from a backup, then another with each restore."}}}
        """##,
    ]

    /// Restores from backups.
    static let restores: [String: String] = [
        "Restoration": Restoration.jsonSchema(
            "A restore of the shop from a backup, and what was found of what was lost."
        ),
        "RestoreList": #"""
        {"type":"object","additionalProperties":false,"required":["items"],
        "properties":{"items":{"type":"array","items":{"$ref":"#/components/schemas/Restoration"}}}}
        """#,
    ]

    /// Health checks, figures and the API description itself.
    static let operation: [String: String] = [
        "Health": #"""
        {"type":"object","additionalProperties":false,"required":["status"],
        "properties":{
        "status":{"type":"string","enum":["ok","degraded","starting","draining","stuck","setAside"]},
        "writes":{"type":"string","examples":["ok"],"description":"What the last write of the canary met."},
        "writesCode":{"type":"string","enum":[\#(quoted(LedgerFailure.Code.allCases.map(\.rawValue)))],"description":"The same where it was refused, for programs."},
        "canaryAgeMs":{"type":"integer","minimum":0,"examples":[250],"description":"Since its answer, in milliseconds."},
        "snapshotAgeMs":{"type":"integer","minimum":0,"examples":[0],
        "description":"For how long browsing may be behind other processes, in milliseconds."},
        "sequence":{"type":"integer","minimum":0,"examples":[4711],"description":"The newest event in the snapshot."}}}
        """#,
        "ComponentList": #"""
        {"type":"object","additionalProperties":false,"required":["components"],
        "properties":{
        "components":{"type":"array","items":{"$ref":"#/components/schemas/Component"}},
        "ledger":{"type":"object","additionalProperties":false,"required":["isDamaged"],
        "description":"The condition of the ledger, where it is a file that may be damaged.",
        "properties":{
        "isDamaged":{"type":"boolean","examples":[false],
        "description":"Whether damage was found, so that the shop is only read until it is restored."},
        "damage":{"type":"object","additionalProperties":false,"required":["foundBy","words"],
        "description":"The first finding of damage.",
        "properties":{
        "at":\#(reference("Time", "When it was found; left out where the mark cannot be read.")),
        "foundBy":{"type":"string","enum":["use","check","backup","archive","unknown"],"examples":["check"]},
        "words":{"type":"string","examples":["Tree 7 page 42: btreeInitPage() returns error code 11"]}}},
        "checkedAt":\#(reference("Time", "When a check of the whole file last found nothing; left out before the first."))}}}}
        """#,
        "Component": #"""
        {"type":"object","additionalProperties":false,"required":["name","isResting","workers","dependencies"],
        "description":"A part of the shop that is run, stopped and scaled alone.",
        "properties":{
        "name":{"type":"string","enum":[\#(quoted(ComponentName.allCases.map(\.rawValue)))],"examples":["orders"]},
        "isResting":{"type":"boolean","examples":[false],
        "description":"Whether its workers, having failed too often, are not started again for a while."},
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
        "ReplicaList": #"""
        {"type":"object","additionalProperties":false,"required":["supervisor","replicas","crashLoops","recoveries"],
        "properties":{
        "supervisor":{"type":"object","additionalProperties":false,"required":["isAlive"],
        "description":"Who looks after the replicas of this machine, as started by `tradewind up`.",
        "properties":{
        "isAlive":{"type":"boolean","examples":[true],"description":"Whether it lives; the rest is said only then."},
        "pid":{"type":"integer","minimum":1,"examples":[4711]},
        "version":{"type":"string","examples":["0.1.0"]},
        "state":{"type":"string","enum":["running","restarting","stopping"]},
        "uptimeMs":{"type":"integer","minimum":0,"examples":[60000]},
        "port":{"type":"integer","minimum":0,"maximum":65535,"examples":[8080]},
        "release":{"type":"string","examples":["r1"],"description":"What new replicas are started from."},
        "wanted":{"type":"integer","minimum":0,"examples":[2],"description":"How many replicas there are to be."},
        "minimum":{"type":"integer","minimum":1,"examples":[2]},
        "maximum":{"type":"integer","minimum":1,"examples":[2]},
        "restarts":{"type":"integer","minimum":0,"examples":[0],"description":"Replicas that crashed or hung so far."},
        "quarantines":{"type":"boolean","examples":[true],
        "description":"Whether a request that has ended three replicas is refused: not if the memory for that cannot be used."}}},
        "replicas":{"type":"array","items":{"$ref":"#/components/schemas/Replica"}},
        "crashLoops":{"type":"array","items":{"type":"string"},"description":"Releases that crash in a loop."},
        "recoveries":{"type":"array","description":"What the supervisor did of itself, newest last.","items":{
        "type":"object","additionalProperties":false,"required":["at","replica","cause","action"],
        "properties":{
        "at":{"$ref":"#/components/schemas/Time"},
        "replica":{"type":"string","examples":["replica-1"],"description":"Whom it is about: a replica, a component, a release, or `machine`."},
        "cause":{"type":"string","examples":["no heartbeat for 3100 ms"]},
        "action":{"type":"string","examples":["another one is started"]},
        "result":{"type":"string","examples":["replica-3 serves in its place after 640 ms"],
        "description":"Left out as long as it is open."}}}}}}
        """#,
        "Replica": #"""
        {"type":"object","additionalProperties":false,"required":["id","pid","release","state","uptimeMs","isAdopted"],
        "description":"A process that serves this shop; its figures are those of its last heartbeat.",
        "properties":{
        "id":{"type":"string","examples":["replica-1"]},
        "pid":{"type":"integer","minimum":1,"examples":[4712]},
        "release":{"type":"string","examples":["r1"]},
        "version":{"type":"string","examples":["0.1.0"]},
        "state":{"type":"string","enum":["starting","ready","degraded","draining","suspect","hung"]},
        "uptimeMs":{"type":"integer","minimum":0,"examples":[60000]},
        "isAdopted":{"type":"boolean","examples":[false],"description":"Whether an earlier supervisor started it."},
        "heartbeatAgeMs":{"type":"integer","minimum":0,"examples":[250]},
        "eventLoopLagMs":{"type":"integer","minimum":0,"examples":[0],"description":"How late its event loops are."},
        "canaryAgeMs":{"type":"integer","minimum":0,"examples":[500],"description":"Since its last write was answered."},
        "inFlight":{"type":"integer","minimum":0,"examples":[3],"description":"Requests under way."},
        "requests":{"type":"integer","minimum":0,"examples":[4711],"description":"Requests answered since its start."},
        "errors":{"type":"integer","minimum":0,"examples":[0],"description":"Those answered with a 5xx status."},
        "shed":{"type":"integer","minimum":0,"examples":[0],"description":"Those refused because of load."},
        "cpuPercent":{"type":"integer","minimum":0,"examples":[12],"description":"Of one processor, since the heartbeat before."},
        "residentBytes":{"type":"integer","minimum":0,"examples":[52428800]},
        "descriptors":{"type":"integer","minimum":0,"examples":[42]},
        "descriptorLimit":{"type":"integer","minimum":0,"examples":[1048576]}}}
        """#,
        "Metrics": #"{"type":"string","description":"Prometheus' text format."}"#,
        "Page": #"{"type":"string","description":"HTML."}"#,
        "OpenAPI": #"""
        {"type":"object","required":["openapi","info","paths","components"],
        "description":"An OpenAPI 3.1 document.","properties":{"openapi":{"type":"string","examples":["3.1.0"]}}}
        """#,
    ]
}
