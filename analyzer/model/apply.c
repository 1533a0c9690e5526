#include "model/apply_op.h"

#include "model/names.h"

#include <string.h>

void schema_init(struct schema *schema, struct arena *arena, int target, bool complete) {
    struct other *public = arena_new(arena, struct other);

    *schema = (struct schema){.arena = arena, .target = target, .complete = complete};
    schema->migration = (size_t)-1;
    public->object = (struct object){
        .id = schema_new_id(schema),
        .kind = OBJ_SCHEMA,
        .name = "public",
        .maker = {.migration = (size_t)-1},
        .assumed = true,
    };
    public->type = OBJECT_SCHEMA;
    schema_add(schema, &public->object);
}

/*
 * In which order the server takes the parts of one CREATE TABLE or ALTER TABLE (AlterTablePass;
 * transformCreateStmt): it decides what works and which name is made up for what.
 */
static unsigned pass_of(const struct op *op) {
    switch (op->kind) {
    case OP_DROP_COLUMN:
    case OP_DROP_CONSTRAINT:
    case OP_DROP_NOT_NULL:
    case OP_DROP_EXPRESSION:
    case OP_DROP_IDENTITY:
    case OP_DROP_DEFAULT:
        return 1;
    case OP_ALTER_COLUMN_TYPE:
    case OP_ALTER_ATTRIBUTE_TYPE:
        return 2;
    case OP_ADD_INHERIT:
        return op->in_create ? 3 : 9;
    case OP_COPY_TABLE_DEFINITION:
    case OP_ADD_COLUMN:
    case OP_ADD_SERIAL:
        return 4;
    case OP_SET_DEFAULT:
    case OP_ADD_IDENTITY:
    case OP_ADD_GENERATED:
        return op->is_inline ? 4 : 9;
    case OP_ADD_CHECK:
        return 5;
    case OP_ADD_NOT_NULL:
    case OP_SET_NOT_NULL:
        return 6;
    case OP_ADD_PRIMARY_KEY:
        return 7;
    case OP_ADD_UNIQUE:
    case OP_ADD_EXCLUSION:
        return 8;
    case OP_ADD_FOREIGN_KEY:
        return 9;
    default:
        return op->stmt && op->stmt->kind == NODE_AlterTableStmt ? 10 : 0;
    }
}

enum { PASSES = 11 };

bool refused(const struct apply *apply) {
    return apply->refusal.sqlstate && apply->refusal.certain;
}

bool refuse(struct apply *apply, bool certain, const char *sqlstate, const char *format, ...) {
    va_list args;

    if (refused(apply))
        return true;
    va_start(args, format);
    apply->refusal = (struct refusal){
        .sqlstate = sqlstate,
        .message = arena_vprintf(apply->arena, format, args),
        .certain = certain && !apply->conditional,
    };
    va_end(args);
    return certain;
}

static bool is_skipped(const struct apply *apply, const struct op *op) {
    if (apply->skipped && op->stmt == apply->skipped)
        return true;
    /* Before 13 the constraints of a column that is there already were added all the same. */
    if (apply->schema->target < 13 && op->kind >= OP_ADD_CHECK && op->kind <= OP_ADD_EXCLUSION &&
        op->kind != OP_ADD_NOT_NULL)
        return false;
    for (size_t i = 0; op->is_inline && op->column && i < apply->skipped_columns.n; i++)
        if (strcmp(apply->skipped_columns.v[i], op->column) == 0)
            return true;
    return false;
}

