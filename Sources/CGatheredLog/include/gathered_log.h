#ifndef GATHERED_LOG_H
#define GATHERED_LOG_H

/* Registers the VFS "gathered-log" once for the process; answers SQLITE_OK, or why it could not. */
int tradewind_register_gathered_log(void);

/* For drills: from now on every sync of a log takes so much longer. To be said before the first connection. */
void tradewind_delay_syncs(int milliseconds);

#endif
