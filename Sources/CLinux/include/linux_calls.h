/* Kernel calls that Glibc's Swift overlay hides, as an allow-list: what is not here cannot be
 * called from Swift. No policy and no state.
 *
 * Each function answers like the kernel: 0 or a value, or a negative errno. EINTR is retried only
 * where the comment says so. Descriptors are always made close-on-exec. */
#ifndef LINUX_CALLS_H
#define LINUX_CALLS_H

#include <stdint.h>

/* Opening */
enum linux_open_mode {
    LINUX_OPEN_PATH = 0,         /* O_PATH | O_NOFOLLOW: a handle, of a link too */
    LINUX_OPEN_FOLDER = 1,       /* O_RDONLY | O_DIRECTORY | O_NOFOLLOW */
    LINUX_OPEN_READ = 2,         /* O_RDONLY | O_NOFOLLOW | O_NONBLOCK */
    LINUX_OPEN_WRITE = 3,        /* O_WRONLY | O_NOFOLLOW */
    LINUX_OPEN_READ_WRITE = 4,   /* O_RDWR | O_NOFOLLOW */
};
/* `folder` is a descriptor or LINUX_AT_CWD. */
enum { LINUX_AT_CWD = -100 };
/* openat(2), which follows no link in the last part of the name; answers a descriptor. */
int32_t linux_openat(int32_t folder, const char *_Nonnull name, enum linux_open_mode mode);
/* Opens again, for reading, the file behind an O_PATH descriptor. */
int32_t linux_reopen_read(int32_t path_fd);

/* What fstat(2) says, as far as we ask. Times in nanoseconds. */
struct linux_file_status {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    int64_t modified_ns;
    int64_t changed_ns;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t links;
};
/* fstat(2); fills `status`. */
int32_t linux_fstat(int32_t fd, struct linux_file_status *_Nonnull status);
/* What is free and used in a tmpfs; ENOTSUP for another file system. */
struct linux_tmpfs_status {
    uint64_t used_bytes;
    uint64_t free_bytes;
    uint64_t free_inodes;
};
int32_t linux_fstatfs_tmpfs(int32_t fd, struct linux_tmpfs_status *_Nonnull status);
/* The inode that a link of /proc/PID/fd leads to, and the memory that its contents take. */
struct linux_inode_memory {
    uint64_t device;
    uint64_t inode;
    uint64_t bytes;
};
int32_t linux_stat_memory(
    int32_t folder, const char *_Nonnull name, struct linux_inode_memory *_Nonnull memory);
/* The target of a link in an open folder. */
int32_t linux_readlink_in(
    int32_t folder, const char *_Nonnull name, uint8_t *_Nonnull bytes, uint32_t capacity);
/* Reads the target of the link behind an O_PATH descriptor; answers its length. */
int32_t linux_readlinkat(int32_t path_fd, uint8_t *_Nonnull bytes, uint32_t capacity);

/* Folders */
/* mkdirat(2): a new folder of this mode, less the umask. */
int32_t linux_mkdirat(int32_t folder, const char *_Nonnull name, uint32_t mode);
/* fchown(2). */
int32_t linux_fchown(int32_t fd, uint32_t uid, uint32_t gid);
/* fchmod(2). */
int32_t linux_fchmod(int32_t fd, uint32_t mode);
/* unlinkat(2): removes a name that is no folder. */
int32_t linux_unlinkat(int32_t folder, const char *_Nonnull name);
/* unlinkat(2) with AT_REMOVEDIR: removes an empty folder. */
int32_t linux_rmdirat(int32_t folder, const char *_Nonnull name);
/* Moves a name from one folder to another; never onto an existing one (RENAME_NOREPLACE). */
int32_t linux_renameat2(
    int32_t from, const char *_Nonnull from_name, int32_t to, const char *_Nonnull to_name);
/* openat2(2): a folder beneath an open one, of which no part may be a link; LINUX_BENEATH_HANDLE
 * opens it by O_PATH, for one that may be searched and not read. */
enum linux_beneath { LINUX_BENEATH_READ = 0, LINUX_BENEATH_HANDLE = 1 };
int32_t linux_openat2_beneath(
    int32_t folder, const char *_Nonnull path, enum linux_beneath kind);
