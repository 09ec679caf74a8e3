#define _GNU_SOURCE
#include "turnstile.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/// What tells locks that are good from those that a crash of the machine, a copy of the file or another layout left behind.
struct stamp {
    uint64_t layout;
    uint64_t inode;
    char boot[40];
};

struct locks {
    struct stamp stamp;
    pthread_mutex_t head;
    pthread_mutex_t turn;
};

struct tradewind_turnstile {
    struct locks *locks;
};

/// Changes with every boot of the machine: whoever held a lock before is gone, and the kernel has not said so.
static int read_boot(char *boot, size_t size) {
    int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno;
    ssize_t count = read(file, boot, size - 1);
    int code = count > 0 ? 0 : EIO;
    close(file);
    return code;
}

static int init_mutex(pthread_mutex_t *mutex) {
    pthread_mutexattr_t attributes;
    int code = pthread_mutexattr_init(&attributes);
    if (code != 0) return code;
    code = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    if (code == 0) code = pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    // A thread that has the turn and wants it again is told, and one that has it not gives up nothing.
    if (code == 0) code = pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    if (code == 0) code = pthread_mutex_init(mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return code;
}

/// Makes the locks where those in the file are not good; the file is locked meanwhile.
static int prepare(int file, struct locks **mapped) {
    struct stat status;
    struct stamp stamp;
    memset(&stamp, 0, sizeof stamp);
    int code = read_boot(stamp.boot, sizeof stamp.boot);
    if (code != 0) return code;
    if (fstat(file, &status) != 0) return errno;
    stamp.layout = sizeof(struct locks);
    stamp.inode = (uint64_t)status.st_ino;
    // Never shortened: whoever maps it would find nothing there.
    if ((size_t)status.st_size < sizeof(struct locks) && ftruncate(file, sizeof(struct locks)) != 0) return errno;
    // Room that the disk does not have would be missed only when it is written to, as a fault of memory.
    if ((code = posix_fallocate(file, 0, sizeof(struct locks))) != 0) return code;
    struct locks *locks = mmap(NULL, sizeof(struct locks), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (locks == MAP_FAILED) return errno;
    if (memcmp(&locks->stamp, &stamp, sizeof stamp) != 0) {
        code = init_mutex(&locks->head);
        if (code == 0) code = init_mutex(&locks->turn);
        if (code == 0) memcpy(&locks->stamp, &stamp, sizeof stamp);
    }
    if (code != 0) {
        munmap(locks, sizeof(struct locks));
        return code;
    }
    *mapped = locks;
    return 0;
}

int tradewind_turnstile_open(const char *path, struct tradewind_turnstile **turnstile) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return errno;
    struct locks *locks = NULL;
    int code = flock(file, LOCK_EX) == 0 ? prepare(file, &locks) : errno;
    // Said in so many words: the mapping keeps the file open, and with it the lock.
    flock(file, LOCK_UN);
    close(file);
    if (code != 0) return code;
    *turnstile = malloc(sizeof(struct tradewind_turnstile));
    if (*turnstile == NULL) {
        munmap(locks, sizeof(struct locks));
        return ENOMEM;
    }
    (*turnstile)->locks = locks;
    return 0;
}

static int take(pthread_mutex_t *mutex, const struct timespec *deadline) {
    int code = pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, deadline);
    // Its owner died; nothing stands behind the lock that could have been left half done.
    return code == EOWNERDEAD ? pthread_mutex_consistent(mutex) : code;
}

int tradewind_turnstile_enter(struct tradewind_turnstile *turnstile, int64_t nanoseconds) {
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    int64_t sum = (int64_t)deadline.tv_nsec + nanoseconds;
    deadline.tv_sec += (time_t)(sum / 1000000000);
    deadline.tv_nsec = (long)(sum % 1000000000);
    int code = take(&turnstile->locks->head, &deadline);
    if (code != 0) return code;
    code = take(&turnstile->locks->turn, &deadline);
    pthread_mutex_unlock(&turnstile->locks->head);
    return code;
}

void tradewind_turnstile_leave(struct tradewind_turnstile *turnstile) {
    pthread_mutex_unlock(&turnstile->locks->turn);
}

void tradewind_turnstile_close(struct tradewind_turnstile *turnstile) {
    munmap(turnstile->locks, sizeof(struct locks));
    free(turnstile);
}
