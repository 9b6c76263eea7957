/* Launches a program again and again with posix_spawn, one after the other, and prints for each
 * launch the nanoseconds until it was reaped, one a line. What is measured for http-runner is
 * measured here with nothing around the program, or with another launcher before it.
 *
 *     spawn_bench COUNT PROGRAM [ARGUMENT ...]
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { launches_max = 1000000 };

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void check(const char *call, int code)
{
    if (code == 0) return;
    fprintf(stderr, "spawn_bench: %s: %s\n", call, strerror(code));
    exit(1);
}

static void launch(char **arguments, const posix_spawn_file_actions_t *actions)
{
    static char path[] = "PATH=/usr/bin:/bin";
    char *environment[] = {path, NULL};
    pid_t child;
    int status;
    check("posix_spawn", posix_spawn(&child, arguments[0], actions, NULL, arguments, environment));
    while (waitpid(child, &status, 0) < 0) check("waitpid", errno == EINTR ? 0 : errno);
    if (status != 0) {
        fprintf(stderr, "spawn_bench: %s ended with status %d\n", arguments[0], status);
        exit(1);
    }
}

int main(int count, char **words)
{
    const long launches = count > 2 ? strtol(words[1], NULL, 10) : 0;
    if (launches < 1 || launches > launches_max) {
        fputs("usage: spawn_bench COUNT PROGRAM [ARGUMENT ...]\n", stderr);
        return 64;
    }
    posix_spawn_file_actions_t actions;
    check("posix_spawn_file_actions_init", posix_spawn_file_actions_init(&actions));
    for (int stream = 0; stream < 3; stream++) {
        check("posix_spawn_file_actions_addopen",
              posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0));
    }
    uint64_t *spent = calloc((size_t)launches, sizeof *spent);
    if (spent == NULL) check("calloc", ENOMEM);
    for (long index = 0; index < launches; index++) {
        const uint64_t begin = now();
        launch(&words[2], &actions);
        spent[index] = now() - begin;
    }
    for (long index = 0; index < launches; index++) {
        printf("%llu\n", (unsigned long long)spent[index]);
    }
    free(spent);
    return 0;
}
