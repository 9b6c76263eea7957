// A program of many small checks, each started by its name: `probe NAME [argument...]`.
// A check prints facts, one a line: a name, a blank, and the rest of the line as the value.
#ifndef PROBE_H
#define PROBE_H

/// One check; gets what followed its name, and returns the exit code.
typedef int check(int count, char **arguments);

check identity, regain, become, execute, grant_capability;
check calls, namespaces, families, terminal, modes, foreign, unknown_numbers, ordinary;
check descriptors, surroundings, environment, limits, signals, read_input;
check survivor, holder, stubborn, obedient, forks, flood, burn, write_file, allocate, lock_memory;
check open_many, tree, sleeper, die, print_arguments, masked;
check read_paths, write_paths, list, links, own_program, escape, others, interfere_with;
check kill_everything;
check work, touch_memory, bomb, threads, stop_self, ignore_cpu_limit, cores, fill, inodes, sparse;
check drip, after_close, late_talker, count_arguments;
check speaker, listener, watcher;
check say, memory_files, write_or_execute, run_written;
check reopen_streams, takeover, inject, tcp_server, ports, scheduling, await_terms;
check late_ender, end_on_interrupt, polite_at_cpu_limit, touch_shared, hold_memory_file;

/// Prints `name ok`, or `name` and the name of the error that `result` == -1 left in errno.
void verdict(const char *name, long result);

/// Prints one fact, printf's way.
__attribute__((format(printf, 2, 3))) void fact(const char *name, const char *format, ...);

#endif