/* fstatat(2) with AT_SYMLINK_NOFOLLOW; fills `status`. */
int32_t linux_fstatat(
    int32_t folder, const char *_Nonnull name, struct linux_file_status *_Nonnull status);
/* renameat(2) within a folder: what has the new name is replaced. */
int32_t linux_renameat(
    int32_t folder, const char *_Nonnull name, const char *_Nonnull new_name);
/* linkat(2) within a folder: a second name, never one that exists. */
int32_t linux_linkat(int32_t folder, const char *_Nonnull name, const char *_Nonnull new_name);
/* fsync(2). */
int32_t linux_fsync(int32_t fd);
/* Raw getdents64(2): answers bytes filled, 0 at the end. */
int32_t linux_getdents64(int32_t fd, uint8_t *_Nonnull bytes, uint32_t capacity);

/* Mounts and namespaces, of the calling process */
/* O_PATH, and no part of the path may be a symbolic link. */
int32_t linux_openat2(const char *_Nonnull path);
/* The same, opened for reading as a folder: that has autofs(5) mount what belongs there, which
 * O_PATH alone does not. -ENOTDIR for anything but a folder. */
int32_t linux_openat2_folder(const char *_Nonnull path);
/* A file of /proc/PID/ns, which are links that must be followed. */
int32_t linux_open_ns(const char *_Nonnull path);
/* unshare(2): a private copy of the mounts, without propagation in either direction. */
int32_t linux_unshare_mnt(void);
/* The same, but what is mounted and unmounted on the host from now on is here too, as far as the
 * host's mounts are shared (mount_namespaces(7), MS_SLAVE). */
int32_t linux_unshare_mnt_slave(void);
/* unshare(2): a new network namespace. */
int32_t linux_unshare_net(void);
/* unshare(2): a new user namespace; its id maps are still empty. */
int32_t linux_unshare_user(void);
/* setns(2): joins the mount namespace behind a descriptor. */
int32_t linux_setns_mnt(int32_t fd);
/* A detached copy of the mounts at and below an O_PATH descriptor. */
int32_t linux_open_tree(int32_t fd);
/* Bits for linux_mount_setattr_recursive; set-id bits never count in a restricted tree. */
enum { LINUX_MOUNT_RDONLY = 1, LINUX_MOUNT_NODEV = 2, LINUX_MOUNT_NOEXEC = 4 };
/* The tree gets no mount of the host's from then on (MS_PRIVATE), or, with LINUX_MOUNT_SLAVE, all
 * that the host mounts beneath it. */
enum { LINUX_MOUNT_SLAVE = 8 };
int32_t linux_mount_setattr_recursive(int32_t tree, uint32_t attributes);
/* 1 makes the one mount at an O_PATH descriptor read-only, 0 makes it writable. */
int32_t linux_mount_set_rdonly(int32_t mount, uint32_t is_rdonly);
/* The id of the mount that a descriptor is on (statx(2), STATX_MNT_ID). */
int32_t linux_mount_id(int32_t fd, uint64_t *_Nonnull id);
/* The same, without what is mounted below. */
int32_t linux_mount_setattr(int32_t mount, uint32_t attributes);
/* A new, detached tmpfs of at most so many bytes and files. */
int32_t linux_fsmount_tmpfs(uint64_t bytes, uint64_t inodes);
/* Puts a detached tree on `path` beneath `folder`. */
int32_t linux_move_mount(int32_t tree, int32_t folder, const char *_Nonnull path);
/* The mount at `folder` becomes the root, and the old root goes. */
int32_t linux_pivot_root(int32_t folder);
/* symlinkat(2): a new link `name` that leads to `target`. */
int32_t linux_symlinkat(
    int32_t folder, const char *_Nonnull name, const char *_Nonnull target);
/* A new file, open for writing. */
int32_t linux_openat_create(int32_t folder, const char *_Nonnull name, uint32_t mode);
/* A node of the device behind the handle `device`, that every id may open. -EPERM without the right
 * to make one (CAP_MKNOD, not in a user namespace), -ENODEV for what is no character device. */
int32_t linux_mknodat(int32_t folder, const char *_Nonnull name, int32_t device);
/* Writes a file of /proc in one call. */
int32_t linux_write_file(
    const char *_Nonnull path, const char *_Nonnull text, uint64_t length);

