// What went wrong with replicas, kept beyond the supervisor: JSON lines in `run/faults.jsonl` of the data directory, appended to and never
// changed. The supervisor opens no ledger, and what it knows is worth keeping just when there is no replica that it could tell. A fault
// is two lines: one when it is noticed, one when another replica serves in its place; one that lacks the second is open. The file is not
// synced: a machine that loses power may lose its last lines.

import Availability
import Foundation
import JSON

/// The journal of faults of a data directory.
public struct FaultJournal: Sendable {
    private let path: String
    /// How long the file may get before it becomes the old one, in bytes; there is one old one.
    private let bytesMax: Int64

    /// The journal of a data directory; nothing is opened yet.
    public init(data: String) {
        self.init(path: data + "/run/faults.jsonl")
    }

    init(path: String, bytesMax: Int64 = 4 << 20) {
        self.path = path
        self.bytesMax = bytesMax
    }

    private var oldPath: String { path + ".1" }

    // MARK: Writing

    /// Notes a fault under a name of its own.
    func append(_ name: String, _ fault: ComponentFault) throws(SystemError) {
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.member("fault", name)
            json.member("at", fault.at.milliseconds)
            json.member("component", fault.component)
            json.member("kind", fault.kind.rawValue)
            json.member("cause", fault.cause)
            json.member("action", fault.action)
        }
        try write(json.bytes)
    }

    /// Notes when another replica served in the place of one that failed.
    func append(recovered name: String, at moment: Moment) throws(SystemError) {
        var json = JSONWriter(capacity: 64)
        json.object { json in
            json.member("fault", name)
            json.member("recovered", moment.milliseconds)
        }
        try write(json.bytes)
    }

    private func write(_ line: [UInt8]) throws(SystemError) {
        let (path, oldPath) = (path, oldPath)
        var status = stat()
        if stat(path, &status) == 0, Int64(status.st_size) > bytesMax {
            try system("turn \(path)") { rename(path, oldPath) }
        }
        let file = Descriptor(
            try system("open \(path)") { open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        )
        let bytes = line + [UInt8(ascii: "\n")]
        guard Glibc.write(file.number, bytes, bytes.count) == bytes.count else { throw SystemError("write \(path)") }
    }

    // MARK: Reading

    /// Every fault that is noted, in the order in which they were; lines that cannot be read are passed over.
    public func faults() -> [ComponentFault] {
        var found: [ComponentFault] = []
        var places: [String: Int] = [:]
        for file in [oldPath, path] {
            let bytes = FileManager.default.contents(atPath: file) ?? Data()
            for text in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let line = Self.line(Array(text)) else { continue }
                if let fault = line.fault {
                    places[line.name] = found.count
                    found.append(fault)
                } else if let place = places[line.name] {
                    found[place].recovered = line.recovered
                }
            }
        }
        return found
    }

    private static func line(_ bytes: [UInt8]) -> (name: String, fault: ComponentFault?, recovered: Moment?)? {
        do throws(JSONError) {
            var json = JSONReader(bytes)
            return try line(&json)
        } catch {
            return nil
        }
    }

    private static func line(
        _ json: inout JSONReader
    ) throws(JSONError) -> (name: String, fault: ComponentFault?, recovered: Moment?) {
        var (name, component, cause, action) = ("", "", "", "")
        var kind: ComponentFault.Kind?
        var (at, recovered): (Moment?, Moment?) = (nil, nil)
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "fault": name = try json.string()
            case "component": component = try json.string()
            case "kind": kind = ComponentFault.Kind(rawValue: try json.string())
            case "cause": cause = try json.string()
            case "action": action = try json.string()
            case "at": at = Moment(milliseconds: try json.int64())
            case "recovered": recovered = Moment(milliseconds: try json.int64())
            default: try json.skip()
            }
        }
        guard let at, let kind else { return (name, nil, recovered) }
        let fault = ComponentFault(at: at, component: component, kind: kind, cause: cause, action: action)
        return (name, fault, nil)
    }
}

extension Moment {
    init(_ date: Date) {
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }
}
