#ifndef TRADEWIND_PROCESS_H
#define TRADEWIND_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What of Linux's processes and sockets Swift cannot say: descriptors of processes, descriptors in messages, names of Unix sockets,
** and a spawn that hands on one socket and nothing else. Every function answers -1, with errno set, where it fails. */

/* A descriptor of a process, a child or not, which is readable once the process has ended (pidfd_open(2)). */
int tradewind_process_open(pid_t pid);

/* Sends a signal to the process of a descriptor, and never to another that has its number by now (pidfd_send_signal(2)). */
int tradewind_process_signal(int process, int signal);

/* Starts a program in a session of its own, with no signal blocked or ignored. Descriptor 3 is `listener`, when it is not -1; of the
** others only the standard ones are handed on. */
int tradewind_process_spawn(pid_t *pid, const char *path, char *const arguments[], char *const environment[], int listener);

/* Holds on to a file or a directory, whatever takes its name later; it cannot be read through this (O_PATH, open(2)). */
int tradewind_path_open(const char *path, int is_directory);

/* Names this process in lists of processes. */
void tradewind_process_name(const char *name);

/* From now on the calling thread gets the processor and the disk when nothing else wants them, as far as the kernel's schedulers do that
** (nice 19, and the idle class of ioprio_set(2)); it cannot be taken back. */
int tradewind_thread_idle(void);

/* From now on each of these signals is one byte, its number, at the descriptor that is answered, which does not block. */
int tradewind_signals_watch(const int *signals, size_t count);

/* Unix sockets, of `type` SOCK_STREAM or SOCK_DGRAM, closed on exec; a path that begins with @ is a name without a file. */
int tradewind_unix_bind(int type, const char *path);
int tradewind_unix_connect(int type, const char *path);
ssize_t tradewind_unix_send(int socket, const char *path, const void *bytes, size_t count);

/* The next connection, which does not block (accept4(2)). */
int tradewind_unix_accept(int listener);

/* The process that made the other end of a stream, or that listens there (SO_PEERCRED). */
pid_t tradewind_unix_peer(int socket);

/* Sends a descriptor with one byte, and takes one that was sent so; the one taken is closed on exec (SCM_RIGHTS, unix(7)). */
int tradewind_unix_send_descriptor(int socket, int descriptor);
int tradewind_unix_take_descriptor(int socket);

/* Words that several processes have in memory: no order among several of them is promised, only that each is whole. */
static inline uint64_t tradewind_word_load(const uint64_t *word) {
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}
static inline void tradewind_word_store(uint64_t *word, uint64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

#endif
