#include "linux_calls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static int32_t answer(long result) { return result < 0 ? -errno : (int32_t)result; }

int32_t linux_openat(int32_t folder, const char *name, enum linux_open_mode kind) {
    static const int flags[] = {
        [LINUX_OPEN_PATH] = O_PATH,
        [LINUX_OPEN_FOLDER] = O_RDONLY | O_DIRECTORY,
        [LINUX_OPEN_READ] = O_RDONLY | O_NONBLOCK | O_NOCTTY,
        [LINUX_OPEN_WRITE] = O_WRONLY | O_NOCTTY,
        [LINUX_OPEN_READ_WRITE] = O_RDWR | O_NOCTTY,
    };
    return answer(openat(folder, name, flags[kind] | O_NOFOLLOW | O_CLOEXEC));
}

/* "/proc/self/fd/" and a number; the longest is 14 + 10 digits. */
struct proc_name {
    char text[32];
};

static struct proc_name proc_name(int32_t fd) {
    struct proc_name name;
    (void)snprintf(name.text, sizeof name.text, "/proc/self/fd/%d", fd);
    return name;
}

int32_t linux_reopen_read(int32_t path_fd) {
    return answer(open(proc_name(path_fd).text, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

static struct linux_file_status file_status(const struct stat *found) {
    return (struct linux_file_status){
        .device = found->st_dev,
        .inode = found->st_ino,
        .size = (uint64_t)found->st_size,
        .modified_ns = found->st_mtim.tv_sec * 1000000000L + found->st_mtim.tv_nsec,
        .changed_ns = found->st_ctim.tv_sec * 1000000000L + found->st_ctim.tv_nsec,
        .mode = found->st_mode,
        .uid = found->st_uid,
        .gid = found->st_gid,
        .links = (uint32_t)found->st_nlink,
    };
}

int32_t linux_fstat(int32_t fd, struct linux_file_status *status) {
    struct stat found;
    if (fstat(fd, &found) != 0) return -errno;
    *status = file_status(&found);
    return 0;
}

int32_t linux_fstatat(int32_t folder, const char *name, struct linux_file_status *status) {
    struct stat found;
    if (fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
    *status = file_status(&found);
    return 0;
}

int32_t linux_fstatfs_tmpfs(int32_t fd, struct linux_tmpfs_status *status) {
    struct statfs found;
    if (fstatfs(fd, &found) != 0) return -errno;
    if (found.f_type != TMPFS_MAGIC) return -ENOTSUP;
    const uint64_t block = (uint64_t)found.f_bsize;
    *status = (struct linux_tmpfs_status){
        .used_bytes = (found.f_blocks - found.f_bfree) * block,
        .free_bytes = found.f_bfree * block,
        .free_inodes = found.f_ffree,
    };
    return 0;
}

int32_t linux_stat_memory(int32_t folder, const char *name, struct linux_inode_memory *memory) {
    struct stat found;
    if (fstatat(folder, name, &found, 0) != 0) return -errno;
    *memory = (struct linux_inode_memory){
        .device = found.st_dev,
        .inode = found.st_ino,
        .bytes = (uint64_t)found.st_blocks * 512,
    };
    return 0;
}

int32_t linux_readlink_in(int32_t folder, const char *name, uint8_t *bytes, uint32_t capacity) {
    return answer(readlinkat(folder, name, (char *)bytes, capacity));
}

int32_t linux_readlinkat(int32_t path_fd, uint8_t *bytes, uint32_t capacity) {
    return answer(readlinkat(path_fd, "", (char *)bytes, capacity));
}

int32_t linux_mkdirat(int32_t folder, const char *name, uint32_t mode) {
    return answer(mkdirat(folder, name, mode));
}

int32_t linux_fchown(int32_t fd, uint32_t uid, uint32_t gid) {
    return answer(fchown(fd, uid, gid));
}

int32_t linux_fchmod(int32_t fd, uint32_t mode) { return answer(fchmod(fd, mode)); }

int32_t linux_unlinkat(int32_t folder, const char *name) {
    return answer(unlinkat(folder, name, 0));
}

int32_t linux_rmdirat(int32_t folder, const char *name) {
    return answer(unlinkat(folder, name, AT_REMOVEDIR));
}

int32_t linux_renameat2(int32_t from, const char *from_name, int32_t to, const char *to_name) {
    return answer(renameat2(from, from_name, to, to_name, RENAME_NOREPLACE));
}

int32_t linux_openat2_beneath(int32_t folder, const char *path, enum linux_beneath kind) {
    const struct open_how how = {
        .flags = (kind == LINUX_BENEATH_HANDLE ? O_PATH : O_RDONLY) | O_DIRECTORY | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return answer(syscall(SYS_openat2, folder, path, &how, sizeof how));
}

int32_t linux_renameat(int32_t folder, const char *name, const char *new_name) {
    return answer(renameat(folder, name, folder, new_name));
}

int32_t linux_linkat(int32_t folder, const char *name, const char *new_name) {
    return answer(linkat(folder, name, folder, new_name, 0));
}

int32_t linux_fsync(int32_t fd) { return answer(fsync(fd)); }

int32_t linux_getdents64(int32_t fd, uint8_t *bytes, uint32_t capacity) {
    return answer(syscall(SYS_getdents64, fd, bytes, capacity));
}

int32_t linux_inotify_init(void) { return answer(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)); }

int32_t linux_inotify_add_watch(int32_t fd, const char *path) {
    const uint32_t itself = IN_DELETE_SELF | IN_MOVE_SELF | IN_DONT_FOLLOW;
    const uint32_t folder = itself | IN_CREATE | IN_DELETE | IN_MOVE | IN_ONLYDIR;
    int watch = inotify_add_watch(fd, path, folder);
    if (watch < 0 && errno == ENOTDIR) {
        struct stat status;
        if (lstat(path, &status) != 0) return -errno;
        /* What is written to a device is none of its changes. */
        const uint32_t content = S_ISREG(status.st_mode) ? IN_MODIFY | IN_ATTRIB : 0;
        watch = inotify_add_watch(fd, path, itself | content);
    }
    return watch < 0 ? -errno : 0;
}

int64_t linux_read(int32_t fd, uint8_t *bytes, uint64_t capacity) {
    for (;;) {
        const ssize_t count = read(fd, bytes, capacity);
        if (count >= 0) return count;
        if (errno != EINTR) return -errno;
    }
}

int64_t linux_pread(int32_t fd, uint8_t *bytes, uint64_t capacity, int64_t offset) {
    for (;;) {
        const ssize_t count = pread(fd, bytes, capacity, offset);
        if (count >= 0) return count;
        if (errno != EINTR) return -errno;
    }
}

int64_t linux_write(int32_t fd, const uint8_t *bytes, uint64_t count) {
    for (;;) {
        const ssize_t written = write(fd, bytes, count);
        if (written >= 0) return written;
        if (errno != EINTR) return -errno;
    }
}
