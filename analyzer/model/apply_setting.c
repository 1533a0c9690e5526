/* Session settings, and what the end of a transaction or session does to the schema. */
#include "model/apply_op.h"

#include "model/depend.h"
#include "model/names.h"

#include "base/buf.h"

#include <string.h>

static const char *parameter_name(const char *name) {
    return strcmp(name, "time zone") == 0 ? "timezone" : name;
}

void put_setting(struct apply *apply, const char *name, const char *value, bool local) {
    const struct setting *setting = schema_new_setting(apply->arena, name, value);

    apply->schema->settings = pmap_set(apply->arena, apply->schema->settings, name, setting);
    if (!local)
        apply->schema->session_settings =
            pmap_set(apply->arena, apply->schema->session_settings, name, setting);
}

static void reset_setting(struct apply *apply, const char *name, bool local) {
    apply->schema->settings = pmap_remove(apply->arena, apply->schema->settings, name);
    if (!local)
        apply->schema->session_settings =
            pmap_remove(apply->arena, apply->schema->session_settings, name);
}

static void add_value(struct buf *text, struct arena *arena, const struct A_Const *constant,
                      bool names) {
    const char *word = constant->sval ? constant->sval->sval : NULL;

    if (word && names && strcmp(word, "") != 0)
        word = name_quote(arena, word);
    if (word)
        buf_puts(text, word);
    else if (constant->ival)
        buf_printf(text, "%d", constant->ival->ival);
    else if (constant->fval)
        buf_puts(text, constant->fval->fval);
    else if (constant->boolval)
        buf_puts(text, constant->boolval->boolval ? "on" : "off");
}

/* The value as SHOW would tell it, but for units: 5s stays 5s. */
static const char *value_of(struct apply *apply, const char *name, struct node_list args) {
    bool names = strcmp(name, "search_path") == 0;
    struct buf text = BUF_INIT;
    const char *value;

    for (size_t i = 0; i < args.n; i++) {
        const struct A_Const *constant = node_if(A_Const, args.v[i]);
        const struct TypeCast *cast = node_if(TypeCast, args.v[i]);
        if (!constant && cast) /* SET TIME ZONE INTERVAL '1 hour' */
            constant = node_if(A_Const, cast->arg);
        if (i > 0)
            buf_puts(&text, ", ");
        if (constant)
            add_value(&text, apply->arena, constant, names);
    }
    value = arena_strdup(apply->arena, buf_str(&text));
    buf_release(&text);
    return value;
}

static void reset(struct apply *apply, const struct VariableSetStmt *set) {
    if (apply->op->object && set->kind != VAR_RESET_ALL) {
        reset_setting(apply, parameter_name(apply->op->object), set->is_local);
        return;
    }
    apply->schema->settings = apply->schema->session_settings = (struct pmap){0};
}

void apply_setting(struct apply *apply) {
    const struct VariableSetStmt *set = node_if(VariableSetStmt, apply->op->node);
    const struct DiscardStmt *discard = node_if(DiscardStmt, apply->op->node);
    const char *name = apply->op->object ? parameter_name(apply->op->object) : NULL;

    if (discard && discard->target == DISCARD_ALL)
        schema_end_session(apply->schema);
    else if (set && apply->op->kind == OP_RESET)
        reset(apply, set);
    else if (set && apply->op->kind == OP_SET && set->kind == VAR_SET_VALUE && name)
        put_setting(apply, name, value_of(apply, name, set->args), set->is_local);
}

/* --- the end --- */

struct temporary {
    struct schema *schema;
    bool session; /* all of them, not only those with ON COMMIT DROP */
    VEC(struct part) dropped;
    VEC(object_id) emptied;
};

static void look_at(const void *value, void *context) {
    struct temporary *temporary = context;
    const struct object *object = value;
    const struct relation *relation;

    if (!object->temporary || !object_is_relation(object))
        return;
    relation = (const struct relation *)(const void *)object;
    if (temporary->session || relation->on_commit == ONCOMMIT_DROP)
        vec_push(temporary->schema->arena, &temporary->dropped,
                 ((struct part){object->id, PART_WHOLE, 0}));
    else if (relation->on_commit == ONCOMMIT_DELETE_ROWS)
        vec_push(temporary->schema->arena, &temporary->emptied, object->id);
}

static void drop_temporary(struct schema *schema, bool session) {
    struct temporary temporary = {.schema = schema, .session = session};
    struct apply apply = {.schema = schema, .arena = schema->arena};

    if (!(session ? schema->has_temporary : schema->acts_at_commit))
        return;
    idmap_each(&schema->objects, look_at, &temporary);
    schema_begin_epoch(schema);
    drop_parts(&apply, temporary.dropped.v, temporary.dropped.n, true);
    for (size_t i = 0; i < temporary.emptied.n; i++) {
        struct relation *relation = schema_edit_relation(schema, temporary.emptied.v[i]);
        if (relation) /* else it went with one that was dropped */
            relation->rows = ROWS_EMPTY;
    }
    if (session)
        schema->has_temporary = schema->acts_at_commit = false;
}

/* Only cursors WITH HOLD go on. */
static void keep_held(const char *key, const void *value, void *context) {
    const struct session_query *cursor = value;
    struct schema *schema = context;

    if (cursor->holds)
        schema->cursors = pmap_set(schema->arena, schema->cursors, key, cursor);
}

void schema_begin_transaction(struct schema *schema) {
    struct pmap cursors = schema->cursors;

    schema->cursors = (struct pmap){0};
    pmap_each(&cursors, keep_held, schema);
    schema->pending = schema->perhaps = (struct id_list){0};
    schema->deferral = DEFERRAL_DECLARED;
    schema->savepoints = NULL;
    schema->queried = false;
}

void schema_commit(struct schema *schema) {
    schema_begin_transaction(schema);
    schema->settings = schema->session_settings;
    drop_temporary(schema, false);
}

void schema_end_session(struct schema *schema) {
    schema->cursors = schema->prepared = (struct pmap){0};
    schema->settings = schema->session_settings = (struct pmap){0};
    drop_temporary(schema, true);
}