/* Landlock, and the listener of a filter that notifies */
/* Adds rights beneath an open folder to a ruleset that no process is restricted by yet. */
int32_t linux_landlock_add_rule(int32_t ruleset, int32_t fd, uint64_t access);
/* A ruleset that handles these rights over files and TCP ports, and these scopes; 0 for what the
 * kernel's ABI has not. Answers its descriptor. */
int32_t linux_landlock_create_ruleset(uint64_t files, uint64_t ports, uint64_t scopes);
/* The calling thread, and those that it makes, for good; it has no_new_privs. */
int32_t linux_landlock_restrict_self(int32_t ruleset);
/* Loads a seccomp filter into the calling thread, and those that it makes, for good; it has
 * no_new_privs. `instructions` are `count` of struct sock_filter. */
int32_t linux_seccomp_set_filter(const uint8_t *_Nonnull instructions, uint16_t count);
/* Tries execveat(2) on nothing: -ENOENT where no filter refuses the call. */
int32_t linux_execveat_nothing(void);
/* A system call that waits for the answer of a listener (struct seccomp_notif). */
struct linux_seccomp_notif {
    uint64_t id;
    uint64_t arguments[6];
    uint32_t number;
    uint32_t architecture;
};
/* Takes one notification (seccomp_unotify(2)); call it when the listener is readable. */
int32_t linux_seccomp_notif_recv(int32_t listener, struct linux_seccomp_notif *_Nonnull call);
/* The call fails with this errno; it is never made. */
int32_t linux_seccomp_notif_send(int32_t listener, uint64_t id, int32_t code);

/* inotify(7): a descriptor that does not block, and a watch of a file's content and attributes, of
 * what is made, moved or removed in a folder, and of the removal of anything else. */
int32_t linux_inotify_init(void);
int32_t linux_inotify_add_watch(int32_t fd, const char *_Nonnull path);

/* Reading and writing; EINTR is retried. */
/* read(2), pread64(2) and write(2): answer the bytes moved, which may be fewer than asked for. */
int64_t linux_read(int32_t fd, uint8_t *_Nonnull bytes, uint64_t capacity);
int64_t linux_pread(int32_t fd, uint8_t *_Nonnull bytes, uint64_t capacity, int64_t offset);
int64_t linux_write(int32_t fd, const uint8_t *_Nonnull bytes, uint64_t count);

/* Channels */
/* A connected pair of SOCK_SEQPACKET sockets (unix(7)), each with `buffer` bytes as SO_SNDBUF. */
int32_t linux_socketpair(int32_t *_Nonnull first, int32_t *_Nonnull second, uint32_t buffer);
/* One message with up to LINUX_MESSAGE_FDS descriptors. Does not block and raises no SIGPIPE. */
enum { LINUX_MESSAGE_FDS = 5 };
int64_t linux_sendmsg(
    int32_t fd, const uint8_t *_Nonnull bytes, uint64_t count, const int32_t *_Nullable fds,
    uint32_t fd_count);
/* One message; its descriptors arrive close-on-exec. A message that did not fit is an error
 * (-EMSGSIZE), and what arrived of it is closed. Where the descriptors of one did not fit, in the
 * table of this process or in a list of LINUX_MESSAGE_FDS, all of them are closed and
 * `is_incomplete` is 1. 0 means that the peer is gone. */
int64_t linux_recvmsg(
    int32_t fd, uint8_t *_Nonnull bytes, uint64_t capacity, int32_t *_Nonnull fds,
    uint32_t *_Nonnull fd_count, int32_t *_Nonnull is_incomplete, int32_t wait);
/* A sealed memory file that holds these bytes and stands at its start: readable through the
 * descriptor, never changed and never executed. */
int32_t linux_memfd_create(const uint8_t *_Nonnull bytes, uint64_t count);
/* A pipe for a job to write: its reading end does not block. */
int32_t linux_pipe2(int32_t *_Nonnull reader, int32_t *_Nonnull writer);
/* A pipe for a job to read: both ends block, and the reading one can be opened again. */
int32_t linux_pipe2_blocking(int32_t *_Nonnull reader, int32_t *_Nonnull writer);
/* 1 if the descriptor leads to nothing but the bytes that go through it: a pipe, a memory file
 * sealed against writing, or the null device; 0 if it is anything else, a handle (O_PATH) too. */
