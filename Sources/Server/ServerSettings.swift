import API
import Components
import Configuration
import Foundation
import JSON
import Ledger
import Replicas
import Secrets
import Spelling
import Trading

/// The value of a setting, and its source.
public struct SettingValue: Sendable {
    /// The setting.
    public let setting: Setting
    /// Its value.
    public let value: SettingContent
    /// `default`, or where it was set.
    public let source: String

    /// The value for display: of a secret only `set` or `unset`.
    public var shown: String {
        switch value {
        case .secret(let secret): secret == Secret("") ? "unset" : "set"
        case .number(let number): "\(number)"
        case .flag(let isOn): isOn ? "yes" : "no"
        case .text(let text): text
        }
    }
}

/// The server's settings, from flags, the environment and a file, in that order of precedence.
public struct ServerSettings: Sendable {
    /// The data directory.
    public var data: String
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 takes a free one.
    public var port: Int
    /// The components that the process runs.
    public var components = Set(ComponentName.allCases)
    /// Every setting with its value.
    public let values: [SettingValue]
    /// Environment variables that look like settings but are not, each with the likely intended name.
    public let warnings: [String]

    /// Resolves every setting.
    ///
    /// - Parameters:
    ///   - overrides: the values of flags, by key.
    ///   - file: a JSON file of settings, nested by the dots of their names.
    /// - Throws: ``SettingError`` for an unknown name, a value out of bounds or an unreadable file.
    public init(
        data: String,
        host: String,
        port: Int,
        overrides: [String: String] = [:],
        file: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws {
        self.data = data
        self.host = host
        self.port = port
        for (key, said) in overrides {
            guard let setting = Setting.all.first(where: { $0.key == key }) else { throw SettingError.unknown(key) }
            if setting.kind.isSecret { try Self.refuseSecret(said, of: setting) }
        }
        var providers: [(name: String, reader: ConfigReader)] = [
            (
                "flag",
                ConfigReader(
                    provider: InMemoryProvider(
                        values: Dictionary(
                            uniqueKeysWithValues: overrides.map { key, value in
                                (
                                    AbsoluteConfigKey(key.split(separator: ".").map(String.init)),
                                    .init(.string(value), isSecret: Self.isSecret(key))
                                )
                            }
                        )
                    )
                )
            ),
            (
                "environment",
                ConfigReader(
                    provider: EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(
                        with: "tradewind"
                    )
                )
            ),
        ]
        if let file {
            try Self.checkNames(in: file)
            let provider = try await FileProvider<JSONSnapshot>(filePath: .init(file))
            providers.append(("file", ConfigReader(provider: provider)))
        }
        values = try Setting.all.map { setting in try Self.resolve(setting, providers) }
        warnings = Self.warnings(environment.keys)
    }

    /// Variables that other parts of this program, its scripts and its commands read.
    private static let otherVariables = [
        "TRADEWIND_CONFIG", "TRADEWIND_KEY", "TRADEWIND_URL", "TRADEWIND_SANDBOX_WEBHOOK_SECRET", "TRADEWIND_COMMIT",
        "TRADEWIND_DRILLS", "TRADEWIND_SKIP_DEPS",
    ]

    /// Only warnings, since a variable may belong to another program.
    private static func warnings(_ variables: some Sequence<String>) -> [String] {
        let known = Setting.all.map(\.variable) + otherVariables
        return variables.filter { $0.hasPrefix("TRADEWIND_") && !known.contains($0) }.sorted().map { name in
            let hint = SpellingSuggestion.closest(to: name, in: known).map { "did you mean \($0)? " } ?? ""
            return
                "the environment has \(name), which is no setting; \(hint)`tradewind config --json` lists the variables"
        }
    }

    private static func resolve(
        _ setting: Setting,
        _ providers: [(name: String, reader: ConfigReader)]
    ) throws -> SettingValue {
        let key = ConfigKey(setting.key.split(separator: ".").map(String.init))
        for (name, reader) in providers {
            guard let said = said(key, reader, isSecret: setting.kind.isSecret) else { continue }
            do throws(SettingError) {
                return SettingValue(setting: setting, value: try setting.kind.read(said), source: name)
            } catch {
                throw SettingError(description: "\(setting.key) (\(name)): \(error.description)")
            }
        }
        return SettingValue(setting: setting, value: setting.kind.fallback, source: "default")
    }

    /// The text of a setting in one source; a number in a file is accepted, too.
    private static func said(_ key: ConfigKey, _ reader: ConfigReader, isSecret: Bool) -> String? {
        reader.string(forKey: key, isSecret: isSecret) ?? reader.int(forKey: key, isSecret: isSecret).map { String($0) }
            ?? reader.double(forKey: key, isSecret: isSecret).map { String($0) }
            ?? reader.bool(forKey: key, isSecret: isSecret).map { $0 ? "yes" : "no" }
    }

    private static func isSecret(_ key: String) -> Bool {
        Setting.all.first { $0.key == key }?.kind.isSecret ?? true
    }

    /// Refuses a secret on the command line, which all users of the machine can see.
    private static func refuseSecret(_ said: String, of setting: Setting) throws(SettingError) {
        guard !SecretText.namesFiles(said) else { return }
        throw SettingError(
            description: """
                \(setting.key) is a secret, and a command line is seen by everyone on this machine: put it into a file and say \
                --set \(setting.key)=@FILE, or set \(setting.variable)
                """
        )
    }

    /// Refuses a file that contains names which are not settings.
    private static func checkNames(in file: String) throws {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw SettingError(description: "cannot read the configuration file \(file)")
        }
        var names: [String] = []
        // Editors on Windows put a byte order mark before UTF-8.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var json = JSONReader(Array(bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes))
        do {
            try collect(&json, prefix: "", into: &names)
            try json.finish()
        } catch {
            throw SettingError(description: "\(file) is not a JSON object of settings: \(error)")
        }
        for name in names where !Setting.all.contains(where: { $0.key == name }) {
            throw SettingError.unknown(name, in: file)
        }
    }

