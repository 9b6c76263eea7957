#include "linux_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

static int32_t answer(long result) { return result < 0 ? -errno : (int32_t)result; }

int32_t linux_socketpair(int32_t *first, int32_t *second, uint32_t buffer) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
    for (int index = 0; index < 2; index++) {
        const int size = (int)buffer;
        /* The forced form may pass the system's maximum; without the right, take the maximum. */
        if (setsockopt(pair[index], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0)
            (void)setsockopt(pair[index], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    }
    *first = pair[0];
    *second = pair[1];
    return 0;
}

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * LINUX_MESSAGE_FDS)];
};

int64_t linux_sendmsg(
    int32_t fd, const uint8_t *bytes, uint64_t count, const int32_t *fds, uint32_t fd_count) {
    union control control;
    struct iovec part = {(void *)(uintptr_t)bytes, count};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd_count > LINUX_MESSAGE_FDS) return -EINVAL;
    if (fd_count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
        memcpy(CMSG_DATA(header), fds, sizeof(int) * fd_count);
    }
    for (;;) {
        const ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) return sent;
        if (errno != EINTR) return -errno;
    }
}

/* Takes the descriptors out of a message; closes those that do not fit and answers their number. */
static uint32_t take_descriptors(struct msghdr *message, int32_t *fds, uint32_t *fd_count) {
    uint32_t refused = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
         header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        const size_t arrived = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < arrived; index++) {
            int32_t fd;
            memcpy(&fd, CMSG_DATA(header) + index * sizeof fd, sizeof fd);
            if (*fd_count < LINUX_MESSAGE_FDS) {
                fds[(*fd_count)++] = fd;
            } else {
                (void)close(fd);
                refused++;
            }
        }
    }
    return refused;
}

int64_t linux_recvmsg(
    int32_t fd, uint8_t *bytes, uint64_t capacity, int32_t *fds, uint32_t *fd_count,
    int32_t *is_incomplete, int32_t wait) {
    union control control;
    struct iovec part = {bytes, capacity};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    *fd_count = 0;
    *is_incomplete = 0;
    ssize_t count;
    do {
        count = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
    } while (count < 0 && errno == EINTR);
    if (count < 0) return -errno;
    const uint32_t refused = take_descriptors(&message, fds, fd_count);
    const int is_short = refused > 0 || (message.msg_flags & MSG_TRUNC) != 0;
    *is_incomplete = (message.msg_flags & MSG_CTRUNC) != 0;
    if (is_short || *is_incomplete) {
        while (*fd_count > 0) (void)close(fds[--*fd_count]);
    }
    return is_short ? -EMSGSIZE : count;
}

int32_t linux_pipe2(int32_t *reader, int32_t *writer) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    /* Only our end: the job's programs expect writes that block. And the file is ours, so that who
     * has another id and opens it again by /dev/stdout needs the permission; no process gets to it
     * but by a descriptor. */
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0 || fchmod(ends[1], 0622) != 0) {
        const int code = errno;
        (void)close(ends[0]);
        (void)close(ends[1]);
        return -code;
    }
    *reader = ends[0];
    *writer = ends[1];
    return 0;
}

int32_t linux_pipe2_blocking(int32_t *reader, int32_t *writer) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    if (fchmod(ends[0], 0644) != 0) {
        const int code = errno;
        (void)close(ends[0]);
        (void)close(ends[1]);
        return -code;
    }
    *reader = ends[0];
    *writer = ends[1];
    return 0;
}

int32_t linux_is_stream(int32_t fd) {
    struct stat found;
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fstat(fd, &found) != 0) return -errno;
    if ((flags & O_PATH) != 0) return 0;
    if (S_ISFIFO(found.st_mode)) return 1;
    if (S_ISCHR(found.st_mode)) return found.st_rdev == makedev(1, 3);
    /* Of files only memfd_create(2)'s can be sealed so; where there are no seals it is EINVAL. */
    const int seals = S_ISREG(found.st_mode) ? fcntl(fd, F_GET_SEALS) : 0;
    return seals > 0 && (seals & F_SEAL_WRITE) != 0;
}

int32_t linux_reserve_fd(int32_t number) {
    const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0) return -errno;
    const int32_t reserved = answer(dup3(null, number, O_CLOEXEC));
    (void)close(null);
    return reserved;
}

_Static_assert(LINUX_READABLE == EPOLLIN && LINUX_WRITABLE == EPOLLOUT, "as the kernel has them");
_Static_assert(LINUX_PRIORITY == EPOLLPRI && LINUX_HANGUP == EPOLLHUP, "as the kernel has them");

int32_t linux_epoll_create1(void) { return answer(epoll_create1(EPOLL_CLOEXEC)); }

int32_t linux_epoll_ctl_add(int32_t epoll, int32_t fd, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return answer(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}

int32_t linux_epoll_ctl_mod(int32_t epoll, int32_t fd, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return answer(epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event));
}

int32_t linux_epoll_ctl_del(int32_t epoll, int32_t fd) {
    return answer(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL));
}

int32_t linux_epoll_wait(
    int32_t epoll, struct linux_event *events, uint32_t capacity, int32_t timeout_ms) {
    struct epoll_event found[64];
    const int most = capacity < 64 ? (int)capacity : 64;
    const int count = epoll_wait(epoll, found, most, timeout_ms);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int index = 0; index < count; index++)
        events[index] = (struct linux_event){found[index].events, found[index].data.u64};
    return count;
}

int32_t linux_block_all_signals(void) {
    sigset_t all;
    (void)sigfillset(&all);
    return answer(sigprocmask(SIG_SETMASK, &all, NULL));
}

int32_t linux_is_ignored(int32_t signal) {
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int32_t linux_signalfd(const int32_t *signals, uint32_t count) {
    sigset_t wanted;
    (void)sigemptyset(&wanted);
    for (uint32_t index = 0; index < count; index++) (void)sigaddset(&wanted, signals[index]);
    return answer(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
}

int32_t linux_signalfd_read(int32_t fd) {
    struct signalfd_siginfo info;
    const ssize_t count = read(fd, &info, sizeof info);
    if (count < 0) return -errno;
    return count == sizeof info ? (int32_t)info.ssi_signo : -EIO;
}

int32_t linux_default_signals(void) {
    for (int number = 1; number < NSIG; number++) {
        /* Signals that libc keeps to itself and those that cannot change answer EINVAL. */
        const struct sigaction action = {.sa_handler = SIG_DFL};
        if (sigaction(number, &action, NULL) != 0 && errno != EINVAL) return -errno;
    }
    return 0;
}

int64_t linux_realtime_us(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -errno;
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t linux_monotonic_us(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return -errno;
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t linux_monotonic_ms(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return -errno;
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
