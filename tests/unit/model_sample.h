/* SQL text to statements, operations and schemas, for the tests of model/. */
#ifndef TESTS_MODEL_SAMPLE_H
#define TESTS_MODEL_SAMPLE_H

#include "model/replay.h"

#include <check.h>
#include <string.h>

/* Each line "-- unit" begins another migration. */
struct sample {
    struct arena arena;
    struct replay replay;
    size_t migration;
    enum transaction_mode mode;
};

static inline void sample_init(struct sample *sample, int target, bool complete) {
    arena_init(&sample->arena);
    sample->migration = 0;
    sample->mode = TRANSACTION_PER_STATEMENT;
    replay_init(&sample->replay, &sample->arena, target, complete);
}

static inline void sample_free(struct sample *sample) {
    arena_release(&sample->arena);
}

static inline struct statements *sample_read(struct arena *arena, const char *sql) {
    const struct file *file = file_new(arena, "sample.sql", sql, strlen(sql));
    struct statements *statements = sql_read(arena, text_of_file(arena, file), 0, 1, NULL);

    for (size_t i = 0; i < statements->list.n; i++)
        ck_assert_msg(statements->list.v[i]->tree, "%s", statements->list.v[i]->message);
    return statements;
}

/* The last refusal that was certain is kept in *refusal (may be NULL). */
static inline void sample_section(struct sample *sample, const char *sql, struct refusal *refusal) {
    struct statements *statements = sample_read(&sample->arena, sql);

    replay_begin_section(&sample->replay, sample->migration++, sample->mode, statements->list.n);
    for (size_t i = 0; i < statements->list.n; i++) {
        replay_apply(&sample->replay, op_list(&sample->arena, statements->list.v[i]), NULL);
        if (refusal && sample->replay.refusal.certain)
            *refusal = sample->replay.refusal;
    }
}

/* Runs the SQL as one migration; every statement must be accepted. */
static inline void sample_run(struct sample *sample, const char *sql) {
    struct refusal refusal = {0};

    sample_section(sample, sql, &refusal);
    ck_assert_msg(!refusal.sqlstate, "refused: %s %s", refusal.sqlstate, refusal.message);
}

/* The SQLSTATE of the last statement that is refused, "" when none is. */
static inline const char *sample_refusal(struct sample *sample, const char *sql) {
    struct refusal refusal = {0};

    sample_section(sample, sql, &refusal);
    return refusal.sqlstate ? refusal.sqlstate : "";
}

static inline const struct relation *sample_relation(struct sample *sample, const char *name) {
    const struct relation *relation =
        schema_relation(&sample->replay.schema, (struct name){NULL, name});

    ck_assert_msg(relation, "no relation %s", name);
    return relation;
}

static inline bool sample_has(struct sample *sample, const char *name) {
    return schema_relation(&sample->replay.schema, (struct name){NULL, name}) != NULL;
}

#endif
