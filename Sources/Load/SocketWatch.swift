import CEpoll
import Glibc

/// The sockets that a thread waits for (epoll(7), level-triggered): the cost of a round depends on the ready sockets only.
package final class SocketWatch {
    /// What each socket is watched for, by its number; 0 for nothing.
    private var watched: [UInt32]
    private var ready: [epoll_event]
    private let descriptor: Int32

    /// Watches no socket.
    ///
    /// - Parameter count: socket numbers are below this.
    package init(count: Int) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(descriptor >= 0, "no descriptor is left to wait with")
        watched = Array(repeating: 0, count: count)
        ready = Array(repeating: epoll_event(), count: max(1, min(count, 1_024)))
    }

    deinit { close(descriptor) }

    /// Waits for a socket to become readable, or writable.
    package func watch(_ number: Int, _ socket: Int32, forWriting: Bool) {
        let events = forWriting ? EPOLLOUT.rawValue : EPOLLIN.rawValue
        guard watched[number] != events else { return }
        var event = epoll_event()
        event.events = events
        event.data.u64 = UInt64(number)
        let isNew = watched[number] == 0
        let code = epoll_ctl(descriptor, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event)
        precondition(code == 0, "a socket cannot be watched: \(errno)")
        watched[number] = events
    }

    /// Removes a socket that is closed now or immediately afterwards; the kernel removes it by itself.
    package func forget(_ number: Int) { watched[number] = 0 }

    /// Waits until a socket is ready or the time is over, and passes on the numbers of up to 1,024 ready sockets.
    package func wait(nanoseconds: Int64, _ handle: (Int) -> Void) {
        let bounded = max(0, nanoseconds)
        var limit = timespec(tv_sec: Int(bounded / 1_000_000_000), tv_nsec: Int(bounded % 1_000_000_000))
        let count = epoll_pwait2(descriptor, &ready, Int32(ready.count), &limit, nil)
        for index in 0..<max(0, Int(count)) {
            let number = Int(ready[index].data.u64)
            // The socket may have been closed while earlier ones were handled.
            if watched[number] != 0 { handle(number) }
        }
    }
}
