#ifndef LOG_CHECK_H
#define LOG_CHECK_H

#include <sqlite3.h>
#include <stdint.h>

/* What a look at a write-ahead log says. */
enum {
    TRADEWIND_LOG_SOUND = 0,
    TRADEWIND_LOG_DAMAGED = 1,
    TRADEWIND_LOG_STARTED_OVER = 2, /* it started over meanwhile: to be looked at again */
    TRADEWIND_LOG_UNREADABLE = 3
};

/* Whether every frame of a log that counts is as it was written, by the frames' own chain of checksums: those up to the last commit, as
** the log's index in memory says. A restart after a crash believes no index: it ends at the first frame that does not fit, and forgets
** all commits behind it.
**
** `connection` has a read transaction open on the file, and `path` is its log. `frames` is how many frames count, `bad` the first of them that is damaged, from 1 on; 0 is the
** log's header. */
int tradewind_check_log(sqlite3 *connection, const char *path, uint32_t *frames, uint32_t *bad);

#endif