    private static func collect(
        _ json: inout JSONReader,
        prefix: String,
        into names: inout [String]
    ) throws(JSONError) {
        var found: [String] = []
        try json.object { (json, name) throws(JSONError) in
            let path = prefix.isEmpty ? name : "\(prefix).\(name)"
            if try json.peek() == .object {
                try collect(&json, prefix: path, into: &found)
            } else {
                found.append(path)
                try json.skip()
            }
        }
        names += found
    }

    /// The value of an integer setting.
    func callAsFunction(_ setting: Setting) -> Int {
        guard case .number(let number) = content(setting) else {
            preconditionFailure("\(setting.key) is not a number")
        }
        return number
    }

    /// The value of a flag.
    func isOn(_ setting: Setting) -> Bool {
        guard case .flag(let isOn) = content(setting) else { preconditionFailure("\(setting.key) is not yes or no") }
        return isOn
    }

    /// The value of a text setting; empty where it is not set.
    func text(_ setting: Setting) -> String {
        guard case .text(let text) = content(setting) else { preconditionFailure("\(setting.key) is not a text") }
        return text
    }

    /// The elements of a list setting, in order.
    func list(_ setting: Setting) -> [String] {
        text(setting).split(separator: ",").map(String.init)
    }

    /// The secrets of a setting, in order; none where it is not set.
    func secrets(_ setting: Setting) -> [Secret<String>] {
        secret(setting).reveal().split(separator: ",").map { Secret(String($0)) }
    }

    /// The whole text of a secret; empty where it is not set.
    func secret(_ setting: Setting) -> Secret<String> {
        guard case .secret(let secret) = content(setting) else { preconditionFailure("\(setting.key) is no secret") }
        return secret
    }

    private func content(_ setting: Setting) -> SettingContent {
        values.first { $0.setting.key == setting.key }?.value ?? setting.kind.fallback
    }
}