static void apply_created(struct apply *apply) {
    switch (apply->op->kind) {
    case OP_CREATE_TABLE:
    case OP_CREATE_PARTITION:
    case OP_CREATE_FOREIGN_TABLE:
        apply_create_table(apply);
        break;
    case OP_CREATE_TABLE_AS:
    case OP_CREATE_MATVIEW:
        apply_create_table_as(apply);
        break;
    case OP_CREATE_VIEW:
        apply_create_view(apply);
        break;
    case OP_CREATE_INDEX:
        apply_create_index(apply);
        break;
    case OP_CREATE_SEQUENCE:
        apply_create_sequence(apply);
        break;
    case OP_COPY_TABLE_DEFINITION:
        apply_like(apply);
        break;
    case OP_CREATE_FUNCTION:
    case OP_CREATE_PROCEDURE:
    case OP_CREATE_AGGREGATE:
        apply_function(apply);
        break;
    case OP_CREATE_TRIGGER:
    case OP_CREATE_POLICY:
    case OP_CREATE_RULE:
        apply_on_relation(apply);
        break;
    case OP_CREATE_COMPOSITE_TYPE:
    case OP_CREATE_ENUM:
    case OP_CREATE_RANGE:
    case OP_CREATE_BASE_TYPE:
    case OP_CREATE_DOMAIN:
        apply_type(apply);
        break;
    default:
        apply_other(apply);
        break;
    }
}

static void apply_table_action(struct apply *apply) {
    switch (apply->op->kind) {
    case OP_ADD_COLUMN:
        apply_add_column(apply);
        break;
    case OP_ADD_SERIAL:
        apply_add_serial(apply);
        break;
    case OP_ADD_IDENTITY:
        apply_add_identity(apply);
        break;
    case OP_ADD_GENERATED:
        apply_add_generated(apply);
        break;
    case OP_ADD_CHECK:
    case OP_ADD_NOT_NULL:
    case OP_ADD_UNIQUE:
    case OP_ADD_PRIMARY_KEY:
    case OP_ADD_FOREIGN_KEY:
    case OP_ADD_EXCLUSION:
        apply_add_constraint(apply);
        break;
    case OP_VALIDATE_CONSTRAINT:
    case OP_ALTER_CONSTRAINT:
    case OP_DROP_CONSTRAINT:
        apply_constraint_action(apply);
        break;
    case OP_ATTACH_PARTITION:
    case OP_DETACH_PARTITION:
    case OP_DETACH_PARTITION_FINALIZE:
    case OP_ATTACH_INDEX_PARTITION:
        apply_partition_action(apply);
        break;
    case OP_ADD_INHERIT:
        apply_add_inherit(apply);
        break;
    case OP_DROP_INHERIT:
        apply_drop_inherit(apply);
        break;
    case OP_ENABLE_TRIGGER:
    case OP_DISABLE_TRIGGER:
    case OP_ENABLE_RULE:
    case OP_DISABLE_RULE:
    case OP_ENABLE_ROW_SECURITY:
    case OP_DISABLE_ROW_SECURITY:
    case OP_FORCE_ROW_SECURITY:
    case OP_NO_FORCE_ROW_SECURITY:
        apply_on_relation(apply);
        break;
    default:
        if (apply->op->kind >= OP_ATTACH_PARTITION)
            apply_table_option(apply);
        else
            apply_column_action(apply);
        break;
    }
}

static void apply_changed(struct apply *apply) {
    switch (apply->op->kind) {
    case OP_SET_SCHEMA:
        apply_set_schema(apply);
        break;
    case OP_OWNER:
        apply_owner(apply);
        break;
    case OP_COMMENT:
        apply_comment(apply);
        break;
    case OP_ALTER_ENUM_ADD_VALUE:
    case OP_ALTER_ENUM_RENAME_VALUE:
    case OP_ADD_ATTRIBUTE:
    case OP_DROP_ATTRIBUTE:
    case OP_ALTER_ATTRIBUTE_TYPE:
    case OP_ALTER_DOMAIN_SET_DEFAULT:
    case OP_ALTER_DOMAIN_DROP_DEFAULT:
    case OP_ALTER_DOMAIN_SET_NOT_NULL:
    case OP_ALTER_DOMAIN_DROP_NOT_NULL:
    case OP_ALTER_DOMAIN_ADD_CONSTRAINT:
    case OP_ALTER_DOMAIN_DROP_CONSTRAINT:
    case OP_ALTER_DOMAIN_VALIDATE_CONSTRAINT:
        apply_type(apply);
        break;
    case OP_ALTER_SEQUENCE:
        apply_alter_sequence(apply);
        break;
    case OP_ALTER_FUNCTION:
        apply_function(apply);
        break;
    case OP_ALTER_POLICY:
        apply_on_relation(apply);
        break;
    default:
        apply_other(apply);
        break;
    }
}

