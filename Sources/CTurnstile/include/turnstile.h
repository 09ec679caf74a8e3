// Locks shared by processes, through a file that each of them maps. Mutual exclusion comes from a kernel lock on the open file
// (man 2 fcntl, F_OFD_SETLK), which ends with its process; a count in the file lets the kernel wake waiting processes (man 2
// futex).
#ifndef TRADEWIND_TURNSTILE_H
#define TRADEWIND_TURNSTILE_H

#include <stdint.h>

struct tradewind_turnstile;

/// Opens and maps a file, which is created if it does not exist.
///
/// Returns 0 or an error number.
int tradewind_turnstile_open(const char *path, struct tradewind_turnstile **turnstile);

/// Waits for the head of the queue and then for the turn, for `nanoseconds` at most, and leaves the head of the queue.
///
/// Blocks the thread.
///
/// Returns 0 if the turn was taken; ETIMEDOUT, or another error number, if not.
int tradewind_turnstile_enter(struct tradewind_turnstile *turnstile, int64_t nanoseconds);

/// Gives up the turn, on any thread; has no effect if the turn was not taken.
void tradewind_turnstile_leave(struct tradewind_turnstile *turnstile);

/// Gives up the turn, if it was taken, and closes the file.
void tradewind_turnstile_close(struct tradewind_turnstile *turnstile);

#endif
