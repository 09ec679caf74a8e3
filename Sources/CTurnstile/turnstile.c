#define _GNU_SOURCE
#include "turnstile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/// The locks: each is one byte of the file, and has one count.
enum lock { HEAD, TURN, LOCKS };

struct tradewind_turnstile {
    int file;
    /// How often each lock was given up; the initial values do not matter.
    _Atomic uint32_t *counts;
};

static const size_t file_size = LOCKS * sizeof(uint32_t);

/// The interval after which a lock is tried again without a wake-up: a process that dies releases its locks without waking any
/// process.
static const int64_t patience = 50 * 1000000;

int tradewind_turnstile_open(const char *path, struct tradewind_turnstile **turnstile) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return errno;
    // Without allocated disk space, the first write to the mapping would end the process (SIGBUS).
    int code = posix_fallocate(file, 0, file_size);
    void *counts = code == 0 ? mmap(NULL, file_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
    if (code == 0 && counts == MAP_FAILED) code = errno;
    struct tradewind_turnstile *opened = code == 0 ? malloc(sizeof *opened) : NULL;
    if (code == 0 && opened == NULL) code = ENOMEM;
    if (code != 0) {
        if (counts != MAP_FAILED) munmap(counts, file_size);
        close(file);
        return code;
    }
    opened->file = file;
    opened->counts = counts;
    *turnstile = opened;
    return 0;
}

static int set(struct tradewind_turnstile *turnstile, enum lock lock, short type) {
    struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = lock, .l_len = 1};
    return fcntl(turnstile->file, F_OFD_SETLK, &range) == 0 ? 0 : errno;
}

static void give_up(struct tradewind_turnstile *turnstile, enum lock lock) {
    set(turnstile, lock, F_UNLCK);
    atomic_fetch_add(&turnstile->counts[lock], 1);
    syscall(SYS_futex, &turnstile->counts[lock], FUTEX_WAKE, 1, NULL, NULL, 0);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int take(struct tradewind_turnstile *turnstile, enum lock lock, int64_t deadline) {
    while (1) {
        // Read before the lock is tried: a release from here on changes the count and ends the wait.
        uint32_t count = atomic_load(&turnstile->counts[lock]);
        int code = set(turnstile, lock, F_WRLCK);
        if (code != EAGAIN && code != EACCES && code != EINTR) return code;
        int64_t left = deadline - now();
        if (left <= 0) return ETIMEDOUT;
        if (left > patience) left = patience;
        struct timespec wait = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
        syscall(SYS_futex, &turnstile->counts[lock], FUTEX_WAIT, count, &wait, NULL, 0);
    }
}

int tradewind_turnstile_enter(struct tradewind_turnstile *turnstile, int64_t nanoseconds) {
    int64_t deadline = now() + nanoseconds;
    int code = take(turnstile, HEAD, deadline);
    if (code != 0) return code;
    code = take(turnstile, TURN, deadline);
    give_up(turnstile, HEAD);
    return code;
}

void tradewind_turnstile_leave(struct tradewind_turnstile *turnstile) { give_up(turnstile, TURN); }

void tradewind_turnstile_close(struct tradewind_turnstile *turnstile) {
    give_up(turnstile, TURN);
    // The mapping keeps the open file, and with it the locks.
    munmap((void *)turnstile->counts, file_size);
    close(turnstile->file);
    free(turnstile);
}
