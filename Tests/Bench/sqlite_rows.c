/* What SQLite alone can do on a disk: rows a second into a write-ahead log with synchronous FULL,
 * at 1, 32 and 256 rows a commit. A row is an integer key in order, a random key of 20 bytes with
 * an index of its own, and 200 bytes of text. Prints the three figures.
 *
 *     sqlite_rows FILE SECONDS
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static sqlite3 *database;

static void check(int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE) return;
    fprintf(stderr, "sqlite_rows: %s\n", sqlite3_errmsg(database));
    exit(1);
}

static void execute(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL)); }

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double rows_a_second(sqlite3_stmt *insertion, int rows_a_commit, double seconds)
{
    static char text[200];
    memset(text, 'x', sizeof text);
    const double begin = now();
    double end = begin;
    long rows = 0;
    while (end - begin < seconds) {
        execute("BEGIN IMMEDIATE");
        for (int row = 0; row < rows_a_commit; row++) {
            unsigned char id[20];
            if (getrandom(id, sizeof id, 0) != sizeof id) abort();
            check(sqlite3_bind_blob(insertion, 1, id, sizeof id, SQLITE_TRANSIENT));
            check(sqlite3_bind_text(insertion, 2, text, sizeof text, SQLITE_STATIC));
            check(sqlite3_step(insertion));
            check(sqlite3_reset(insertion));
        }
        execute("COMMIT");
        rows += rows_a_commit;
        end = now();
    }
    return (double)rows / (end - begin);
}

int main(int count, char **words)
{
    const double seconds = count > 2 ? strtod(words[2], NULL) : 0;
    if (seconds <= 0 || seconds > 600) {
        fputs("usage: sqlite_rows FILE SECONDS\n", stderr);
        return 64;
    }
    check(sqlite3_open(words[1], &database));
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE row (place INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, text TEXT)");
    sqlite3_stmt *insertion;
    check(sqlite3_prepare_v2(database, "INSERT INTO row (id, text) VALUES (?, ?)", -1, &insertion,
                             NULL));
    static const int sizes[] = {1, 32, 256};
    for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++)
        printf("%.0f ", rows_a_second(insertion, sizes[index], seconds));
    putchar('\n');
    sqlite3_finalize(insertion);
    sqlite3_close(database);
    return 0;
}
