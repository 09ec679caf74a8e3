import Foundation
import Supervision

/// The memory available to all processes of a shop.
public enum MachineMemory {
    /// The machine's memory, or the limit of the control group if that is less, in bytes.
    public static let bytes: Int64 = {
        let machine = Int64(ProcessInfo.processInfo.physicalMemory)
        let file = FileManager.default.contents(atPath: "/sys/fs/cgroup/memory.max") ?? Data()
        guard case .bytes(let limit) = ControlGroup.memoryMax(String(decoding: file, as: UTF8.self)) else {
            return machine
        }
        return min(machine, limit)
    }()
}
