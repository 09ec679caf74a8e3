#ifndef GATHERED_LOG_H
#define GATHERED_LOG_H

#include <sqlite3.h>

/* How the write-ahead log is written; log_check.h is how it is checked. */

/* Registers the VFS "gathered-log" once for the process; answers SQLITE_OK, or why it could not. */
int tradewind_register_gathered_log(void);

/* From now on the sync that ends a commit of this connection is made by the caller that commits, or by SQLite as ever. */
void tradewind_put_off_sync(sqlite3 *connection, int puts_off);

/* Makes durable all that was written to a log, by whatever process, before the call; answers 0, or the error's number. */
int tradewind_sync_log(int descriptor);

/* For drills: from now on every sync of a log takes so much longer. To be said before the first connection. */
void tradewind_delay_syncs(int milliseconds);

#endif
