#define _GNU_SOURCE /* MAP_ANONYMOUS, F_SETPIPE_SZ, pthread attributes, sigabbrev_np */
#include "cli/supervisor.h"

#include "base/bug.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MAX_CASUALTIES = 100,
    DEATHS_OF_A_FILE = 3, /* then the whole file is left out */
    MAX_THREADS = 16,
    LONGEST_PATH = 4096,
    PIPE_BYTES = 1 << 20,
    STATEMENT_SECONDS = 10, /* one statement may take that long */
};

static const size_t WHOLE_FILE = (size_t)-1;
static const size_t stack_size = (size_t)512 << 20; /* lazily committed */

/* Shared with the child: where it is. */
struct whereabouts {
    atomic_ulong steps; /* statements begun */
    size_t offset;
    char path[LONGEST_PATH];
};

struct supervisor {
    struct whereabouts *whereabouts;
    struct casualty casualties[MAX_CASUALTIES];
    size_t count;
    bool exact; /* one thread, and every place noted: after a first death */
    void (*work)(void *context, const struct sql_progress *progress, struct outcome *outcome);
    void *context;
};

static void note_place(void *context, const struct text *text, size_t offset) {
    struct supervisor *supervisor = context;
    struct whereabouts *at = supervisor->whereabouts;

    atomic_fetch_add(&at->steps, 1);
    if (!supervisor->exact)
        return;
    snprintf(at->path, sizeof(at->path), "%s", text_file(text, offset)->path);
    at->offset = text_file_offset(text, offset);
}

static bool is_casualty(void *context, const struct text *text, size_t offset,
                        const char **message) {
    const struct supervisor *supervisor = context;

    for (size_t i = 0; i < supervisor->count; i++) {
        const struct casualty *casualty = &supervisor->casualties[i];
        if ((casualty->offset == text_file_offset(text, offset) ||
             casualty->offset == WHOLE_FILE) &&
            strcmp(casualty->path, text_file(text, offset)->path) == 0) {
            *message = casualty->message;
            return true;
        }
    }
    return false;
}

static unsigned processors(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > MAX_THREADS ? MAX_THREADS : (unsigned)n;
}

struct task {
    struct supervisor *supervisor;
    struct outcome outcome;
};

static void *run_task(void *context) {
    struct task *task = context;
    struct sql_progress progress = {note_place, is_casualty, task->supervisor,
                                    task->supervisor->exact ? 1 : processors()};

    task->supervisor->work(task->supervisor->context, &progress, &task->outcome);
    return NULL;
}

/* In a thread, because only a thread's stack size can be chosen. */
static void run_on_large_stack(struct task *task) {
    pthread_attr_t attributes;
    pthread_t thread;

    if (pthread_attr_init(&attributes) || pthread_attr_setstacksize(&attributes, stack_size) ||
        pthread_create(&thread, &attributes, run_task, task))
        run_task(task);
    else
        pthread_join(thread, NULL);
}

static bool write_all(int fd, const void *bytes, size_t n) {
    const char *p = bytes;

    while (n) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

struct header {
    uint64_t magic, out, err;
    int64_t exit_code;
};
static const uint64_t magic = 0x6d69677665743031ULL;

static _Noreturn void child(struct supervisor *supervisor, int fd) {
    struct task task = {.supervisor = supervisor};
    struct rlimit no_core = {0, 0};
    struct header header;

    setrlimit(RLIMIT_CORE, &no_core);
    run_on_large_stack(&task);
    fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES); /* for a large report; a smaller pipe does, too */
    header = (struct header){magic, task.outcome.out.n, task.outcome.err.n, task.outcome.exit_code};
    if (!write_all(fd, &header, sizeof(header)) ||
        !write_all(fd, buf_str(&task.outcome.out), task.outcome.out.n) ||
        !write_all(fd, buf_str(&task.outcome.err), task.outcome.err.n))
        _exit(2);
    buf_release(&task.outcome.out);
    buf_release(&task.outcome.err);
    _exit(0);
}

/* What came from the child so far: the header, and behind it what it tells the sizes of. */
struct received {
    struct header header;
    size_t header_bytes;
    struct outcome outcome;
};

static bool is_whole(const struct received *received) {
    return received->header_bytes == sizeof(received->header) && received->header.magic == magic &&
           received->outcome.out.n == received->header.out &&
           received->outcome.err.n == received->header.err;
}

static ssize_t read_part(int fd, struct buf *buf, size_t size) {
    ssize_t n = read(fd, buf_room(buf, size - buf->n), size - buf->n);

    if (n > 0)
        buf->n += (size_t)n;
    buf->s[buf->n] = '\0';
    return n;
}

/* As read; each part goes where it is to stay, for a report may be large. */
static ssize_t receive(int fd, struct received *received) {
    struct outcome *outcome = &received->outcome;
    size_t missing = sizeof(received->header) - received->header_bytes;
    char surplus;

    if (missing) {
        ssize_t n = read(fd, (char *)&received->header + received->header_bytes, missing);
        received->header_bytes += n > 0 ? (size_t)n : 0;
        return n;
    }
    if (received->header.magic != magic || is_whole(received))
        return read(fd, &surplus, 1);
    return outcome->out.n < received->header.out
               ? read_part(fd, &outcome->out, received->header.out)
               : read_part(fd, &outcome->err, received->header.err);
}

