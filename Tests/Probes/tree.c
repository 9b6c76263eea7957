// A working folder that is as hard to remove safely as a program can make it.
#include "probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { depth = 2000, wide = 300 };

static void touch(const char *name) {
  const int file = open(name, O_CREAT | O_WRONLY, 0600);
  if (file < 0 || write(file, "x", 1) != 1) verdict(name, -1);
  close(file);
}

static long nest(void) {
  const int home = open(".", O_RDONLY | O_DIRECTORY);
  long reached = 0;
  while (reached < depth && mkdir("n", 0700) == 0 && chdir("n") == 0) reached++;
  touch("bottom");
  if (fchdir(home) != 0) return -1;
  close(home);
  return reached;
}

static void links_to(const char *file, const char *folder) {
  verdict("link-to-file", symlink(file, "link-to-file"));
  verdict("link-to-folder", symlink(folder, "link-to-folder"));
  verdict("link-to-root", symlink("/", "link-to-root"));
  verdict("link-to-parent", symlink("..", "link-to-parent"));
  verdict("loop", symlink("loop", "loop"));
  verdict("hard-link-to-file", link(file, "hard-link-to-file"));
  touch("first-name");
  verdict("hard-link", link("first-name", "second-name"));
}

static void odd_names(void) {
  static const char *names[] = {" ", "-rf", "*", "new\nline", "\\", "..x", "\xff\xfe", "'\"$(id)`"};
  for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) touch(names[index]);
  char longest[256];
  memset(longest, 'l', sizeof longest - 1);
  longest[255] = 0;
  touch(longest);
}

static void odd_kinds(void) {
  verdict("fifo", mkfifo("fifo", 0600));
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
  const int socket_file = socket(AF_UNIX, SOCK_STREAM, 0);
  verdict("socket", bind(socket_file, (struct sockaddr *)&address, sizeof address));
}

/// tree FILE FOLDER: fills the working folder; the two arguments belong to somebody else.
int tree(int count, char **arguments) {
  if (count != 2) return 64;
  links_to(arguments[0], arguments[1]);
  odd_names();
  odd_kinds();
  fact("depth", "%ld", nest());
  verdict("many", mkdir("many", 0700));
  for (int index = 0; index < wide; index++) {
    char name[32];
    snprintf(name, sizeof name, "many/%d", index);
    touch(name);
  }
  verdict("closed", mkdir("closed", 0700));
  touch("closed/inside");
  verdict("link-inside", symlink(arguments[1], "closed/link"));
  verdict("close", chmod("closed", 0000));
  verdict("close-many", chmod("many", 0500));
  verdict("close-all", chmod(".", 0000));
  return 0;
}
