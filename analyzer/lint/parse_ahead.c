#define _GNU_SOURCE /* pthread attributes */
#include "lint/parse_ahead.h"

#include "base/bug.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    MAX_WORKERS = 16,
    WORTH_A_THREAD = 64 << 10, /* bytes of SQL: below it, starting a thread costs more */
};

static const size_t stack_size = (size_t)256 << 20; /* the grammars 15 to 17 recurse deeply */

struct crew {
    struct parse_ahead *ahead;
    const struct sql_progress *progress;
    atomic_size_t next;
};

struct worker {
    pthread_t thread;
    struct crew *crew;
    struct arena arena;
};

void parse_ahead_add(struct arena *arena, struct parse_ahead *ahead,
                     const struct section *section) {
    vec_push(arena, &ahead->list, ((struct parsed){.section = section}));
}

static void *work(void *context) {
    struct worker *worker = context;
    struct parse_ahead *ahead = worker->crew->ahead;

    for (;;) {
        size_t i = atomic_fetch_add(&worker->crew->next, 1);
        if (i >= ahead->list.n)
            return NULL;
        ahead->list.v[i].statements =
            sql_read(&worker->arena, ahead->list.v[i].section->text,
                     ahead->list.v[i].section->flags, 1, worker->crew->progress);
    }
}

static unsigned worker_count(const struct parse_ahead *ahead, const struct sql_progress *progress) {
    size_t bytes = 0, count;

    if (!progress || progress->threads <= 1)
        return 1;
    for (size_t i = 0; i < ahead->list.n; i++)
        bytes += ahead->list.v[i].section->text->len;
    count = bytes / WORTH_A_THREAD + 1;
    if (count > progress->threads)
        count = progress->threads;
    return count > MAX_WORKERS ? MAX_WORKERS : (unsigned)count;
}

static bool start(struct worker *worker) {
    pthread_attr_t attributes;
    bool started;

    if (pthread_attr_init(&attributes))
        return false;
    started = pthread_attr_setstacksize(&attributes, stack_size) == 0 &&
              pthread_create(&worker->thread, &attributes, work, worker) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

/* The calling thread is the first worker; the others help as far as they can be started. */
void parse_ahead_run(struct arena *arena, struct parse_ahead *ahead,
                     const struct sql_progress *progress) {
    struct crew crew = {.ahead = ahead, .progress = progress};
    struct worker workers[MAX_WORKERS] = {0};
    unsigned wanted = worker_count(ahead, progress), started = 1;

    for (unsigned i = 0; i < wanted; i++)
        workers[i].crew = &crew;
    while (started < wanted && start(&workers[started]))
        started++;
    work(&workers[0]);
    for (unsigned i = 0; i < started; i++) {
        if (i)
            pthread_join(workers[i].thread, NULL);
        arena_adopt(arena, &workers[i].arena);
    }
}

struct statements *parse_ahead_take(struct parse_ahead *ahead, const struct section *section,
                                    unsigned first) {
    struct parsed *parsed = &ahead->list.v[ahead->next];

    if (ahead->next == ahead->list.n || parsed->section != section)
        BUG("sections are taken in another order than they were added");
    ahead->next++;
    for (size_t i = 0; i < parsed->statements->list.n; i++) {
        struct statement *statement = parsed->statements->list.v[i];
        statement->ordinal += first - 1;
        statement->conditional = statement->conditional || section->conditional;
    }
    return parsed->statements;
}