int32_t linux_is_stream(int32_t fd);
/* Opens the null device at this number, for as long as the process lives, so that no other
 * descriptor gets it. */
int32_t linux_reserve_fd(int32_t number);

/* Waiting */
enum { LINUX_READABLE = 1, LINUX_WRITABLE = 4, LINUX_PRIORITY = 2, LINUX_HANGUP = 16 };
/* Readiness of one descriptor: LINUX_READABLE and its like, and the token it was added with. */
struct linux_event {
    uint32_t events;
    uint64_t token;
};
/* epoll_create1(2) and epoll_ctl(2): adds, changes or removes one descriptor, level-triggered. */
int32_t linux_epoll_create1(void);
int32_t linux_epoll_ctl_add(int32_t epoll, int32_t fd, uint32_t events, uint64_t token);
int32_t linux_epoll_ctl_mod(int32_t epoll, int32_t fd, uint32_t events, uint64_t token);
int32_t linux_epoll_ctl_del(int32_t epoll, int32_t fd);
/* `timeout_ms` -1 waits for ever. EINTR answers 0 events. */
int32_t linux_epoll_wait(
    int32_t epoll, struct linux_event *_Nonnull events, uint32_t capacity, int32_t timeout_ms);
/* Blocks every signal of this thread. */
int32_t linux_block_all_signals(void);
/* Whether a signal is ignored, as by nohup(1): 1 or 0 (sigaction(2)). */
int32_t linux_is_ignored(int32_t signal);
/* A descriptor that is readable when one of the signals is pending; they must be blocked. */
int32_t linux_signalfd(const int32_t *_Nonnull signals, uint32_t count);
/* The next pending signal's number, or -EAGAIN. */
int32_t linux_signalfd_read(int32_t fd);
/* Every signal to its default disposition, in this process. */
int32_t linux_default_signals(void);
/* CLOCK_MONOTONIC of clock_gettime(2), in milliseconds and in microseconds. */
int64_t linux_monotonic_ms(void);
int64_t linux_monotonic_us(void);
/* Microseconds since 1970. */
int64_t linux_realtime_us(void);

/* Processes */
/* How a child ended and what it used; times in microseconds, memory in KiB (getrusage(2)).
   `limited_cpu_us` is what linux_limited_cpu_us said before it was reaped, by linux_wait4_any only:
   by linux_wait4 it is 0. */
struct linux_child_end {
    int32_t pid;
    int32_t is_signal;      /* 1: `value` is a signal, 0: an exit code */
    int32_t value;
    int32_t padding;
    int64_t user_us;
    int64_t system_us;
    int64_t peak_memory_kib;
    int64_t limited_cpu_us;
};
/* Reaps one ended child, if there is one: answers 1, 0 when none has ended, or -ECHILD. */
int32_t linux_wait4_any(struct linux_child_end *_Nonnull end);
/* Waits for one child to end, and reaps it. EINTR is retried. */
int32_t linux_wait4(int32_t pid, struct linux_child_end *_Nonnull end);
/* The processor time of a process that RLIMIT_CPU is held against, in microseconds, or -errno. It
   is counted by ticks, and may be a tenth above or below that of getrusage(2), which is exact
   (check_process_timers of kernel/time/posix-cpu-timers.c). */
int64_t linux_limited_cpu_us(int32_t pid);
/* 1 if a process with this real uid exists, zombies included; 0 if none. */
int32_t linux_user_has_processes(uint32_t uid);
/* Children that end are reaped by the kernel. */
int32_t linux_ignore_children(void);
/* pidfd_open(2): a descriptor of the process, close-on-exec. */
int32_t linux_pidfd_open(int32_t pid);
/* pidfd_send_signal(2); signal 0 only asks whether the process is still there. */
int32_t linux_pidfd_send_signal(int32_t pidfd, int32_t signal);
/* getpid(2): the process id in the PID namespace of the caller. */
int32_t linux_getpid(void);
/* The signal that this process gets when its parent ends (PR_SET_PDEATHSIG(2const)). */
int32_t linux_set_parent_death_signal(int32_t signal);

