/* A file in memory that is handed to a job: what is in it can be read and nothing else. */
#include "linux_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Since Linux 6.3; older headers do not have it. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

static int fill(int fd, const uint8_t *bytes, uint64_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return -1;
        bytes += written;
        count -= (uint64_t)written;
    }
    /* A process that reads may open it again by /dev/stdin, and can neither write nor execute it,
       also where the kernel has no MFD_NOEXEC_SEAL. */
    if (fchmod(fd, 0444) != 0) return -1;
    const int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
    if (fcntl(fd, F_ADD_SEALS, seals) != 0) return -1;
    return lseek(fd, 0, SEEK_SET) == 0 ? 0 : -1;
}

int32_t linux_memfd_create(const uint8_t *bytes, uint64_t count) {
    int fd = memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    if (fd < 0 && errno == EINVAL) fd = memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -errno;
    if (fill(fd, bytes, count) != 0) {
        int32_t failure = -errno;
        close(fd);
        return failure;
    }
    return fd;
}
