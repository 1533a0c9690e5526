/*
 * The two ways to stop that are nobody's input: a mistake of ours, and no memory.
 * Both end the process with exit code 2; the supervisor (cli) turns that into an
 * error for the file that was being analysed.
 */
#ifndef BASE_BUG_H
#define BASE_BUG_H

#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)

_Noreturn void bug_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

_Noreturn void die_out_of_memory(void);

#endif
