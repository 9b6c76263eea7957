#include "linux_calls.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int32_t linux_landlock_add_rule(int32_t ruleset, int32_t fd, uint64_t access) {
    const struct landlock_path_beneath_attr beneath = {.allowed_access = access, .parent_fd = fd};
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0
               ? 0
               : -errno;
}

int32_t linux_seccomp_notif_recv(int32_t listener, struct linux_seccomp_notif *call) {
    /* The kernel takes only zeros. */
    struct seccomp_notif notification;
    memset(&notification, 0, sizeof notification);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0) return -errno;
    call->id = notification.id;
    call->number = (uint32_t)notification.data.nr;
    call->architecture = notification.data.arch;
    memcpy(call->arguments, notification.data.args, sizeof call->arguments);
    return 0;
}

int32_t linux_seccomp_notif_send(int32_t listener, uint64_t id, int32_t code) {
    struct seccomp_notif_resp answer = {.id = id, .val = 0, .error = -code, .flags = 0};
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0 ? 0 : -errno;
}

int32_t linux_landlock_create_ruleset(uint64_t files, uint64_t ports, uint64_t scopes) {
    /* A kernel that knows fewer fields takes the others where they are 0. */
    const uint64_t handled[] = {files, ports, scopes};
    const long fd = syscall(SYS_landlock_create_ruleset, handled, sizeof handled, 0);
    return fd >= 0 ? (int32_t)fd : -errno;
}

int32_t linux_landlock_restrict_self(int32_t ruleset) {
    return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ? 0 : -errno;
}

int32_t linux_seccomp_set_filter(const uint8_t *instructions, uint16_t count) {
    const struct sock_fprog program = {.len = count, .filter = (struct sock_filter *)instructions};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : -errno;
}

int32_t linux_execveat_nothing(void) {
    (void)syscall(SYS_execveat, -1, "", NULL, NULL, 0);
    return -errno;
}
