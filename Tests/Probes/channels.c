// Two processes that want to meet: `speaker` offers itself on every channel there is, and
// `listener` looks for it on each. Both are given the same TOKEN to make names and numbers of.
#include "probe.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { lifetime_seconds = 60, text_bytes = 64 };

/// What is said on every channel.
static const char *token;

/// Places where anybody may write, on an ordinary host.
static const char *const folders[] = {"/tmp", "/var/tmp", "/dev/shm", "/run/lock"};
enum { folder_count = sizeof folders / sizeof folders[0] };

/// Files that every job can read, and that are the same for all.
static const char *const shared_files[] = {"/usr/bin/env", "/etc/ld.so.cache"};

static unsigned hash(void) {
  unsigned value = 2166136261u;
  for (const char *letter = token; *letter != 0; letter++)
    value = (value ^ (unsigned char)*letter) * 16777619u;
  return value;
}

static key_t ipc_key(void) { return (key_t)(hash() | 1u); }
static in_port_t port(void) { return htons((in_port_t)(20000 + hash() % 20000)); }

/// A name in abstract space, or a path if there is a folder.
static socklen_t unix_name(struct sockaddr_un *name, const char *folder, const char *kind) {
  memset(name, 0, sizeof *name);
  name->sun_family = AF_UNIX;
  const size_t start = folder == NULL ? 1 : 0;
  const int length = snprintf(
      name->sun_path + start, sizeof name->sun_path - start, "%s%s%s-%s",
      folder == NULL ? "" : folder, folder == NULL ? "" : "/", token, kind);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + start + (size_t)length);
}

static struct sockaddr_in loopback(void) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = port(), .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

static long offer_unix(const char *folder, int type, const char *kind) {
  struct sockaddr_un name;
  const socklen_t size = unix_name(&name, folder, kind);
  const int descriptor = socket(AF_UNIX, type, 0);
  if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&name, size) != 0) return -1;
  if (folder != NULL) chmod(name.sun_path, 0777);
  return type == SOCK_DGRAM ? 0 : listen(descriptor, 8);
}

static long reach_unix(const char *folder, int type, const char *kind) {
  struct sockaddr_un name;
  const socklen_t size = unix_name(&name, folder, kind);
  const int descriptor = socket(AF_UNIX, type, 0);
  if (descriptor < 0) return -1;
  const long result = connect(descriptor, (struct sockaddr *)&name, size);
  const int code = errno;
  close(descriptor);
  errno = code;
  return result;
}

static long offer_internet(int type) {
  const struct sockaddr_in name = loopback();
  const int descriptor = socket(AF_INET, type, 0);
  if (descriptor < 0 || bind(descriptor, (const struct sockaddr *)&name, sizeof name) != 0)
    return -1;
  return type == SOCK_DGRAM ? 0 : listen(descriptor, 8);
}

/// A datagram is heard of only if nobody is there: the refusal comes back with the second.
static long reach_internet(int type) {
  const struct sockaddr_in name = loopback();
  const int descriptor = socket(AF_INET, type, 0);
  if (descriptor < 0 || connect(descriptor, (const struct sockaddr *)&name, sizeof name) != 0)
    return -1;
  if (type != SOCK_DGRAM) return 0;
  if (send(descriptor, "x", 1, 0) < 0) return -1;
  return send(descriptor, "x", 1, 0) < 0 ? -1 : 0;
}

static void file_path(char *path, size_t size, const char *folder) {
  snprintf(path, size, "%s/%s-file", folder, token);
}

static long offer_file(const char *folder) {
  char path[256];
  file_path(path, sizeof path, folder);
  const int file = open(path, O_CREAT | O_RDWR, 0666);
  if (file < 0) return -1;
  fchmod(file, 0666);
  return write(file, token, strlen(token)) < 0 ? -1 : 0;
}

static long holds_token(int file) {
  char text[text_bytes] = "";
  const ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count >= 0 && strcmp(text, token) == 0) return 0;
  if (count >= 0) errno = ENODATA;
  return -1;
}

static long reach_file(const char *folder) {
  char path[256];
  file_path(path, sizeof path, folder);
  const int file = open(path, O_RDONLY);
  return file < 0 ? -1 : holds_token(file);
}

static long offer_posix_memory(void) {
  char name[text_bytes];
  snprintf(name, sizeof name, "/%s-memory", token);
  const int file = shm_open(name, O_CREAT | O_RDWR, 0666);
  if (file < 0) return -1;
  fchmod(file, 0666);
  return write(file, token, strlen(token)) < 0 ? -1 : 0;
}

