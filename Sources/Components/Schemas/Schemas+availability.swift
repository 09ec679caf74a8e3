import Availability

extension Schemas {
    /// Availability: figures, incidents, and what probers saw.
    static let availability: [String: String] = [
        "Availability": #"""
        {"type":"object","additionalProperties":false,
        "required":["source","confidence","window","requests","time","windows","figures","incidents","classes","probes",
        "budget","components","faults"],
        "description":"How available the shop was in a window. What the records do not say is left out.",
        "properties":{
        "source":{"type":"string","examples":["shop"]},
        "confidence":{"type":"number","examples":[0.9],"description":"How sure the intervals are."},
        "window":{"$ref":"#/components/schemas/TimeWindow"},
        "requests":{"type":"object","additionalProperties":false,
        "required":["good","bad","excluded","ratio","ifIndependent"],
        "description":"By request: good / (good + bad).","properties":{
        "good":\#(count),"bad":\#(count),"excluded":\#(count),
        "ratio":\#(reference("Estimate", "Its interval draws whole minutes again.")),
        "ifIndependent":\#(reference("Estimate", "Its interval is right only if each request fails by itself."))}},
        "time":{"type":"object","additionalProperties":false,
        "required":["totalSeconds","downSeconds","degradedSeconds","missingSeconds"],
        "description":"By time: 1 - down / total.","properties":{
        "ratio":{"type":"number","examples":[0.9998]},
        "totalSeconds":\#(count),"downSeconds":\#(count),"degradedSeconds":\#(count),
        "missingSeconds":{"type":"integer","minimum":0,"examples":[0],
        "description":"Of which nothing is recorded; they count as down."}}},
        "windows":{"type":"array","description":"By window: the worst of each length.","items":{
        "type":"object","additionalProperties":false,"required":["windowSeconds","from","bad","counted","ratio"],
        "properties":{
        "windowSeconds":{"type":"integer","minimum":1,"examples":[60]},"from":{"$ref":"#/components/schemas/Moment"},
        "bad":\#(count),"counted":\#(count),"ratio":{"type":"number","examples":[0.98]}}}},
        "figures":{"$ref":"#/components/schemas/ReliabilityFigures"},
        "incidents":{"type":"array","items":{"$ref":"#/components/schemas/Incident"}},
        "classes":{"type":"array","items":{"type":"object","additionalProperties":false,
        "required":["name","good","bad","excluded"],"properties":{
        "name":{"type":"string","examples":["transaction"]},"good":\#(count),"bad":\#(count),"excluded":\#(count),
        "ratio":{"type":"number","examples":[0.9998]}}}},
        "probes":{"type":"object","additionalProperties":false,
        "required":["passed","failed","longestFailure","requests"],
        "description":"What probers saw, and how the requests of theirs ended, which count nowhere else.","properties":{
        "passed":\#(count),"failed":\#(count),"longestFailure":\#(count),
        "requests":{"type":"object","additionalProperties":false,"required":["good","bad","excluded"],"properties":{
        "good":\#(count),"bad":\#(count),"excluded":\#(count)}}}},
        "budget":{"$ref":"#/components/schemas/ErrorBudget"},
        "components":{"$ref":"#/components/schemas/ComponentFigures"},
        "faults":{"type":"array","items":{"$ref":"#/components/schemas/ComponentFault"}}}}
        """#,
        "Moment": #"""
        {"type":"string","format":"date-time","examples":["2026-11-23T05:21:00Z"],
        "pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3})?Z$",
        "description":"RFC 3339 in UTC, to the millisecond where there are any."}
        """#,
        "TimeWindow": #"""
        {"type":"object","additionalProperties":false,"required":["from","to"],
        "description":"From one moment up to but not including another.","properties":{
        "from":{"$ref":"#/components/schemas/Moment"},"to":{"$ref":"#/components/schemas/Moment"}}}
        """#,
        "Estimate": #"""
        {"type":"object","additionalProperties":false,
        "description":"A figure with its interval; what the records do not give is left out.","properties":{
        "value":{"type":"number","examples":[0.9998]},"lower":{"type":"number","examples":[0.9991]},
        "upper":{"type":"number","examples":[1]}}}
        """#,
        "ReliabilityFigures": #"""
        {"type":"object","additionalProperties":false,
        "required":["confidence","windowSeconds","incidents","openIncidents","uptimeSeconds","downtimeSeconds",
        "mtbfSeconds","mttrSeconds","mttrResampledSeconds","faultsPerHour","availability"],
        "description":"MTBF is the mean up time between incidents; availability is MTBF / (MTBF + MTTR).","properties":{
        "confidence":{"type":"number","examples":[0.9]},"windowSeconds":{"type":"number","minimum":0},
        "incidents":\#(count),"openIncidents":\#(count),
        "uptimeSeconds":{"type":"number","minimum":0},"downtimeSeconds":{"type":"number","minimum":0},
        "mtbfSeconds":{"$ref":"#/components/schemas/Estimate"},"mttrSeconds":{"$ref":"#/components/schemas/Estimate"},
        "mttrResampledSeconds":{"$ref":"#/components/schemas/Estimate"},
        "faultsPerHour":{"$ref":"#/components/schemas/Estimate"},
        "availability":{"$ref":"#/components/schemas/Estimate"}}}
        """#,
        "Incident": #"""
        {"type":"object","additionalProperties":false,"required":["service","start","parts","seconds"],
        "description":"A stretch of time in which the shop was down.","properties":{
        "service":{"type":"string","examples":["shop"]},
        "start":\#(reference("Moment", "The first bad moment, which is not when it was noticed.")),
        "recovered":\#(reference("Moment", "When it was over; left out while it goes on.")),
        "seconds":{"type":"number","minimum":0,"examples":[30],"description":"How long it took, within the window."},
        "parts":{"type":"integer","minimum":1,"examples":[1],"description":"How many outages it was put together from."},
        "badRequests":\#(count),
        "fault":\#(reference("Moment", "When the fault happened that caused it.")),
        "detected":\#(reference("Moment", "When it was noticed.")),
        "mitigated":\#(reference("Moment", "When the worst was over.")),
        "cause":{"type":"string","examples":["crash: signal 9"]},
        "recovery":{"type":"string","enum":["automatic","byHand"]}}}
        """#,
        "IncidentList": #"""
        {"type":"object","additionalProperties":false,"required":["window","items","measures"],"properties":{
        "window":{"$ref":"#/components/schemas/TimeWindow"},
        "items":{"type":"array","items":{"$ref":"#/components/schemas/Incident"}},
        "measures":{"type":"array","items":{"$ref":"#/components/schemas/Measure"}}}}
        """#,
        "Measure": #"""
        {"type":"object","additionalProperties":false,"required":["at","subject","policy","cause","action"],
        "description":"What the supervisor did of itself without a replica having failed, such as to refuse writes.","properties":{
        "at":{"$ref":"#/components/schemas/Moment"},
        "subject":{"type":"string","examples":["machine"],"description":"Whom it is about: a replica, a component, or `machine`."},
        "policy":{"type":"string","examples":["disk-almost-full"]},
        "cause":{"type":"string","examples":["disk 96 % used"]},
        "action":{"type":"string","examples":["writes are refused, but for payments"]},
        "over":\#(reference("Moment", "When it was over; left out while it is in force.")),
        "result":{"type":"string","examples":["over after 5003 ms"]}}}
        """#,
        "ErrorBudget": #"""
        {"type":"object","additionalProperties":false,"required":["objective","allowedSeconds","burn","alerts"],
        "description":"What the objective allows, and how fast it is being spent.","properties":{
        "objective":{"type":"number","examples":[0.999]},
        "allowedSeconds":{"type":"number","minimum":0,"examples":[2592]},
        "remainingByTime":{"type":"number","examples":[0.93],"description":"Negative once it is overdrawn."},
        "remainingByRequest":{"type":"number","examples":[0.97],"description":"Negative once it is overdrawn."},
        "burn":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["windowSeconds"],
        "properties":{"windowSeconds":{"type":"integer","minimum":1,"examples":[3600]},
        "rate":{"type":"number","minimum":0,"examples":[0.4],
        "description":"How many times too fast; left out without requests."}}}},
        "alerts":{"type":"array","items":{"type":"string"}}}}
        """#,
        "ComponentFigures": #"""
        {"type":"object","additionalProperties":false,
        "required":["faults","byKind","betweenSeconds","recoverySeconds","masking"],
        "description":"How often replicas failed, and how many of these faults were not seen from outside.","properties":{
        "faults":\#(count),
        "byKind":{"type":"object","additionalProperties":{"type":"integer","minimum":1}},
        "betweenSeconds":{"$ref":"#/components/schemas/Estimate"},
        "recoverySeconds":{"$ref":"#/components/schemas/Estimate"},
        "masking":{"type":"object","additionalProperties":false,
        "required":["componentFaults","serviceIncidents","ratio"],"properties":{
        "componentFaults":\#(count),"serviceIncidents":\#(count),
        "ratio":\#(reference("Estimate", "1 - incidents / faults."))}}}}
        """#,
        "ComponentFault": #"""
        {"type":"object","additionalProperties":false,"required":["at","component","kind","cause","action"],"properties":{
        "at":\#(reference("Moment", "When it was noticed.")),
        "component":{"type":"string","examples":["replica-1"]},
        "kind":{"type":"string","enum":[\#(quoted(ComponentFault.Kind.allCases.map(\.rawValue)))]},
        "cause":{"type":"string","examples":["signal 9"]},
        "action":{"type":"string","examples":["another one is started"]},
        "recovered":\#(reference("Moment", "When another one served in its place."))}}
        """#,
        "ProbeInput": #"""
        {"type":"object","additionalProperties":false,"required":["verdicts"],
        "examples":[{"verdicts":[{"at":"2026-11-23T05:21:01.123Z","passed":false,"failures":2}]}],
        "properties":{"verdicts":{"type":"array","maxItems":\#(Bounds.verdicts),"items":{
        "type":"object","additionalProperties":false,"required":["at","passed"],"properties":{
        "at":\#(reference("Time", "When the round began; of an impossible time it is ignored.")),
        "passed":{"type":"boolean","examples":[false]},
        "failures":{"type":"integer","minimum":0,"maximum":\#(Bounds.verdictFailures),"examples":[2],
        "description":"How many rounds in a row had failed with it."}}}}}}
        """#,
        "ProbeReceipt": #"""
        {"type":"object","additionalProperties":false,"required":["recorded","ignored"],"properties":{
        "recorded":\#(count),"ignored":\#(count)}}
        """#,
    ]

    private static let count = #"{"type":"integer","minimum":0,"examples":[120]}"#
}
