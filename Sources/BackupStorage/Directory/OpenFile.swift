import Foundation

/// An open file or directory, closed with its value.
final class OpenFile {
    let descriptor: Int32
    /// For messages.
    let path: String

    private init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens a name in a directory, without following it where it is a link; nil where there is no such name.
    static func named(
        _ name: String,
        in directory: OpenFile,
        _ flags: Int32,
        mode: mode_t = 0
    ) throws(StorageFailure) -> OpenFile? {
        let path = "\(directory.path)/\(name)"
        let descriptor = openat(directory.descriptor, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode)
        if descriptor < 0 && (errno == ENOENT || errno == ENOTDIR) { return nil }
        guard descriptor >= 0 else { throw StorageFailure(code: errno, path) }
        return OpenFile(descriptor, path)
    }

    /// Opens a directory by a path of the process.
    ///
    /// - Throws: `away` where there is none.
    static func directory(_ path: String) throws(StorageFailure) -> OpenFile {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageFailure(code: errno, path) }
        return OpenFile(descriptor, path)
    }

    deinit { close(descriptor) }

    /// Syncs a file.
    func sync() throws(StorageFailure) {
        guard fsync(descriptor) == 0 else { throw StorageFailure(code: errno, path) }
    }

    /// Syncs the names in a directory, where the file system does that: some network mounts sync them by themselves.
    func syncNames() throws(StorageFailure) {
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOSYS || errno == ENOTSUP else {
            throw StorageFailure(code: errno, path)
        }
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8]) throws(StorageFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw StorageFailure(code: errno, path) }
            written += count
        }
    }

    /// Its status.
    func status() throws(StorageFailure) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StorageFailure(code: errno, path) }
        return status
    }

    /// Whether it is a file, and nothing else.
    var isOrdinary: Bool {
        get throws(StorageFailure) { try status().st_mode & S_IFMT == S_IFREG }
    }

    /// The bytes of a file, from its beginning; nil where there are more than `most`.
    func read(atMost most: Int) throws(StorageFailure) -> [UInt8]? {
        let size = Int(try status().st_size)
        guard size <= most else { return nil }
        var bytes = [UInt8](repeating: 0, count: size + 1)
        var total = 0
        while total < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: total), $0.count - total)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw StorageFailure(code: errno, path) }
            if count == 0 { break }
            total += count
        }
        guard total <= size else { return nil }
        bytes.removeLast(bytes.count - total)
        return bytes
    }

    /// The names in a directory, without `.` and `..`.
    func names() throws(StorageFailure) -> [String] {
        // The stream closes its descriptor, so it gets one of its own.
        let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = fdopendir(own) else { throw StorageFailure(code: errno, path) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw StorageFailure(code: errno, path) }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }
}

extension StorageFailure {
    /// The failure for an error of the system.
    init(code: Int32, _ path: String) {
        let words = "\(path): \(String(cString: strerror(code)))"
        switch code {
        case ENOSPC, EDQUOT, EFBIG: self = .full(words)
        case EACCES, EPERM, EROFS: self = .denied(words)
        default: self = .away(words)
        }
    }
}
