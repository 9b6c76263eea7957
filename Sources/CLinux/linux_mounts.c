#include "linux_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int32_t answer(long result) { return result < 0 ? -errno : (int32_t)result; }

int32_t linux_openat2(const char *path) {
    const struct open_how how = {
        .flags = O_PATH | O_CLOEXEC,
        .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return answer(syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how));
}

int32_t linux_openat2_folder(const char *path) {
    const struct open_how how = {
        .flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC,
        .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return answer(syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how));
}

int32_t linux_open_ns(const char *path) {
    return answer(open(path, O_RDONLY | O_CLOEXEC));
}

int32_t linux_unshare_mnt(void) {
    if (unshare(CLONE_NEWNS) != 0) return -errno;
    /* Nothing that is done from here on reaches the host, and nothing of the host comes here. */
    return answer(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
}

int32_t linux_unshare_mnt_slave(void) {
    if (unshare(CLONE_NEWNS) != 0) return -errno;
    return answer(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
}

int32_t linux_unshare_net(void) { return answer(unshare(CLONE_NEWNET)); }

int32_t linux_unshare_user(void) { return answer(unshare(CLONE_NEWUSER)); }

int32_t linux_setns_mnt(int32_t fd) { return answer(setns(fd, CLONE_NEWNS)); }

int32_t linux_open_tree(int32_t fd) {
    return answer(
        open_tree(fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE));
}

static int32_t restrict_mounts(
    int32_t tree, uint32_t attributes, uint64_t propagation, unsigned int flags) {
    struct mount_attr mount_attributes = {
        .attr_set = MOUNT_ATTR_NOSUID, .propagation = propagation};
    if ((attributes & LINUX_MOUNT_RDONLY) != 0) mount_attributes.attr_set |= MOUNT_ATTR_RDONLY;
    if ((attributes & LINUX_MOUNT_NODEV) != 0) mount_attributes.attr_set |= MOUNT_ATTR_NODEV;
    if ((attributes & LINUX_MOUNT_NOEXEC) != 0) mount_attributes.attr_set |= MOUNT_ATTR_NOEXEC;
    return answer(
        mount_setattr(tree, "", AT_EMPTY_PATH | flags, &mount_attributes, sizeof mount_attributes));
}

int32_t linux_mount_setattr_recursive(int32_t tree, uint32_t attributes) {
    const uint64_t propagation = (attributes & LINUX_MOUNT_SLAVE) != 0 ? MS_SLAVE : MS_PRIVATE;
    return restrict_mounts(tree, attributes, propagation, AT_RECURSIVE);
}

int32_t linux_mount_setattr(int32_t mount, uint32_t attributes) {
    return restrict_mounts(mount, attributes, 0, 0);
}

int32_t linux_mount_set_rdonly(int32_t mount, uint32_t is_rdonly) {
    struct mount_attr attributes = {
        .attr_set = is_rdonly == 1 ? MOUNT_ATTR_RDONLY : 0,
        .attr_clr = is_rdonly == 1 ? 0 : MOUNT_ATTR_RDONLY,
    };
    return answer(mount_setattr(mount, "", AT_EMPTY_PATH, &attributes, sizeof attributes));
}

int32_t linux_mount_id(int32_t fd, uint64_t *id) {
    struct statx found;
    if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &found) != 0)
        return -errno;
    *id = found.stx_mnt_id;
    return 0;
}

int32_t linux_fsmount_tmpfs(uint64_t bytes, uint64_t inodes) {
    char size[32];
    char count[32];
    (void)snprintf(size, sizeof size, "%llu", (unsigned long long)bytes);
    (void)snprintf(count, sizeof count, "%llu", (unsigned long long)inodes);
    const int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
    if (context < 0) return -errno;
    int result = fsconfig(context, FSCONFIG_SET_STRING, "size", size, 0);
    if (result == 0) result = fsconfig(context, FSCONFIG_SET_STRING, "nr_inodes", count, 0);
    if (result == 0) result = fsconfig(context, FSCONFIG_SET_STRING, "mode", "0755", 0);
    if (result == 0) result = fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    if (result == 0) result = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID);
    const int32_t made = answer(result);
    (void)close(context);
    return made;
}

int32_t linux_move_mount(int32_t tree, int32_t folder, const char *path) {
    return answer(move_mount(tree, "", folder, path, MOVE_MOUNT_F_EMPTY_PATH));
}

int32_t linux_pivot_root(int32_t folder) {
    if (fchdir(folder) != 0) return -errno;
    /* Both at once: the old root is put on top of the new one, and taken away. */
    if (syscall(SYS_pivot_root, ".", ".") != 0) return -errno;
    if (umount2(".", MNT_DETACH) != 0) return -errno;
    return answer(chdir("/"));
}

int32_t linux_symlinkat(int32_t folder, const char *name, const char *target) {
    return answer(symlinkat(target, folder, name));
}

int32_t linux_openat_create(int32_t folder, const char *name, uint32_t mode) {
    return answer(openat(
        folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode));
}

int32_t linux_mknodat(int32_t folder, const char *name, int32_t device) {
    struct stat found;
    if (fstat(device, &found) != 0) return -errno;
    if (!S_ISCHR(found.st_mode)) return -ENODEV;
    return answer(mknodat(folder, name, S_IFCHR | 0666, found.st_rdev));
}

int32_t linux_write_file(const char *path, const char *text, uint64_t length) {
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    const ssize_t written = write(fd, text, length);
    const int32_t result = written == (ssize_t)length ? 0 : written < 0 ? -errno : -EIO;
    (void)close(fd);
    return result;
}
