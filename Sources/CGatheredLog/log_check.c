/* The check of a write-ahead log while it is in use.
**
** The index in shared memory says how many frames count. It is asked of SQLite's own file, and never opened here: closing it would release
** the locks that this process has on it (sqlite.org/howtocorrupt.html, 2.2). Frames that count do not change until the log starts over, which the
** index tells before a byte of the log is changed; so a frame that does not fit is damaged, unless the index has changed since.
**
** Source: sqlite.org/walformat.html. */

#include "log_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEADER = 32, FRAME_HEADER = 24, INDEX_COPY = 48, INDEX_REGION = 32768, TRIES = 1000 };

static const uint32_t UNKNOWN = UINT32_MAX;

/* Of the index's header, what is needed; the salts are bytes as they are in the log. */
typedef struct {
    uint32_t unused[4];
    uint32_t frames;
    uint32_t pages;
    uint32_t sum[2]; /* of the last frame that counts */
    uint32_t salt[2];
    uint32_t own_sum[2];
} index_header;

_Static_assert(sizeof(index_header) == INDEX_COPY, "the index's header has 48 bytes");

typedef struct {
    uint32_t a, b;
} checksum;

static uint32_t big_endian(const unsigned char *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t little_endian(const unsigned char *bytes) {
    return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

static checksum sum(checksum sum, const unsigned char *bytes, size_t count, int is_big) {
    for (const unsigned char *end = bytes + count; bytes < end; bytes += 8) {
        sum.a += (is_big ? big_endian(bytes) : little_endian(bytes)) + sum.b;
        sum.b += (is_big ? big_endian(bytes + 4) : little_endian(bytes + 4)) + sum.a;
    }
    return sum;
}

static int says(const unsigned char *bytes, checksum sum) {
    return big_endian(bytes) == sum.a && big_endian(bytes + 4) == sum.b;
}

/* The index's header has two copies, of which the second is written last: both are alike unless it is being changed. */
static int read_index(volatile void *region, index_header *header) {
    for (int tries = 0; tries < TRIES; tries++) {
        index_header other;
        memcpy(header, (const void *)region, INDEX_COPY);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        memcpy(&other, (const char *)region + INDEX_COPY, INDEX_COPY);
        if (memcmp(header, &other, INDEX_COPY) == 0) return 1;
        usleep(1000);
    }
    return 0;
}

static int read_fully(int log, unsigned char *bytes, size_t count, off_t offset) {
    while (count > 0) {
        ssize_t got = pread(log, bytes, count, offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        bytes += got;
        count -= (size_t)got;
        offset += got;
    }
    return 1;
}

/* The first frame that does not fit, `frames` and 1 where all do, and UNKNOWN without memory. */
static uint32_t first_bad(int log, const index_header *index) {
    unsigned char header[HEADER];
    if (!read_fully(log, header, HEADER, 0)) return 0;
    uint32_t magic = big_endian(header), page = big_endian(header + 8);
    int is_big = magic & 1;
    checksum chain = sum((checksum){0, 0}, header, 24, is_big);
    if ((magic & ~1u) != 0x377f0682 || page < 512 || page > 65536 || (page & (page - 1)) != 0) return 0;
    if (memcmp(header + 16, index->salt, 8) != 0 || !says(header + 24, chain)) return 0;
    size_t size = FRAME_HEADER + page;
    unsigned char *frame = malloc(size);
    if (frame == NULL) return UNKNOWN;
    uint32_t number = 1;
    for (; number <= index->frames; number++) {
        if (!read_fully(log, frame, size, HEADER + (off_t)(number - 1) * (off_t)size)) break;
        chain = sum(sum(chain, frame, 8, is_big), frame + FRAME_HEADER, page, is_big);
        if (memcmp(frame + 8, index->salt, 8) != 0 || !says(frame + 16, chain)) break;
    }
    /* A frame may fit its own checksum, and yet not be the one that was written. */
    if (number > index->frames && (chain.a != index->sum[0] || chain.b != index->sum[1])) number = index->frames;
    free(frame);
    return number;
}

int tradewind_check_log(sqlite3 *connection, const char *path, uint32_t *frames, uint32_t *bad) {
    sqlite3_file *file = NULL;
    volatile void *region = NULL;
    *frames = *bad = 0;
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == NULL ||
        file->pMethods == NULL || file->pMethods->iVersion < 2 ||
        file->pMethods->xShmMap(file, 0, INDEX_REGION, 0, &region) != SQLITE_OK)
        return TRADEWIND_LOG_UNREADABLE;
    index_header index, later;
    if (region == NULL) return TRADEWIND_LOG_SOUND;
    if (!read_index(region, &index)) return TRADEWIND_LOG_UNREADABLE;
    if (index.frames == 0) return TRADEWIND_LOG_SOUND;
    int log = open(path, O_RDONLY | O_CLOEXEC);
    if (log < 0) return TRADEWIND_LOG_UNREADABLE;
    *frames = index.frames;
    *bad = first_bad(log, &index);
    close(log);
    if (*bad == UNKNOWN) return TRADEWIND_LOG_UNREADABLE;
    if (*bad == index.frames + 1) return TRADEWIND_LOG_SOUND;
    if (!read_index(region, &later)) return TRADEWIND_LOG_UNREADABLE;
    int has_started_over = memcmp(later.salt, index.salt, sizeof later.salt) != 0 || later.frames < index.frames;
    return has_started_over ? TRADEWIND_LOG_STARTED_OVER : TRADEWIND_LOG_DAMAGED;
}