static long reach_posix_memory(void) {
  char name[text_bytes];
  snprintf(name, sizeof name, "/%s-memory", token);
  const int file = shm_open(name, O_RDONLY, 0);
  return file < 0 ? -1 : holds_token(file);
}

static long offer_queue(void) {
  char name[text_bytes];
  snprintf(name, sizeof name, "/%s", token);
  struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = text_bytes};
  const mqd_t queue = mq_open(name, O_CREAT | O_RDWR | O_NONBLOCK, 0666, &attributes);
  return queue < 0 ? -1 : mq_send(queue, token, strlen(token), 0);
}

static long reach_queue(void) {
  char name[text_bytes];
  snprintf(name, sizeof name, "/%s", token);
  return mq_open(name, O_RDONLY) < 0 ? -1 : 0;
}

static long offer_sysv_memory(void) {
  const int id = shmget(ipc_key(), 4096, IPC_CREAT | 0666);
  char *memory = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
  if (memory == (void *)-1) return -1;
  strcpy(memory, token);
  return 0;
}

static long reach_sysv_memory(void) {
  const int id = shmget(ipc_key(), 0, 0);
  const char *memory = id < 0 ? (void *)-1 : shmat(id, NULL, SHM_RDONLY);
  if (memory == (const char *)-1) return -1;
  errno = ENODATA;
  return strcmp(memory, token) == 0 ? 0 : -1;
}

static long offer_sysv_queue(void) {
  const struct { long type; char text[8]; } message = {1, "spoken"};
  const int id = msgget(ipc_key(), IPC_CREAT | 0666);
  return id < 0 ? -1 : msgsnd(id, &message, sizeof message.text, IPC_NOWAIT);
}

static long reach_sysv_queue(void) {
  struct msqid_ds state;
  const int id = msgget(ipc_key(), 0);
  if (id < 0 || msgctl(id, IPC_STAT, &state) != 0) return -1;
  errno = ENOMSG;
  return state.msg_qnum > 0 ? 0 : -1;
}

static long whole_file_lock(const char *path, int command, short type) {
  const int file = open(path, O_RDONLY);
  if (file < 0) return -1;
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
  if (fcntl(file, command, &lock) != 0) return -1;
  errno = ENOLCK;
  return command == F_GETLK && lock.l_type == F_UNLCK ? -1 : 0;
}

static long offer_flock(const char *path) {
  const int file = open(path, O_RDONLY);
  return file < 0 ? -1 : flock(file, LOCK_EX | LOCK_NB);
}

/// Reached if somebody else's lock is in the way.
static long reach_flock(const char *path) {
  const int file = open(path, O_RDONLY);
  if (file < 0) return -1;
  const int result = flock(file, LOCK_EX | LOCK_NB);
  if (result != 0 && errno == EWOULDBLOCK) return 0;
  if (result == 0) errno = ENOLCK;
  return -1;
}

/// The keyring of the user: processes of one uid share it, whatever session they are in.
static long offer_key(void) {
  return syscall(
      SYS_add_key, "user", token, "x", 1ul, (unsigned long)KEY_SPEC_USER_KEYRING) < 0 ? -1 : 0;
}

static long reach_key(void) {
  return syscall(
      SYS_keyctl, (unsigned long)KEYCTL_SEARCH, (unsigned long)KEY_SPEC_USER_KEYRING, "user",
      token, 0ul) < 0 ? -1 : 0;
}

/// Whether TOKEN and `word` are both in a file of /proc.
static long file_names_token(const char *path, const char *word) {
  static char text[1 << 20];
  const int file = open(path, O_RDONLY);
  if (file < 0) return -1;
  size_t used = 0;
  ssize_t count;
  while (used < sizeof text - 1 && (count = read(file, text + used, sizeof text - 1 - used)) > 0)
    used += (size_t)count;
  close(file);
  for (size_t index = 0; index < used; index++)
    if (text[index] == 0) text[index] = ' ';
  text[used] = 0;
  if (strstr(text, token) != NULL && strstr(text, word) != NULL) return 0;
  errno = ENODATA;
  return -1;
}

/// The command line of the speaker, somewhere in /proc.
static long reach_command_line(void) {
  DIR *processes = opendir("/proc");
  if (processes == NULL) return -1;
  long result = -1;
  const struct dirent *entry;
  while (result != 0 && (entry = readdir(processes)) != NULL) {
    char path[300];
    snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
    if (atoi(entry->d_name) > 0) result = file_names_token(path, " speaker ");
  }
  closedir(processes);
  if (result != 0) errno = ENODATA;
  return result;
}

