import Availability
import ForeignFiles
import Foundation

/// Reading of a CSV file of outages, plain, gzip or xz.
enum OutageFile {
    /// The outages of a file, with the rows that cannot be used; a list without a column for the service is named after its file.
    ///
    /// - Throws: `SourceFileError` where the file cannot be read, `OutageListRefusal` where it is not a list of outages; the same
    ///   file fails again.
    static func read(
        _ path: String,
        encoding: String?,
        separator: UInt8?,
        reading: OutageReading
    ) throws -> OutageList {
        let decoder = try SourceDecoder(try SourceFile(path).stream(), encoding: encoding)
        let csv = CSVReader(decoder, separator: separator)
        var list: OutageList?
        while let record = try csv.next() {
            let fields = (0..<record.count).map { record.text($0) }
            if list == nil {
                list = try OutageList(header: fields, service: name(of: path), reading: reading)
            } else if let problem = record.problem {
                list?.reject(line: record.line, .malformed("\(problem)"))
            } else {
                list?.add(fields, line: record.line)
            }
        }
        guard let list else { throw OutageListRefusal.empty }
        return list
    }

    /// The file's name without its folder and without everything from its first dot.
    private static func name(of path: String) -> String {
        let file = URL(fileURLWithPath: path).lastPathComponent
        return file.split(separator: ".").first.map(String.init) ?? file
    }
}
