import Foundation

/// Sizes of directories.
enum DirectorySize {
    /// The size of all files under a directory, in bytes.
    static func bytes(under path: String) -> Int64 {
        guard let files = FileManager.default.enumerator(atPath: path) else { return 0 }
        var sum: Int64 = 0
        for case let name as String in files {
            var status = stat()
            if lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                sum += Int64(status.st_size)
            }
        }
        return sum
    }
}
