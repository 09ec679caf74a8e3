// The log on standard error: one line for each event, for people or for programs. Control characters in its texts are escaped, so
// that an event is one line and cannot control the terminal.

import Foundation
import JSON
import Logging
import PlainText
import Trading

/// The format of log lines.
enum LogFormat: String, CaseIterable {
    /// For people.
    case text
    /// One JSON object a line: `time`, `level`, `message`, `source`, and the metadata under its own names in `with`.
    case json
}

/// Writes events as lines to standard error.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level = .info
    private let label: String
    private let format: LogFormat
    private let write: @Sendable (String) -> Void

    /// A handler for a label.
    ///
    /// - Parameter write: receives one line with its line feed; writes to standard error by default.
    init(
        _ label: String,
        _ format: LogFormat,
        write: @escaping @Sendable (String) -> Void = LineLogHandler.toStandardError
    ) {
        self.label = label
        self.format = format
        self.write = write
    }

    subscript(metadataKey name: String) -> Logger.Metadata.Value? {
        get { metadata[name] }
        set { metadata[name] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        if let error = event.error { all["error"] = "\(error)" }
        let sorted = all.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value.description) }
        write(format == .json ? json(event, sorted) : text(event, sorted))
    }

    private func text(_ event: LogEvent, _ metadata: [(name: String, text: String)]) -> String {
        let with = metadata.map { " \($0.name.forTerminal)=\($0.text.forTerminal)" }.joined()
        return
            "\(Timestamp.now) \(event.level) \(label):\(with) [\(event.source)] \(event.message.description.forTerminal)\n"
    }

    private func json(_ event: LogEvent, _ metadata: [(name: String, text: String)]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("time", "\(Timestamp.now)")
            json.member("level", event.level.rawValue)
            json.member("message", event.message.description)
            json.member("source", event.source)
            json.member("log", label)
            guard !metadata.isEmpty else { return }
            json.key("with")
            json.object { json in
                for (name, text) in metadata {
                    json.key(name)
                    json.string(text)
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self).forTerminal + "\n"
    }

    /// Writes a line with one system call, so that lines of several processes do not mix.
    static func toStandardError(_ line: String) {
        // A log that cannot be written, such as to a closed standard error, does not stop the work.
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
}
