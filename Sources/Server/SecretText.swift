import Foundation
import Secrets

/// The text of a secret setting: the secret itself, or the name of a file that holds it.
///
/// `@FILE` stands for the content of the file, without white space at its end. Several are separated by commas.
public enum SecretText {
    /// The maximum size of a file in bytes.
    private static let bytesMax = 65_536

    /// The secret, with the contents of files in place of their names.
    ///
    /// Blocks its thread while a file is read.
    ///
    /// - Throws: ``SettingError``, whose text continues the setting's name and never contains the secret.
    public static func read(_ said: String) throws(SettingError) -> Secret<String> {
        var parts: [String] = []
        for part in said.split(separator: ",", omittingEmptySubsequences: false) {
            parts.append(part.hasPrefix("@") ? try content(of: String(part.dropFirst())) : String(part))
        }
        let text = parts.joined(separator: ",")
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SettingError(description: "a secret is of visible characters without spaces")
        }
        return Secret(text)
    }

    /// Whether a text names files only and contains no secret itself.
    static func namesFiles(_ said: String) -> Bool {
        said.split(separator: ",").allSatisfy { $0.hasPrefix("@") }
    }

    private static func content(of path: String) throws(SettingError) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw SettingError(description: "there is no file \(path) that can be read")
        }
        do {
            let bytes = try file.read(upToCount: bytesMax + 1) ?? Data()
            guard bytes.count <= bytesMax else { throw SettingError(description: "\(path) is too long for a secret") }
            let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard !text.isEmpty else { throw SettingError(description: "\(path) is empty") }
            return text
        } catch let error as SettingError {
            throw error
        } catch {
            throw SettingError(description: "\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}