/* This process */
/* PR_SET_DUMPABLE of prctl(2): 0 keeps processes of the same uid out of this one. */
int32_t linux_set_dumpable(int32_t value);
/* PR_SET_CHILD_SUBREAPER of prctl(2): orphans below this process become its children. */
int32_t linux_set_child_subreaper(void);
/* PR_SET_NO_NEW_PRIVS and PR_GET_NO_NEW_PRIVS of prctl(2); the second answers 0 or 1. */
int32_t linux_set_no_new_privs(void);
int32_t linux_get_no_new_privs(void);
/* setgroups(2) with no group, with these, and how many supplementary groups there are. */
int32_t linux_setgroups_empty(void);
int32_t linux_setgroups(const uint32_t *_Nullable groups, uint32_t count);
int32_t linux_getgroups_count(void);
/* All three ids, of every thread of this process. */
int32_t linux_setresgid(uint32_t gid);
int32_t linux_setresuid(uint32_t uid);
/* 1 if real, effective and saved ids are these, 0 if not. */
int32_t linux_has_ids(uint32_t uid, uint32_t gid);
/* PR_CAPBSET_READ of prctl(2), which answers 0 or 1, and PR_CAPBSET_DROP. */
int32_t linux_capbset_read(uint32_t capability);
int32_t linux_capbset_drop(uint32_t capability);
/* PR_CAP_AMBIENT_CLEAR_ALL of prctl(2). */
int32_t linux_cap_ambient_clear_all(void);
/* getrlimit(2) and setrlimit(2); all ones mean no limit (RLIM_INFINITY). */
int32_t linux_getrlimit(uint32_t resource, uint64_t *_Nonnull soft, uint64_t *_Nonnull hard);
int32_t linux_setrlimit(uint32_t resource, uint64_t soft, uint64_t hard);

/* Finding out by trying. Each trial is made in a short-lived child with its own memory, so this
 * process is as it was; the child ends without a signal. Answers 0 or a negative errno. */
enum {
    LINUX_NAMESPACE_PID = 1,
    LINUX_NAMESPACE_MOUNT = 2,
    LINUX_NAMESPACE_NETWORK = 4,
    LINUX_NAMESPACE_IPC = 8,
    LINUX_NAMESPACE_UTS = 16,
    LINUX_NAMESPACE_CGROUP = 32,
    LINUX_NAMESPACE_USER = 64,
};
enum linux_trial {
    LINUX_TRIAL_NOTHING = 0,
    LINUX_TRIAL_PRIVATE_MOUNTS = 1, /* in a mount namespace: no propagation, and a tmpfs */
    LINUX_TRIAL_PROC = 2,           /* in a PID and a mount namespace: /proc of its own */
    LINUX_TRIAL_MEMFD_NOEXEC = 3,   /* in a PID namespace: 2 to vm.memfd_noexec */
    LINUX_TRIAL_FILTER = 4,         /* load a seccomp filter */
    LINUX_TRIAL_LISTENER = 5,       /* load one with a listener */
    LINUX_TRIAL_LANDLOCK = 6,       /* restrict itself by a ruleset */
    LINUX_TRIAL_KEYRING = 7,        /* join a new session keyring */
};
/* `namespaces` are those that the child is born in. */
int32_t linux_try(uint32_t namespaces, enum linux_trial trial);
/* The child is born in the cgroup behind `folder` (CLONE_INTO_CGROUP). */
int32_t linux_try_cgroup(int32_t folder);
/* Whether a process with these ids and groups alone, and no capability, may write the file behind
 * the O_PATH descriptor `fd`; for a folder, whether it may make files in it. Tried by a child that
 * has them: -EACCES or -EROFS where it may not, -EPERM where this process cannot take ids. */
int32_t linux_try_write(
    int32_t fd, uint32_t uid, uint32_t gid, const uint32_t *_Nullable groups,
    uint32_t group_count);
/* Landlock's ABI, at least 1. */
int32_t linux_landlock_version(void);
/* 0 if the effective ids may write what `path` names; links are followed. */
int32_t linux_faccessat_write(const char *_Nonnull path);
/* 1 if what `path` names has the extended attribute, 0 if not. */
int32_t linux_has_xattr(const char *_Nonnull path, const char *_Nonnull attribute);
/* The kernel's release, as uname(2) has it, without a NUL; answers its length. */
int32_t linux_uname_release(uint8_t *_Nonnull bytes, uint32_t capacity);
/* geteuid(2): the effective user id. */
uint32_t linux_geteuid(void);

#endif
