#define _GNU_SOURCE /* pipe2, posix_spawnp, strsignal */
#include "front/select_run.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_BYTES = 64 << 20 };

/* One of the streams that the program prints to. */
struct stream {
    int ends[2]; /* -1: closed */
    struct buf bytes;
};

static void close_end(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The arrays that exec takes are not const, though nothing is written to them. */
static char *const *exec_array(const char *const *words) {
    union {
        const char *const *given;
        char *const *taken;
    } array = {words};

    return array.taken;
}

static int spawn(pid_t *pid, const char *const *argv, const char *const *environment,
                 struct stream streams[2]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    int error;

    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE); /* which we ignore */
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, streams[0].ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, streams[1].ends[1], STDERR_FILENO);
    error = posix_spawnp(pid, argv[0], &actions, &attributes, exec_array(argv),
                         exec_array(environment));
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

/* Takes in what is there; closes the stream at its end. */
static void take(struct stream *stream) {
    char chunk[65536];
    ssize_t n = read(stream->ends[0], chunk, sizeof(chunk));

    if (n > 0)
        buf_add(&stream->bytes, chunk, (size_t)n);
    else if (n == 0 || errno != EINTR)
        close_end(&stream->ends[0]);
}

/* Both streams to their ends; false when they hold too much. */
static bool collect(struct stream streams[2]) {
    while (streams[0].ends[0] >= 0 || streams[1].ends[0] >= 0) {
        struct pollfd polled[2] = {{.fd = streams[0].ends[0], .events = POLLIN},
                                   {.fd = streams[1].ends[0], .events = POLLIN}};
        if (poll(polled, 2, -1) < 0 && errno != EINTR)
            return false;
        for (int i = 0; i < 2; i++) {
            if (polled[i].revents)
                take(&streams[i]);
            if (streams[i].bytes.n > MOST_BYTES)
                return false;
        }
    }
    return true;
}

static int wait_for(pid_t pid) {
    int status = 0;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

static void run(struct arena *arena, const char *const *argv, const char *const *environment,
                struct stream streams[2], struct run_result *result) {
    pid_t pid;
    int error = spawn(&pid, argv, environment, streams), status;
    bool whole;

    if (error) {
        result->why = arena_printf(arena, "%s could not be run: %s", argv[0], strerror(error));
        return;
    }
    close_end(&streams[0].ends[1]);
    close_end(&streams[1].ends[1]);
    whole = collect(streams);
    if (!whole)
        kill(pid, SIGKILL);
    status = wait_for(pid);
    if (!whole)
        result->why = arena_printf(arena, "%s printed more than %d MiB", argv[0], MOST_BYTES >> 20);
    else if (!WIFEXITED(status))
        result->why = arena_printf(arena, "%s died of signal %d (%s)", argv[0], WTERMSIG(status),
                                   strsignal(WTERMSIG(status)));
    else
        result->exit_code = WEXITSTATUS(status);
}

static struct file_bytes release(struct arena *arena, struct stream *stream) {
    struct file_bytes bytes = {arena_strndup(arena, buf_str(&stream->bytes), stream->bytes.n),
                               stream->bytes.n};

    close_end(&stream->ends[0]);
    close_end(&stream->ends[1]);
    buf_release(&stream->bytes);
    return bytes;
}

void run_program(struct arena *arena, const char *const *argv, const char *const *environment,
                 struct run_result *result) {
    struct stream streams[2] = {{{-1, -1}, BUF_INIT}, {{-1, -1}, BUF_INIT}};

    *result = (struct run_result){.exit_code = -1};
    if (pipe2(streams[0].ends, O_CLOEXEC) < 0 || pipe2(streams[1].ends, O_CLOEXEC) < 0)
        result->why = arena_strdup(arena, strerror(errno));
    else
        run(arena, argv, environment, streams, result);
    result->out = release(arena, &streams[0]);
    result->err = release(arena, &streams[1]);
}
