/* A VFS that gathers what a commit writes into the write-ahead log.
**
** SQLite writes each page of a commit with two calls, one for the frame's header and one for the page; a batch of orders makes some
** hundred of them, one after another in the file. Here they are gathered in memory and written with one call, before the log is
** synced and before anything of it is read, truncated or measured. Every file but the log is the underlying VFS's own.
**
** This is safe because a connection with synchronous=FULL syncs the log in each commit: until then no other connection looks at the
** frames (the index of the log, in shared memory, is told of them after the sync). A write that fails when it is at last made fails the
** sync, and so the commit; SQLite then writes the same place anew.
**
** A commit's own sync can be put off. Its frames are then written and seen by all, and the caller that made it must sync the log before telling
** anybody that it is done. Only the sync that ends a commit is ever put off. The one that follows the header of a log that starts over
** keeps new frames from being taken for old ones, and the one that begins a checkpoint keeps the database behind the log: these are made.
**
** Source: sqlite.org/vfs.html, sqlite.org/walformat.html. */

#include "gathered_log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What is written with one call at most: the unix VFS takes less than 128 KiB at once. */
enum { CAPACITY = 124 << 10 };

typedef struct {
    sqlite3_file base;
    sqlite3_file *real;      /* the underlying VFS's file, right behind this struct */
    unsigned char *bytes;    /* what was gathered; none before the first write */
    int count;
    sqlite3_int64 offset;    /* where it belongs in the file */
    int puts_off;            /* whether the sync of a commit is somebody else's */
    int has_header;          /* whether a header was written that is not synced */
} log_file;

static sqlite3_file *real(sqlite3_file *file) { return ((log_file *)file)->real; }

/* Writes what was gathered. What could not be written is forgotten: the commit fails, and SQLite writes it anew. */
static int flush(sqlite3_file *file) {
    log_file *log = (log_file *)file;
    int count = log->count;
    log->count = 0;
    return count == 0 ? SQLITE_OK : log->real->pMethods->xWrite(log->real, log->bytes, count, log->offset);
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    log_file *log = (log_file *)file;
    sqlite3_int64 end = log->offset + log->count;
    if (offset == 0) log->has_header = 1;
    if (log->count > 0 && offset >= log->offset && offset + count <= end) {
        memcpy(log->bytes + (offset - log->offset), bytes, (size_t)count);
        return SQLITE_OK;
    }
    if (log->count > 0 && (offset != end || log->count + count > CAPACITY)) {
        int status = flush(file);
        if (status != SQLITE_OK) return status;
    }
    if (log->bytes == NULL) log->bytes = sqlite3_malloc(CAPACITY);
    if (log->bytes == NULL || count > CAPACITY) return log->real->pMethods->xWrite(log->real, bytes, count, offset);
    if (log->count == 0) log->offset = offset;
    memcpy(log->bytes + log->count, bytes, (size_t)count);
    log->count += count;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int status = flush(file);
    return status != SQLITE_OK ? status : real(file)->pMethods->xRead(real(file), bytes, count, offset);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int status = flush(file);
    return status != SQLITE_OK ? status : real(file)->pMethods->xTruncate(real(file), size);
}

static int sync_delay;

void tradewind_delay_syncs(int milliseconds) { sync_delay = milliseconds; }

static int log_sync(sqlite3_file *file, int flags) {
    log_file *log = (log_file *)file;
    int status = flush(file);
    if (status != SQLITE_OK || (log->puts_off && !log->has_header)) return status;
    if (sync_delay > 0) sqlite3_sleep(sync_delay);
    status = real(file)->pMethods->xSync(real(file), flags);
    if (status == SQLITE_OK) log->has_header = 0;
    return status;
}

int tradewind_sync_log(int descriptor) {
    if (sync_delay > 0) sqlite3_sleep(sync_delay);
    while (fdatasync(descriptor) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size) {
    int status = flush(file);
    return status != SQLITE_OK ? status : real(file)->pMethods->xFileSize(real(file), size);
}

static int log_close(sqlite3_file *file) {
    int written = flush(file);
    sqlite3_free(((log_file *)file)->bytes);
    int closed = real(file)->pMethods->xClose(real(file));
    return written != SQLITE_OK ? written : closed;
}

static int log_lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }
static int log_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
static int log_check_lock(sqlite3_file *file, int *held) {
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
static int log_control(sqlite3_file *file, int operation, void *argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
static int log_sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int log_characteristics(sqlite3_file *file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static const sqlite3_io_methods log_methods = {
    1, log_close, log_read, log_write, log_truncate, log_sync, log_size, log_lock, log_unlock, log_check_lock,
    log_control, log_sector_size, log_characteristics,
};

void tradewind_put_off_sync(sqlite3 *connection, int puts_off) {
    sqlite3_file *file = NULL;
    int status = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (status == SQLITE_OK && file != NULL && file->pMethods == &log_methods) ((log_file *)file)->puts_off = puts_off;
}

static int gathered_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *opened) {
    sqlite3_vfs *under = vfs->pAppData;
    if (!(flags & SQLITE_OPEN_WAL)) return under->xOpen(under, name, file, flags, opened);
    log_file *log = (log_file *)file;
    memset(log, 0, sizeof *log);
    log->real = (sqlite3_file *)(log + 1);
    int status = under->xOpen(under, name, log->real, flags, opened);
    /* SQLite closes a file that has methods, whatever opening it said. */
    if (log->real->pMethods != NULL) log->base.pMethods = &log_methods;
    return status;
}

int tradewind_register_gathered_log(void) {
    static sqlite3_vfs vfs;
    sqlite3_vfs *under = sqlite3_vfs_find("unix");
    if (under == NULL) return SQLITE_NOTFOUND;
    /* All but opening a file, and the room that a file takes, is the underlying VFS's. It finds its own state by itself: none of its
    ** other methods look at the struct that they are called with, but for those that are handed on in xOpen. */
    vfs = *under;
    vfs.pNext = NULL;
    vfs.zName = "gathered-log";
    vfs.szOsFile = (int)sizeof(log_file) + under->szOsFile;
    vfs.pAppData = under;
    vfs.xOpen = gathered_open;
    return sqlite3_vfs_register(&vfs, 0);
}