/* Reads until the child closes the pipe; false when it stood still too long and was killed. */
static bool collect(struct supervisor *supervisor, int fd, pid_t pid, struct received *received) {
    unsigned long steps = 0;
    int idle = 0;

    for (;;) {
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        ssize_t n;
        if (poll(&poll_fd, 1, 1000) == 0) {
            unsigned long now = atomic_load(&supervisor->whereabouts->steps);
            idle = now == steps ? idle + 1 : 0;
            steps = now;
            if (idle < STATEMENT_SECONDS)
                continue;
            kill(pid, SIGKILL);
            return false;
        }
        n = receive(fd, received);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return true;
    }
}

/* Nothing was written to out before. */
static void take_over(struct received *received, struct outcome *outcome) {
    struct buf before = outcome->out;

    outcome->out = received->outcome.out;
    received->outcome.out = before;
    buf_add(&outcome->err, buf_str(&received->outcome.err), received->outcome.err.n);
    outcome->exit_code = (int)received->header.exit_code;
}

static char *describe_death(int status, bool in_time) {
    char *message = NULL;
    int n;

    if (!in_time)
        n = asprintf(&message, "this statement took longer than %d s to analyse and was given up",
                     STATEMENT_SECONDS);
    else if (WIFSIGNALED(status))
        n = asprintf(&message, "the analysis of this statement died of signal %d (%s)",
                     WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        n = asprintf(&message,
                     "the analysis of this statement ended with exit code %d "
                     "(out of memory?)",
                     WEXITSTATUS(status));
    if (n < 0)
        die_out_of_memory();
    return message;
}

static bool already_known(const struct supervisor *supervisor, const struct whereabouts *at) {
    for (size_t i = 0; i < supervisor->count; i++)
        if (supervisor->casualties[i].offset == at->offset &&
            strcmp(supervisor->casualties[i].path, at->path) == 0)
            return true;
    return false;
}

static size_t deaths_in(const struct supervisor *supervisor, const char *path) {
    size_t count = 0;

    for (size_t i = 0; i < supervisor->count; i++)
        count += strcmp(supervisor->casualties[i].path, path) == 0;
    return count;
}

/* Whether another try makes sense: the place of the death is known and new. */
static bool note_death(struct supervisor *supervisor, char *message) {
    const struct whereabouts *at = supervisor->whereabouts;
    char *path = strdup(at->path);
    size_t offset;

    if (!path)
        die_out_of_memory();
    if (!at->path[0] || supervisor->count == MAX_CASUALTIES || already_known(supervisor, at)) {
        free(path);
        return false;
    }
    offset = deaths_in(supervisor, path) + 1 < DEATHS_OF_A_FILE ? at->offset : WHOLE_FILE;
    supervisor->casualties[supervisor->count++] =
        (struct casualty){.path = path, .offset = offset, .message = message};
    return true;
}

static void release_received(struct received *received) {
    buf_release(&received->outcome.out);
    buf_release(&received->outcome.err);
}

/* One try; false when it died, with the reason in *death. */
static bool try_once(struct supervisor *supervisor, struct outcome *outcome, char **death) {
    struct received received = {0};
    int ends[2], status = 0;
    bool in_time, whole;
    pid_t pid;

    memset(supervisor->whereabouts, 0, sizeof(*supervisor->whereabouts));
    if (pipe(ends) < 0 || (pid = fork()) < 0) {
        *death = strdup(strerror(errno));
        return false;
    }
    if (pid == 0) {
        close(ends[0]);
        child(supervisor, ends[1]);
    }
    close(ends[1]);
    in_time = collect(supervisor, ends[0], pid, &received);
    close(ends[0]);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    whole = in_time && is_whole(&received);
    if (whole)
        take_over(&received, outcome);
    release_received(&received);
    *death = whole ? NULL : describe_death(status, in_time);
    return whole;
}

static void give_up(struct outcome *outcome, const char *death) {
    buf_printf(&outcome->err, "migvet: nothing could be analysed: %s\n", death);
    outcome->exit_code = 2;
}

static void release(struct supervisor *supervisor) {
    for (size_t i = 0; i < supervisor->count; i++) {
        free(supervisor->casualties[i].path);
        free(supervisor->casualties[i].message);
    }
    munmap(supervisor->whereabouts, sizeof(*supervisor->whereabouts));
}

void supervise(void (*work)(void *context, const struct sql_progress *progress,
                            struct outcome *outcome),
               void *context, struct outcome *outcome) {
    struct supervisor supervisor = {.work = work, .context = context};
    char *death;

    supervisor.whereabouts = mmap(NULL, sizeof(*supervisor.whereabouts), PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (supervisor.whereabouts == MAP_FAILED) {
        give_up(outcome, strerror(errno));
        return;
    }
    while (!try_once(&supervisor, outcome, &death)) {
        if (!supervisor.exact) {
            supervisor.exact = true;
            free(death);
            continue;
        }
        if (note_death(&supervisor, death))
            continue;
        give_up(outcome, death);
        free(death);
        break;
    }
    release(&supervisor);
}
