/* A job that writes at a steady pace, for watched.py.
 *
 *     ticker stamps COUNT MILLISECONDS     the time of each line, in ns of CLOCK_MONOTONIC
 *     ticker percent COUNT MILLISECONDS    progress, as many programs print it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words) {
    if (count != 4) return 64;
    const int is_stamps = strcmp(words[1], "stamps") == 0;
    const long lines = atol(words[2]), pause_ns = atol(words[3]) * 1000000;
    struct timespec next, now;
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (long line = 0; line < lines; line++) {
        char text[64];
        clock_gettime(CLOCK_MONOTONIC, &now);
        const int length =
            is_stamps
                ? snprintf(text, sizeof text, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec)
                : snprintf(text, sizeof text, "%.2f %%\r", 100.0 * line / lines);
        if (write(1, text, length) != length) return 1;
        next.tv_nsec += pause_ns;
        next.tv_sec += next.tv_nsec / 1000000000;
        next.tv_nsec %= 1000000000;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
    return 0;
}
