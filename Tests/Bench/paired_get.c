/* Reads two servers in turn over one kept connection each: a request to the one, then to the other,
 * in the order of the targets on standard input, which are lines of `TARGET OTHER-TARGET`. Prints
 * the median time of an answer of each in microseconds, then the median of the ratios.
 *
 *     paired_get PORT OTHER-PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { pairs_max = 100000, target_bytes_max = 512, answer_bytes_max = 1 << 20 };

static char answer[answer_bytes_max + 1];
static double spent[2][pairs_max];
static double ratios[pairs_max];

static void die(const char *what, const char *detail)
{
    fprintf(stderr, "paired_get: %s: %s\n", what, detail);
    exit(1);
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int connect_to(long port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)port),
                                        .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const int on = 1;
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0) die("socket", strerror(errno));
    if (connect(made, (const struct sockaddr *)&address, sizeof address) != 0)
        die("connect", strerror(errno));
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return made;
}

/* Microseconds from the request to the last byte of its answer. */
static double get(int server, const char *target)
{
    char request[target_bytes_max + 64];
    const int length = snprintf(request, sizeof request,
                                "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", target);
    const uint64_t began = now();
    if (write(server, request, (size_t)length) != length) die("write", strerror(errno));
    size_t received = 0, whole = 0;
    while (whole == 0 || received < whole) {
        const ssize_t count = read(server, answer + received, answer_bytes_max - received);
        if (count <= 0) die("read", count < 0 ? strerror(errno) : "connection closed");
        received += (size_t)count;
        answer[received] = 0;
        const char *const end = strstr(answer, "\r\n\r\n");
        if (whole > 0 || end == NULL) continue;
        const char *const field = strcasestr(answer, "\r\ncontent-length:");
        if (field == NULL || field > end) die("an answer without Content-Length", answer);
        whole = (size_t)(end + 4 - answer) + strtoul(field + 17, NULL, 10);
        if (whole > answer_bytes_max) die("answer too long", target);
    }
    if (strncmp(answer + 9, "200", 3) != 0) die(target, answer);
    return (double)(now() - began) / 1000;
}

static int ascending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int count, char **words)
{
    const long ports[2] = {count > 2 ? strtol(words[1], NULL, 10) : 0,
                           count > 2 ? strtol(words[2], NULL, 10) : 0};
    if (ports[0] < 1 || ports[0] > 65535 || ports[1] < 1 || ports[1] > 65535) {
        fputs("usage: paired_get PORT OTHER-PORT <TARGETS\n", stderr);
        return 64;
    }
    const int servers[2] = {connect_to(ports[0]), connect_to(ports[1])};
    size_t pairs = 0;
    char targets[2][target_bytes_max];
    while (pairs < pairs_max && scanf("%511s %511s", targets[0], targets[1]) == 2) {
        /* Who goes first changes, so that neither always finds a warm processor. */
        for (size_t turn = 0; turn < 2; turn++) {
            const size_t which = (pairs + turn) % 2;
            spent[which][pairs] = get(servers[which], targets[which]);
        }
        ratios[pairs] = spent[1][pairs] / spent[0][pairs];
        pairs++;
    }
    if (pairs == 0) die("no targets", "give some on standard input");
    qsort(spent[0], pairs, sizeof **spent, ascending);
    qsort(spent[1], pairs, sizeof **spent, ascending);
    qsort(ratios, pairs, sizeof *ratios, ascending);
    printf("%.1f %.1f %.2f\n", spent[0][pairs / 2], spent[1][pairs / 2], ratios[pairs / 2]);
    return 0;
}
