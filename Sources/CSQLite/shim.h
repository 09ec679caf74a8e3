#include <sqlite3.h>

/* sqlite3_config() takes variable arguments, which Swift cannot pass. Without memory statistics each allocation takes one lock less;
   it must be said before SQLite is first used, and is refused (SQLITE_MISUSE) afterwards. */
static inline int tradewind_sqlite_without_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