static void apply_one(struct apply *apply) {
    enum op_kind kind = apply->op->kind;

    if (kind >= OP_CREATE_TABLE && kind <= OP_CREATE_TABLESPACE)
        apply_created(apply);
    else if (kind >= OP_ADD_COLUMN && kind <= OP_NO_FORCE_ROW_SECURITY)
        apply_table_action(apply);
    else if (kind >= OP_RENAME_TABLE && kind <= OP_RENAME_OTHER)
        apply_rename(apply);
    else if (kind >= OP_SET_SCHEMA && kind <= OP_ALTER_SYSTEM)
        apply_changed(apply);
    else if (kind >= OP_TRUNCATE && kind <= OP_CLOSE_CURSOR)
        apply_rows(apply);
    else if (kind >= OP_SET && kind <= OP_DISCARD)
        apply_setting(apply);
    else if (kind == OP_DO || kind == OP_CALL)
        apply_calls(apply);
}

/* The operations of one command, CREATE SCHEMA's elements being commands of their own. */
static void apply_command(struct apply *apply, const struct op *ops, size_t n) {
    apply->op = ops;
    if (ops->kind >= OP_DROP_TABLE && ops->kind <= OP_DROP_OTHER) {
        apply_drop(apply, ops, n);
        return;
    }
    for (unsigned pass = 0; pass < (n > 1 ? PASSES : 1); pass++)
        for (size_t i = 0; i < n && !refused(apply); i++) {
            if ((n > 1 && pass_of(&ops[i]) != pass) || is_skipped(apply, &ops[i]))
                continue;
            apply->op = &ops[i];
            apply_one(apply);
            apply_session(apply);
        }
}

void schema_enter(struct schema *schema, const char *name) {
    const char *path = schema_setting(schema, "search_path");
    const struct setting *setting =
        schema_new_setting(schema->arena, "search_path",
                           arena_printf(schema->arena, "%s, %s", name_quote(schema->arena, name),
                                        path != NULL ? path : "public"));

    schema->settings = pmap_set(schema->arena, schema->settings, setting->name, setting);
}

/* CREATE SCHEMA with elements, which find each other without its name. */
static void enter_created(struct schema *schema, struct ops ops) {
    if (ops.v[0].kind == OP_CREATE_SCHEMA && ops.n > 1 && ops.v[0].target.name)
        schema_enter(schema, ops.v[0].target.name);
}

bool schema_apply(struct schema *schema, struct ops ops, struct refusal *refusal) {
    struct schema before = *schema;
    struct apply apply = {.schema = schema, .arena = schema->arena};

    schema_begin_epoch(schema);
    if (ops.n > 0) {
        apply.statement = ops.v[0].statement;
        apply.conditional = apply.statement->conditional || apply.statement->caught;
    }
    for (size_t i = 0, end; i < ops.n && !refused(&apply); i = end) {
        for (end = i + 1; end < ops.n && ops.v[end].stmt == ops.v[i].stmt; end++)
            continue;
        apply_command(&apply, ops.v + i, end - i);
        if (i == 0)
            enter_created(schema, ops);
    }
    if (ops.n > 0 && ops.v[0].kind == OP_CREATE_SCHEMA)
        schema->settings = before.settings;
    *refusal = apply.refusal;
    if (!refused(&apply))
        return true;
    before.next_id = schema->next_id;
    before.epoch = schema->epoch;
    *schema = before;
    return false;
}
