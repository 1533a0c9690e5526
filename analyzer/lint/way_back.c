#include "lint/way_back.h"

#include <string.h>

void way_back_begins(struct way_back *way, const struct walk *walk) {
    *way = (struct way_back){
        .arena = walk->arena,
        .start = walk->replay.schema,
        .before = walk->replay.schema,
        .after = walk->replay.schema,
        .up_is_lost = walk->migration->in_series,
    };
    map_init(&way->forgiven, walk->arena);
    map_init(&way->written, walk->arena);
}

/* Liquibase takes many changes back by itself: what a rollback does not say is not left. */
static bool undoes_by_itself(const struct walk *walk) {
    return strcmp(front_name(walk->migration->front), "liquibase") == 0;
}

static bool is_down(const struct walk *walk) {
    return walk->section->direction == DIRECTION_DOWN;
}

void way_back_section_begins(struct way_back *way, const struct walk *walk) {
    bool reads_all = true;

    for (size_t i = 0; i < walk->statements->list.n; i++) {
        const struct statement *statement = walk->statements->list.v[i];
        reads_all = reads_all && statement->tree && !statement->conditional && !statement->caught;
    }
    reads_all = reads_all && !walk->statements->dynamic.n;
    if (is_down(walk)) {
        way->has_down = way->has_down || walk->statements->list.n > 0;
        if (walk->reported && !way->first_down && walk->statements->list.n)
            way->first_down = walk->statements->list.v[0];
        way->down_is_lost = way->down_is_lost || !reads_all || undoes_by_itself(walk);
    } else {
        way->up_is_lost = way->up_is_lost || !reads_all;
    }
}

/* --- what was there before, though nobody saw it being made --- */

static bool takes_away(enum op_kind kind) {
    return (kind >= OP_DROP_TABLE && kind <= OP_DROP_OTHER) || kind == OP_DROP_CONSTRAINT ||
           (kind >= OP_RENAME_TABLE && kind <= OP_RENAME_OTHER) || kind == OP_SET_SCHEMA ||
           kind == OP_ALTER_FUNCTION || kind == OP_ALTER_POLICY;
}

static void forgive(struct way_back *way, const char *name) {
    if (name)
        map_set(&way->forgiven, name, way);
}

static bool knows_part(const struct relation *relation, const char *name) {
    if (relation_constraint(relation, name))
        return true;
    for (size_t i = 0; i < relation->trigger_count; i++)
        if (strcmp(relation->triggers[i]->name, name) == 0)
            return true;
    for (size_t i = 0; i < relation->policy_count; i++)
        if (strcmp(relation->policies[i]->name, name) == 0)
            return true;
    return false;
}

static void remember(struct way_back *way, const struct schema *now, const struct op *op) {
    const struct relation *relation = schema_relation(now, op->target);
    bool has_column = !op->column || op->kind == OP_ADD_COLUMN ||
                      (relation && relation_column(relation, op->column));
    struct ops one = {1, op};

    if (!op->in_create && (!relation || (relation->object.assumed && !has_column)))
        schema_assume(&way->before, one);
    if (!takes_away(op->kind))
        return;
    if (!relation || relation->object.assumed ||
        (op->object && !knows_part(relation, op->object))) {
        forgive(way, op->object ? op->object : op->target.name);
        forgive(way, op->new_name);
    }
}

/* --- statements --- */

static void meet_up(struct way_back *way, const struct walk *walk, const struct effects *effects) {
    struct ops ops = walk->ops[walk->index];

    if (!effects) {
        way->up_is_lost = true;
        return;
    }
    if (effects_failure(effects, walk->replay.in_transaction).certain)
        way->up_is_lost = true;
    for (size_t i = 0; i < ops.n; i++)
        remember(way, &walk->replay.schema, &ops.v[i]);
    for (size_t i = 0; i < ops.n; i++)
        if (ops.v[i].kind == OP_UPDATE && ops.v[i].target.name)
            vec_push(way->arena, &way->updates, &ops.v[i]);
}

/* What a down writes to it may be bringing back. */
static void note_writes(struct way_back *way, struct ops ops) {
    for (size_t i = 0; i < ops.n; i++) {
        enum op_kind kind = ops.v[i].kind;
        if (ops.v[i].target.name && (kind == OP_INSERT || kind == OP_UPDATE || kind == OP_MERGE ||
                                     kind == OP_COPY_FROM || kind == OP_CREATE_TABLE_AS))
            map_set(&way->written, ops.v[i].target.name, way);
    }
}

