/* Whether a history tells all there is: replayed from its start, it never uses what it did not make. */
#include "lint/lint.h"

#include "model/replay.h"

static void replay_section(struct replay *replay, struct arena *arena,
                           const struct section *section, size_t migration) {
    struct statements *statements = sql_read(arena, section->text, section->flags, 1, NULL);

    replay_begin_section(replay, migration, section->mode, statements->list.n);
    for (size_t i = 0; i < statements->list.n; i++) {
        const struct effects *effects;
        struct ops ops;
        if (!statements->list.v[i]->tree)
            continue;
        ops = op_list(arena, statements->list.v[i]);
        effects = effects_of_statement(arena, &replay->schema, ops);
        replay_reach(replay, ops, effects);
        replay_apply(replay, ops, effects);
    }
    replay_end_section(replay);
}

static bool nothing_assumed(struct arena *arena, const struct schema *schema) {
    struct object_list objects = schema_objects(schema, arena);

    for (size_t i = 0; i < objects.n; i++)
        if (objects.v[i]->assumed && objects.v[i]->kind != OBJ_SCHEMA)
            return false;
    return objects.n > 0;
}

bool lint_history_is_complete(struct arena *arena, const struct history *history) {
    struct replay replay;

    replay_init(&replay, arena, config_default_target, false);
    for (size_t i = 0; i < history->migrations.n; i++) {
        const struct migration *migration = &history->migrations.v[i];
        for (size_t j = 0; j < migration->sections.n; j++)
            if (migration->sections.v[j].direction == DIRECTION_UP)
                replay_section(&replay, arena, &migration->sections.v[j], i);
    }
    return nothing_assumed(arena, &replay.schema);
}
