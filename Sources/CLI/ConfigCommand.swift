import ArgumentParser
import Availability
import Foundation
import JSON
import Replicas
import Server

/// `tradewind config`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract:
            "Lists all settings with their values, bounds and where each was set, and what is repaired of itself.",
        discussion: """
            A setting is taken from --set, then from its environment variable, then from the file of --config, then from its \
            default. The variable of ledger.max-batch is TRADEWIND_LEDGER_MAX_BATCH; in the file it is \
            {"ledger": {"max-batch": 256}}. A name that is no setting is refused. Secrets are shown as set or unset only; put them into \
            the environment or the file, since a command line can be seen by others.
            """
    )

    @Option(name: .long, help: ArgumentHelp("A JSON file with settings. [env: TRADEWIND_CONFIG]", valueName: "file"))
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A setting, as in ledger.max-batch=256; may be repeated.", valueName: "key=value")
    )
    var overrides: [String] = []

    @Flag(
        name: .long,
        help: "Lists the recovery policies alone: what `tradewind up` repairs of itself, and how often at most."
    )
    var policies = false

    @Flag(name: .long, help: "Prints a JSON array: of settings, or with --policies of policies.")
    var json = false

    func run() async throws {
        let settings: ServerSettings
        do {
            settings = try await ServerSettings(
                data: "",
                host: "",
                port: 0,
                overrides: try SettingArguments.parse(overrides),
                file: config ?? ProcessInfo.processInfo.environment["TRADEWIND_CONFIG"]
            )
        } catch let error as ValidationError {
            throw error
        } catch {
            throw Failure.exit(Failure.words(error))
        }
        for warning in settings.warnings { Terminal.tell("tradewind: \(warning)\n") }
        switch (json, policies) {
        case (true, true): print(PolicyTable.json)
        case (true, false): print(jsonText(settings.values))
        case (false, true): print(PolicyTable.text)
        case (false, false): print(table(settings.values) + "\n\n" + room(settings) + PolicyTable.text)
        }
    }

    /// The value that the machine's limits leave of a setting; empty where they leave all of it.
    private func room(_ settings: ServerSettings) -> String {
        let files = OpenFiles.limit
        do throws(SettingError) {
            let most = try settings.connectionsMax(within: files)
            guard settings.values.contains(where: { $0.setting.key == "http.max-connections" && $0.shown != "\(most)" })
            else { return "" }
            return "At most \(most) connections are taken here: \(files) files may be open (ulimit -n).\n\n"
        } catch {
            return "\(error)\n\n"
        }
    }

    private func table(_ values: [SettingValue]) -> String {
        values.map { value in
            let kind = value.setting.kind
            var heading = "\(value.setting.key) = \(value.shown.isEmpty ? "(none)" : value.shown)"
            if case .number(_, let range, let unit) = kind {
                heading += " \(unit) (\(range.lowerBound) to \(range.upperBound))"
            } else {
                heading += " (\(kind.form))"
            }
            if value.source != "default" { heading += ", set by \(value.source)" }
            return TextList.entry(heading, value.setting.summary)
        }.joined(separator: "\n")
    }

    private func jsonText(_ values: [SettingValue]) -> String {
        var json = JSONWriter()
        json.array { json in
            for value in values {
                json.object { json in
                    json.member("key", value.setting.key)
                    write(value, to: &json)
                    json.member("setBy", value.source)
                    json.member("variable", value.setting.variable)
                    json.member("meaning", value.setting.summary)
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Writes the members that depend on the kind.
    private func write(_ value: SettingValue, to json: inout JSONWriter) {
        switch value.setting.kind {
        case .number(let fallback, let range, let unit):
            if case .number(let number) = value.value { json.member("value", number) }
            json.member("unit", unit)
            json.member("minimum", range.lowerBound)
            json.member("maximum", range.upperBound)
            json.member("default", fallback)
        case .flag(let fallback):
            if case .flag(let isOn) = value.value { json.member("value", isOn) }
            json.member("default", fallback)
        case .text(let fallback, _):
            json.member("value", value.shown)
            json.member("form", value.setting.kind.form)
            json.member("default", fallback)
        case .choice(let fallback, let words):
            json.member("value", value.shown)
            write(words, to: &json)
            json.member("default", fallback)
        case .names(let words):
            json.member("value", value.shown)
            write(words, to: &json)
            json.member("default", "")
        case .secret:
            json.member("value", value.shown)
            json.member("form", value.setting.kind.form)
        }
    }

    private func write(_ words: [String], to json: inout JSONWriter) {
        json.key("choices")
        json.array { json in
            for word in words { json.string(word) }
        }
    }
}
