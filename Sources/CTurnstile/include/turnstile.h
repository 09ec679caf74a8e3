// Locks that processes share, by a file that each of them maps. What excludes is a lock of the kernel's on the open file (man 2 fcntl,
// F_OFD_SETLK), which ends with its process; a count in the file lets the kernel wake who waits for it (man 2 futex).
#ifndef TRADEWIND_TURNSTILE_H
#define TRADEWIND_TURNSTILE_H

#include <stdint.h>

struct tradewind_turnstile;

/// Opens and maps a file, which is made where it is not there.
///
/// Returns 0, or what errno says.
int tradewind_turnstile_open(const char *path, struct tradewind_turnstile **turnstile);

/// Takes the place at the head of the queue and then the turn, within so many nanoseconds, and gives up the place.
///
/// Returns 0 where the turn was taken; ETIMEDOUT, or another error, where it was not.
int tradewind_turnstile_enter(struct tradewind_turnstile *turnstile, int64_t nanoseconds);

/// Gives up the turn, on any thread; without effect where it was not taken.
void tradewind_turnstile_leave(struct tradewind_turnstile *turnstile);

/// Gives up the turn, where it was taken, and the file.
void tradewind_turnstile_close(struct tradewind_turnstile *turnstile);

#endif
