#define _GNU_SOURCE

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* Processes */

int tradewind_process_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int tradewind_process_signal(int process, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, process, signal, NULL, 0);
}

int tradewind_path_open(const char *path, int is_directory) {
    return open(path, O_PATH | O_CLOEXEC | (is_directory ? O_DIRECTORY : 0));
}

void tradewind_process_name(const char *name) {
    /* The name of the first thread, whichever calls (proc(5)). */
    int file = open("/proc/self/comm", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, name, strlen(name)) < 0) errno = 0;
    close(file);
}

int tradewind_thread_idle(void) {
    enum { WHO_PROCESS = 1, CLASS_IDLE = 3, CLASS_SHIFT = 13 };
    pid_t thread = (pid_t)syscall(SYS_gettid);
    int nice = setpriority(PRIO_PROCESS, (id_t)thread, 19);
    int disk = (int)syscall(SYS_ioprio_set, WHO_PROCESS, thread, CLASS_IDLE << CLASS_SHIFT);
    return nice == 0 && disk == 0 ? 0 : -1;
}

static int prepare(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions, int listener) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int code = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    if (code == 0) code = posix_spawnattr_setsigmask(attributes, &none);
    if (code == 0) code = posix_spawnattr_setsigdefault(attributes, &all);
    /* Also where it has the number already: then this takes its mark to be closed on exec away, in the child alone. */
    if (code == 0 && listener >= 0) code = posix_spawn_file_actions_adddup2(actions, listener, 3);
    return code;
}

int tradewind_process_spawn(
    pid_t *pid, const char *path, char *const arguments[], char *const environment[], int listener
) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
    int code = prepare(&attributes, &actions, listener);
    if (code == 0) code = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (code == 0) return 0;
    errno = code;
    return -1;
}

/* Signals */

static int signal_pipe[2] = {-1, -1};

static void tell(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    /* A full pipe holds signals that were not read yet; one more of them says nothing new. */
    if (write(signal_pipe[1], &byte, 1) < 0) errno = saved;
    errno = saved;
}

int tradewind_signals_watch(const int *signals, size_t count) {
    if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = tell;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    for (size_t index = 0; index < count; index++) {
        if (sigaction(signals[index], &action, NULL) != 0) return -1;
    }
    return signal_pipe[0];
}

/* Unix sockets */

/* Answers the length of the address, or 0 with errno set where the path is too long. */
static socklen_t name(struct sockaddr_un *address, const char *path) {
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return 0;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    if (path[0] != '@') return (socklen_t)sizeof *address;
    address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

static int closed(int descriptor) {
    int saved = errno;
    close(descriptor);
    errno = saved;
    return -1;
}

int tradewind_unix_bind(int type, const char *path) {
    struct sockaddr_un address;
    socklen_t length = name(&address, path);
    if (length == 0) return -1;
    int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    /* The mode of the socket's file comes from the socket's own, so no other user can connect at any moment. */
    if (fchmod(descriptor, 0600) != 0) return closed(descriptor);
    if (bind(descriptor, (struct sockaddr *)&address, length) != 0) return closed(descriptor);
    if (type == SOCK_STREAM && listen(descriptor, 64) != 0) return closed(descriptor);
    return descriptor;
}

int tradewind_unix_connect(int type, const char *path) {
    struct sockaddr_un address;
    socklen_t length = name(&address, path);
    if (length == 0) return -1;
    int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    if (connect(descriptor, (struct sockaddr *)&address, length) != 0) return closed(descriptor);
    return descriptor;
}

ssize_t tradewind_unix_send(int descriptor, const char *path, const void *bytes, size_t count) {
    struct sockaddr_un address;
    socklen_t length = name(&address, path);
    if (length == 0) return -1;
    return sendto(descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, length);
}

int tradewind_unix_accept(int listener) {
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

pid_t tradewind_unix_peer(int descriptor) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : -1;
}

/* Room for one descriptor in a message, aligned as the kernel wants it. */
union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

int tradewind_unix_send_descriptor(int descriptor, int sent) {
    char byte = 0;
    struct iovec part = {&byte, 1};
    union control control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof sent);
    memcpy(CMSG_DATA(header), &sent, sizeof sent);
    return sendmsg(descriptor, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int tradewind_unix_take_descriptor(int descriptor) {
    char byte;
    struct iovec part = {&byte, 1};
    union control control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t count = recvmsg(descriptor, &message, MSG_CMSG_CLOEXEC);
    if (count < 0) return -1;
    struct cmsghdr *header = count == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS
        || header->cmsg_len != CMSG_LEN(sizeof(int))) {
        errno = EPROTO;
        return -1;
    }
    int taken;
    memcpy(&taken, CMSG_DATA(header), sizeof taken);
    return taken;
}
