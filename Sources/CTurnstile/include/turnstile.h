// Locks that processes share, in a file that each of them maps: the kernel wakes who waits, no one polls, and a process that dies with a
// lock gives it up (robust futexes; man 2 get_robust_list, man 3 pthread_mutexattr_setrobust).
#ifndef TRADEWIND_TURNSTILE_H
#define TRADEWIND_TURNSTILE_H

#include <stdint.h>

struct tradewind_turnstile;

/// Maps a file's locks; makes the file, or its locks anew where they are of another boot, of another file that this is a copy of, or
/// of another layout.
///
/// Returns 0, or what errno says.
int tradewind_turnstile_open(const char *path, struct tradewind_turnstile **turnstile);

/// Takes the place at the head of the queue and then the turn, within so many nanoseconds, and gives up the place.
///
/// Returns 0 where the turn was taken; ETIMEDOUT, or another error, where it was not.
int tradewind_turnstile_enter(struct tradewind_turnstile *turnstile, int64_t nanoseconds);

/// Gives up the turn; without effect for a thread that has not taken it.
void tradewind_turnstile_leave(struct tradewind_turnstile *turnstile);

/// Gives up the mapping.
void tradewind_turnstile_close(struct tradewind_turnstile *turnstile);

#endif