static void meet_down(struct way_back *way, const struct walk *walk,
                      const struct effects *effects) {
    const struct statement *statement = walk_statement(walk);
    struct failure failure;

    if (!effects) {
        way->down_is_lost = true;
        return;
    }
    note_writes(way, walk->ops[walk->index]);
    failure = effects_failure(effects, walk_in_transaction(walk));
    if (!failure.certain || statement->caught || statement->conditional || walk->replay.failed)
        return;
    way->down_is_lost = true;
    vec_push(way->arena, &way->failures, ((struct way_back_failure){statement, failure}));
}

void way_back_statement(struct way_back *way, const struct walk *walk,
                        const struct effects *effects) {
    if (is_down(walk))
        meet_down(way, walk, effects);
    else
        meet_up(way, walk, effects);
}

static void add_loss(struct way_back *way, const struct op *op, const char *what) {
    vec_push(way->arena, &way->losses, ((struct way_back_loss){op, what}));
}

/* Labels stay in an enum that is not made here, whatever a down does. */
static void note_labels(struct way_back *way, const struct schema *before, struct ops ops) {
    for (size_t i = 0; i < ops.n; i++) {
        const struct type *type = schema_type(before, ops.v[i].target);
        if (ops.v[i].kind == OP_ALTER_ENUM_ADD_VALUE &&
            !(type && object_is_new(before, &type->object)))
            add_loss(way, &ops.v[i],
                     arena_printf(way->arena, "enum %s without the value %s",
                                  schema_display(way->arena, ops.v[i].target), ops.v[i].column));
    }
}

void way_back_applied(struct way_back *way, const struct walk *walk, const struct schema *before) {
    struct ops ops = walk->ops[walk->index];
    struct reversal reversal = {0};

    if (is_down(walk) || !ops.n)
        return;
    reversal_look(way->arena, before, &walk->replay.schema, ops, &reversal);
    if (reversal.impact > way->impact)
        way->impact = reversal.impact;
    note_labels(way, before, ops);
    if (!reversal.forgets)
        return;
    for (size_t i = 0; i < reversal.losses.list.n; i++)
        add_loss(way, ops.v, reversal.losses.list.v[i]);
    if (!reversal.losses.list.n)
        add_loss(way, ops.v,
                 arena_printf(way->arena, "the rows of %s that %s takes away",
                              schema_display(way->arena, schema_resolve(before, ops.v->target)),
                              ops.v->kind == OP_TRUNCATE ? "TRUNCATE" : "DELETE"));
}

/* A label is gone where the down has made the type anew without it. */
static bool comes_back(const struct way_back *way, const struct way_back_loss *loss) {
    const struct type *type;

    if (loss->op->kind != OP_ALTER_ENUM_ADD_VALUE)
        return loss->op->target.name && map_has(&way->written, loss->op->target.name);
    type = way->has_down ? schema_type(&way->down, loss->op->target) : NULL;
    for (size_t i = 0; type && i < type->labels.n; i++)
        if (strcmp(type->labels.v[i], loss->op->column) == 0)
            return false;
    return way->has_down;
}

bool way_back_is_lost(const struct way_back *way, const struct way_back_loss *loss) {
    return !comes_back(way, loss);
}

void way_back_section_ends(struct way_back *way, const struct walk *walk) {
    if (is_down(walk))
        way->down = walk->replay.schema;
    else
        way->after = walk->replay.schema;
}

/* --- what is left --- */

bool way_back_is_followed(const struct way_back *way) {
    return way->has_down && !way->up_is_lost && !way->down_is_lost &&
           way->down.has_unknown == way->before.has_unknown;
}

/* The names of an object: "column public.t.c" is about t, and c. */
static bool is_forgiven(const struct way_back *way, const char *object) {
    const char *space = strrchr(object, ' '), *name = space ? space + 1 : object;
    size_t n = strcspn(object, " ");
    const char *part;

    for (const char *dot = name; dot; dot = strchr(dot, '.')) {
        dot += *dot == '.';
        if (map_has(&way->forgiven, arena_strndup(way->arena, dot, strcspn(dot, "."))))
            return true;
    }
    part = object[n] ? object + n + 1 : object;
    return map_has(&way->forgiven, arena_strndup(way->arena, part, strcspn(part, " ")));
}

struct differences way_back_differences(const struct way_back *way) {
    struct differences all = {0}, kept = {0};

    if (way_back_is_followed(way))
        all = schema_compare(way->arena, &way->before, &way->after, &way->down);
    for (size_t i = 0; i < all.list.n; i++)
        if (!is_forgiven(way, all.list.v[i].object))
            vec_push(way->arena, &kept.list, all.list.v[i]);
    return kept;
}
