import CProcess
import Foundation
import Resilience

/// Words that processes share, in a file in memory (tmpfs): no access waits for a disk.
final class SharedWords: WordStore {
    let count: Int
    /// Each word is read and written atomically, see `tradewind_word_load`.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<UInt64>

    /// Opens the words, and creates them where they do not exist.
    init(path: String, count: Int) throws(SystemError) {
        self.count = count
        let file = Descriptor(
            try system("open \(path)") { open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }
        )
        let size = count * MemoryLayout<UInt64>.size
        // Allocates the pages now: a write to a page without memory would end the process (SIGBUS).
        let code = posix_fallocate(file.number, 0, size)
        guard code == 0 else { throw SystemError("make room for \(path)", code: code) }
        let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0)
        guard let mapped, mapped != MAP_FAILED else { throw SystemError("map \(path)") }
        words = mapped.bindMemory(to: UInt64.self, capacity: count)
    }

    deinit {
        munmap(words, count * MemoryLayout<UInt64>.size)
    }

    subscript(index: Int) -> UInt64 {
        get {
            precondition((0..<count).contains(index), "no such word")
            return tradewind_word_load(words + index)
        }
        set {
            precondition((0..<count).contains(index), "no such word")
            tradewind_word_store(words + index, newValue)
        }
    }
}