static void each_unix_folder(
    long (*try_it)(const char *, int, const char *), long (*try_file)(const char *)) {
  for (int index = 0; index < folder_count; index++) {
    char name[text_bytes];
    snprintf(name, sizeof name, "socket-in-%s", folders[index]);
    verdict(name, try_it(folders[index], SOCK_STREAM, "stream"));
    snprintf(name, sizeof name, "file-in-%s", folders[index]);
    verdict(name, try_file(folders[index]));
  }
}

static void remove_leftovers(void) {
  char path[256];
  struct sockaddr_un name;
  for (int index = 0; index < folder_count; index++) {
    file_path(path, sizeof path, folders[index]);
    unlink(path);
    unix_name(&name, folders[index], "stream");
    unlink(name.sun_path);
  }
  snprintf(path, sizeof path, "/%s-memory", token);
  shm_unlink(path);
  snprintf(path, sizeof path, "/%s", token);
  mq_unlink(path);
  shmctl(shmget(ipc_key(), 0, 0), IPC_RMID, NULL);
  msgctl(msgget(ipc_key(), 0), IPC_RMID, NULL);
  semctl(semget(ipc_key(), 0, 0), 0, IPC_RMID);
  const long key = syscall(
      SYS_keyctl, (unsigned long)KEYCTL_SEARCH, (unsigned long)KEY_SPEC_USER_KEYRING, "user",
      token, 0ul);
  if (key > 0)
    syscall(
        SYS_keyctl, (unsigned long)KEYCTL_UNLINK, (unsigned long)key,
        (unsigned long)KEY_SPEC_USER_KEYRING);
}

static void end_cleanly(int number) {
  (void)number;
  remove_leftovers();
  _exit(0);
}

/// speaker TOKEN: offers itself, and stays until TERM.
int speaker(int count, char **arguments) {
  if (count != 1) return 64;
  token = arguments[0];
  signal(SIGTERM, end_cleanly);
  verdict("abstract-stream", offer_unix(NULL, SOCK_STREAM, "stream"));
  verdict("abstract-datagram", offer_unix(NULL, SOCK_DGRAM, "datagram"));
  each_unix_folder(offer_unix, offer_file);
  verdict("tcp", offer_internet(SOCK_STREAM));
  verdict("udp", offer_internet(SOCK_DGRAM));
  verdict("posix-memory", offer_posix_memory());
  verdict("posix-queue", offer_queue());
  verdict("sysv-memory", offer_sysv_memory());
  verdict("sysv-queue", offer_sysv_queue());
  verdict("sysv-semaphore", semget(ipc_key(), 1, IPC_CREAT | 0666));
  verdict("key", offer_key());
  verdict("flock", offer_flock(shared_files[0]));
  verdict("record-lock", whole_file_lock(shared_files[1], F_SETLK, F_RDLCK));
  fact("ready", "%d", getpid());
  for (int second = 0; second < lifetime_seconds; second++) sleep(1);
  end_cleanly(0);
  return 0;
}

/// listener TOKEN: what of the speaker it can reach.
int listener(int count, char **arguments) {
  if (count != 1) return 64;
  token = arguments[0];
  verdict("abstract-stream", reach_unix(NULL, SOCK_STREAM, "stream"));
  verdict("abstract-datagram", reach_unix(NULL, SOCK_DGRAM, "datagram"));
  each_unix_folder(reach_unix, reach_file);
  verdict("tcp", reach_internet(SOCK_STREAM));
  verdict("udp", reach_internet(SOCK_DGRAM));
  verdict("posix-memory", reach_posix_memory());
  verdict("posix-queue", reach_queue());
  verdict("sysv-memory", reach_sysv_memory());
  verdict("sysv-queue", reach_sysv_queue());
  verdict("sysv-semaphore", semget(ipc_key(), 1, 0));
  verdict("key", reach_key());
  verdict("flock", reach_flock(shared_files[0]));
  verdict("record-lock", whole_file_lock(shared_files[1], F_GETLK, F_WRLCK));
  verdict("command-line", reach_command_line());
  verdict("socket-names", file_names_token("/proc/net/unix", ""));
  return 0;
}

/// watcher: says when somebody opens a file that all share.
int watcher(int count, char **arguments) {
  (void)count, (void)arguments;
  const int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (watch < 0 || inotify_add_watch(watch, shared_files[0], IN_OPEN) < 0) return 71;
  fact("ready", "%d", getpid());
  char event[4096];
  for (int tick = 0; tick < lifetime_seconds * 100; tick++) {
    if (read(watch, event, sizeof event) > 0) {
      fact("opened", "%s", shared_files[0]);
      return 0;
    }
    usleep(10000);
  }
  return 0;
}
