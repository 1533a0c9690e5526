#include "model/reversal.h"

#include "model/apply.h"
#include "model/coerce.h"
#include "model/expr_type.h"
#include "model/narrowing.h"

#include <string.h>

const char *reversal_class_name(enum reversal_class class) {
    static const char *const names[] = {"reversible", "reversible with data loss", "forward only"};
    return names[class];
}

const char *impact_name(enum impact class) {
    static const char *const names[] = {"none", "additive", "staged", "destructive"};
    return names[class];
}

struct reversing {
    struct arena *arena;
    struct schema before, after; /* of the step, with what it needs assumed */
    struct schema here;          /* before the statement at hand */
    struct reversal *out;
    bool concurrently;
};

static void add(struct reversing *reversing, struct inverse_texts *texts, const char *text) {
    for (size_t i = 0; i < texts->list.n; i++)
        if (strcmp(texts->list.v[i], text) == 0)
            return;
    vec_push(reversing->arena, &texts->list, text);
}

static void obstacle(struct reversing *reversing, const char *text) {
    add(reversing, &reversing->out->obstacles, text);
}

static void loss(struct reversing *reversing, const char *text) {
    add(reversing, &reversing->out->losses, text);
}

static void raise_impact(struct reversal *out, enum impact class) {
    if (class > out->impact)
        out->impact = class;
}

/* --- what kind of operation it is --- */

enum trace {
    TRACE_SCHEMA, /* comparing the schemas tells */
    TRACE_NONE,   /* nothing that stays, or nothing that matters */
    TRACE_ROWS,
    TRACE_ELSEWHERE, /* something that the schema does not hold */
};

static enum trace trace_of(enum op_kind kind) {
    if ((kind >= OP_REINDEX_INDEX && kind <= OP_REINDEX_SYSTEM) ||
        (kind >= OP_VACUUM && kind <= OP_CHECKPOINT) ||
        (kind >= OP_COPY_TO && kind <= OP_ROLLBACK_PREPARED) || kind == OP_DO ||
        (kind >= OP_EXPLAIN && kind <= OP_DEALLOCATE) || kind == OP_SET_WITHOUT_OIDS)
        return TRACE_NONE;
    if (kind == OP_TRUNCATE || (kind >= OP_INSERT && kind <= OP_COPY_FROM))
        return TRACE_ROWS;
    switch (kind) {
    case OP_UNKNOWN:
    case OP_CREATE_CAST:
    case OP_CREATE_TRANSFORM:
    case OP_CREATE_OPERATOR:
    case OP_CREATE_USER_MAPPING:
    case OP_IMPORT_FOREIGN_SCHEMA:
    case OP_CREATE_DATABASE:
    case OP_CREATE_TABLESPACE:
    case OP_SET_COLUMN_FOREIGN_OPTIONS:
    case OP_MOVE_ALL_IN_TABLESPACE:
    case OP_SET_FOREIGN_OPTIONS:
    case OP_SECURITY_LABEL:
    case OP_DEPENDS_ON_EXTENSION:
    case OP_GRANT:
    case OP_REVOKE:
    case OP_GRANT_ROLE:
    case OP_REVOKE_ROLE:
    case OP_ALTER_DEFAULT_PRIVILEGES:
    case OP_REASSIGN_OWNED:
    case OP_DROP_OWNED:
    case OP_DROP_DATABASE:
    case OP_DROP_TABLESPACE:
    case OP_ALTER_BASE_TYPE:
    case OP_ALTER_STATISTICS:
        return TRACE_ELSEWHERE;
    default:
        break;
    }
    if (kind == OP_ALTER_EVENT_TRIGGER || kind == OP_ALTER_EXTENSION_UPDATE ||
        kind == OP_ALTER_EXTENSION_CONTENTS ||
        (kind >= OP_ALTER_SUBSCRIPTION && kind <= OP_ALTER_SYSTEM))
        return TRACE_ELSEWHERE;
    return TRACE_SCHEMA;
}

/* --- what the schema before does not tell --- */

static const struct object *find_object(const struct schema *schema, const struct op *op) {
    const struct relation *relation = schema_relation(schema, op->target);
    const struct type *type = schema_type(schema, op->target);
    const struct other *other;
    size_t count = 0;
    const struct function *const *functions = schema_functions(schema, op->target, &count);

    if (op->kind == OP_DROP_STATISTICS && !op->target.name)
        return &schema_other(schema, OBJECT_STATISTIC_EXT, (struct name){NULL, op->object})->object;
    if (op->kind == OP_ALTER_PUBLICATION)
        return &schema_other(schema, OBJECT_PUBLICATION, op->target)->object;
    if (op->kind == OP_ALTER_FUNCTION)
        return count ? &functions[0]->object : NULL;
    if (op->kind >= OP_ALTER_ENUM_ADD_VALUE && op->kind <= OP_ALTER_DOMAIN_VALIDATE_CONSTRAINT)
        return type ? &type->object : relation ? &relation->object : NULL;
    switch (op->object_type) {
    case OBJECT_TYPE:
    case OBJECT_DOMAIN:
        return type ? &type->object : relation ? &relation->object : NULL;
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
    case OBJECT_AGGREGATE:
        return count ? &functions[0]->object : NULL;
    default:
        break;
    }
    if (relation)
        return &relation->object;
    other = schema_other(schema, op->object_type, op->target);
    return other ? &other->object : NULL;
}

static bool has_part(const struct relation *relation, const struct op *op) {
    if (op->kind == OP_DROP_CONSTRAINT || op->kind == OP_RENAME_CONSTRAINT ||
        op->kind == OP_VALIDATE_CONSTRAINT || op->kind == OP_ALTER_CONSTRAINT)
        return relation_constraint(relation, op->object) != NULL;
    for (size_t i = 0; i < relation->trigger_count; i++)
        if (strcmp(relation->triggers[i]->name, op->object) == 0)
            return true;
    for (size_t i = 0; i < relation->policy_count; i++)
        if (strcmp(relation->policies[i]->name, op->object) == 0)
            return true;
    for (size_t i = 0; i < relation->rule_count; i++)
        if (strcmp(relation->rules[i]->name, op->object) == 0)
            return true;
    return false;
}

static bool is_of_part(enum op_kind kind) {
    switch (kind) {
    case OP_DROP_CONSTRAINT:
    case OP_VALIDATE_CONSTRAINT:
    case OP_ALTER_CONSTRAINT:
    case OP_RENAME_CONSTRAINT:
    case OP_RENAME_TRIGGER:
    case OP_RENAME_POLICY:
    case OP_RENAME_RULE:
    case OP_DROP_TRIGGER:
    case OP_DROP_POLICY:
    case OP_DROP_RULE:
    case OP_ALTER_POLICY:
    case OP_ENABLE_TRIGGER:
    case OP_DISABLE_TRIGGER:
    case OP_ENABLE_RULE:
    case OP_DISABLE_RULE:
        return true;
    default:
        return false;
    }
}

static bool is_of_object(enum op_kind kind) {
    return (kind >= OP_DROP_TABLE && kind <= OP_DROP_OTHER) ||
           (kind >= OP_RENAME_TABLE && kind <= OP_RENAME_OTHER && kind != OP_RENAME_COLUMN &&
            kind != OP_RENAME_ATTRIBUTE && kind != OP_RENAME_DOMAIN_CONSTRAINT) ||
           kind == OP_ALTER_SEQUENCE || kind == OP_ALTER_FUNCTION || kind == OP_ALTER_PUBLICATION ||
           (kind >= OP_ALTER_ENUM_ADD_VALUE && kind <= OP_ALTER_DOMAIN_VALIDATE_CONSTRAINT);
}

/* Whether what the operation is about is there, as the history made it. */
static bool is_known(const struct schema *before, const struct op *op) {
    const struct relation *relation = schema_relation(before, op->target);
    const struct object *object;

    if (is_of_part(op->kind))
        return op->object ? relation && has_part(relation, op)
                          : relation && !relation->object.assumed;
    if (!is_of_object(op->kind))
        return true;
    object = find_object(before, op);
    return object &&
           (!object->assumed || (op->kind >= OP_RENAME_TABLE && op->kind <= OP_RENAME_OTHER));
}

static const char *op_name(struct reversing *reversing, const struct op *op) {
    const char *target = op->target.name ? schema_display(reversing->arena, op->target) : "";

    if (!is_of_part(op->kind) || !op->object)
        return *target ? target : op_kind_words(op->kind);
    return arena_printf(reversing->arena, "%s on %s",
                        schema_display(reversing->arena, (struct name){NULL, op->object}), target);
}

static void look_at_name(struct reversing *reversing, const struct op *op) {
    if (is_known(&reversing->here, op) || (op->missing_ok && schema_knows_all(&reversing->here)))
        return;
    obstacle(reversing,
             arena_printf(reversing->arena,
                          op->missing_ok ? "whether %s was there, and how it was, is not known"
                                         : "how %s was before is not known",
                          op_name(reversing, op)));
}

/* --- rows --- */

static bool is_new_here(const struct reversing *reversing, const struct relation *relation) {
    return relation &&
           (relation->object.temporary || object_is_new(&reversing->here, &relation->object));
}

static bool sets_only_new_columns(const struct reversing *reversing,
                                  const struct relation *relation, const struct op *op) {
    const struct UpdateStmt *update = node_if(UpdateStmt, op->node);

    for (size_t i = 0; update && relation && i < update->targetList.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, update->targetList.v[i]);
        const struct column *column =
            target && target->name ? relation_column(relation, target->name) : NULL;
        if (!column || column->unit != reversing->here.unit)
            return false;
    }
    return update && relation;
}

static bool has_source(const struct op *op) {
    const struct InsertStmt *insert = node_if(InsertStmt, op->node);
    const struct SelectStmt *select = insert ? node_if(SelectStmt, insert->selectStmt) : NULL;
    return !(select && select->valuesLists.n > 0);
}

static const char *rows_obstacle(struct reversing *reversing, enum op_kind kind, const char *name) {
    switch (kind) {
    case OP_INSERT:
    case OP_COPY_FROM:
        return arena_printf(reversing->arena, "it adds rows to %s that nothing tells from others",
                            name);
    case OP_DELETE:
        return arena_printf(reversing->arena, "the rows that it deletes from %s are kept nowhere",
                            name);
    case OP_TRUNCATE:
        return arena_printf(reversing->arena, "the rows of %s are deleted", name);
    default:
        return arena_printf(reversing->arena, "the values in %s from before it are kept nowhere",
                            name);
    }
}

static void look_at_rows(struct reversing *reversing, const struct op *op) {
    const struct relation *relation = schema_relation(&reversing->here, op->target);
    const char *name =
        schema_display(reversing->arena, schema_resolve(&reversing->here, op->target));

    if (is_new_here(reversing, relation)) {
        if (!relation->object.temporary && op->kind == OP_INSERT && has_source(op))
            loss(reversing,
                 arena_printf(reversing->arena, "the rows of %s, which go with it", name));
        return;
    }
    if (op->kind == OP_UPDATE && sets_only_new_columns(reversing, relation, op)) {
        loss(reversing,
             arena_printf(reversing->arena, "the values that it gives to new columns of %s", name));
        raise_impact(reversing->out, IMPACT_STAGED);
        return;
    }
    if (op->kind == OP_TRUNCATE && relation && relation->rows == ROWS_EMPTY)
        return;
    obstacle(reversing, rows_obstacle(reversing, op->kind, name));
    reversing->out->forgets |= op->kind == OP_DELETE || op->kind == OP_TRUNCATE;
    raise_impact(reversing->out, op->kind == OP_DELETE || op->kind == OP_TRUNCATE
                                     ? IMPACT_DESTRUCTIVE
                                     : IMPACT_STAGED);
}

/* --- types --- */

/* USING that is only the column, or a cast of it. */
static bool is_plain_cast(const struct node *using) {
    while (using && node_if(TypeCast, using))
        using = node_as(TypeCast, using)->arg;
    return !using || node_if(ColumnRef, using);
}

static void look_at_type(struct reversing *reversing, const struct op *op) {
    const struct AlterTableCmd *action = node_if(AlterTableCmd, op->node);
    const struct ColumnDef *def = action ? node_if(ColumnDef, action->def) : NULL;
    const struct relation *relation = schema_relation(&reversing->here, op->target);
    struct type_change change;
    struct narrowing narrowing;

    if (!def || is_new_here(reversing, relation))
        return;
    change = type_change_of(reversing->arena, &reversing->here, relation, action);
    if (change.same)
        return;
    narrowing = narrowing_of(reversing->arena, &reversing->here, &change, def->raw_default);
    if (narrowing.kind == NARROWING_CUTS)
        loss(reversing, arena_printf(reversing->arena, "%s of the values of %s.%s", narrowing.what,
                                     schema_display(reversing->arena, op->target), op->column));
    else if (!is_plain_cast(def->raw_default))
        loss(reversing,
             arena_printf(reversing->arena, "what its USING does not keep of the values of %s.%s",
                          schema_display(reversing->arena, op->target), op->column));
}

/* --- what the schema lost --- */

static const char *full_name(struct reversing *reversing, const struct object *object) {
    return schema_display(reversing->arena, (struct name){object->schema, object->name});
}

/* An empty one of an earlier migration may be filled by now. */
static bool holds_rows(const struct reversing *reversing, const struct relation *relation) {
    return relation->object.kind == OBJ_TABLE && !relation->object.temporary &&
           !relation_is_new_and_empty(&reversing->before, relation);
}

static void lost_columns(struct reversing *reversing, const struct relation *before,
                         const struct relation *after) {
    if (before->object.kind != OBJ_TABLE && before->object.kind != OBJ_PARTITIONED_TABLE)
        return;
    for (size_t i = 0; i < before->column_count; i++) {
        const struct column *column = &before->columns[i];
        if (relation_column_by_number(after, column->number) || column->generated ||
            relation_is_new_and_empty(&reversing->before, before))
            continue;
        loss(reversing,
             arena_printf(reversing->arena, "the values of %s.%s",
                          full_name(reversing, &before->object),
                          schema_display(reversing->arena, (struct name){NULL, column->name})));
        reversing->out->forgets = true;
    }
}

static void lost_object(const void *object_before, const void *object_after, void *context) {
    struct reversing *reversing = context;
    const struct object *before = object_before, *after = object_after;
    const struct relation *then = object_is_relation(before) ? object_before : NULL;
    const struct relation *now = object_is_relation(after) ? object_after : NULL;

    if (then && now) {
        lost_columns(reversing, then, now);
    } else if (then && holds_rows(reversing, then)) {
        loss(reversing,
             arena_printf(reversing->arena, "the rows of %s", full_name(reversing, before)));
        reversing->out->forgets = true;
    } else if (now && now->object.kind == OBJ_TABLE && !now->object.assumed &&
               !now->object.temporary && now->rows == ROWS_SOME) {
        loss(reversing, arena_printf(reversing->arena, "the rows of %s, which go with it",
                                     full_name(reversing, after)));
    }
}

static void lost_objects(struct reversing *reversing) {
    idmap_changed(&reversing->before.objects, &reversing->after.objects, lost_object, reversing);
}

/* --- what it is to those who use the schema --- */

static enum impact impact_of_kind(const struct op *op) {
    if (op->kind == OP_UNKNOWN)
        return IMPACT_DESTRUCTIVE;
    if (op->replace)
        return IMPACT_STAGED;
    if (op->kind <= OP_CREATE_TABLESPACE)
        return IMPACT_ADDITIVE;
    if (op->kind == OP_ADD_COLUMN || op->kind == OP_ADD_SERIAL || op->is_inline ||
        op->kind == OP_COMMENT || op->kind == OP_ALTER_ENUM_ADD_VALUE ||
        op->kind == OP_ADD_ATTRIBUTE || op->kind == OP_GRANT)
        return IMPACT_ADDITIVE;
    if (op->kind == OP_DROP_COLUMN || op->kind == OP_ALTER_COLUMN_TYPE ||
        op->kind == OP_DROP_ATTRIBUTE || op->kind == OP_ALTER_ATTRIBUTE_TYPE ||
        op->kind == OP_SET_SCHEMA || op->kind == OP_REVOKE ||
        op->kind == OP_ALTER_ENUM_RENAME_VALUE || op->kind == OP_DETACH_PARTITION ||
        (op->kind >= OP_RENAME_TABLE && op->kind <= OP_RENAME_OTHER &&
         op->kind != OP_RENAME_INDEX && op->kind != OP_RENAME_CONSTRAINT &&
         op->kind != OP_RENAME_TRIGGER && op->kind != OP_RENAME_POLICY))
        return IMPACT_DESTRUCTIVE;
    if (op->kind == OP_DROP_INDEX || op->kind == OP_DROP_TRIGGER || op->kind == OP_DROP_POLICY ||
        op->kind == OP_DROP_STATISTICS)
        return IMPACT_STAGED;
    if (op->kind >= OP_DROP_TABLE && op->kind <= OP_DROP_OTHER)
        return IMPACT_DESTRUCTIVE;
    return IMPACT_STAGED;
}

/* What is done to an object of this very unit is a part of its making. */
static enum impact impact_of(const struct reversing *reversing, const struct op *op) {
    const struct relation *relation =
        op->target.name ? schema_relation(&reversing->here, op->target) : NULL;

    if (trace_of(op->kind) == TRACE_NONE || trace_of(op->kind) == TRACE_ROWS)
        return IMPACT_NONE;
    if (op->in_create || is_new_here(reversing, relation))
        return IMPACT_ADDITIVE;
    return impact_of_kind(op);
}

/* --- a statement, a step --- */

static void look_at(struct reversing *reversing, const struct op *op) {
    raise_impact(reversing->out, impact_of(reversing, op));
    reversing->concurrently = reversing->concurrently || op->concurrently;
    switch (trace_of(op->kind)) {
    case TRACE_NONE:
        return;
    case TRACE_ROWS:
        look_at_rows(reversing, op);
        return;
    case TRACE_ELSEWHERE:
        obstacle(reversing, arena_printf(reversing->arena, "what %s changes was not followed",
                                         op_kind_words(op->kind)));
        return;
    case TRACE_SCHEMA:
        look_at_name(reversing, op);
        if (op->kind == OP_ALTER_COLUMN_TYPE)
            look_at_type(reversing, op);
    }
}

static void take(struct reversing *reversing, struct ops ops) {
    struct refusal refusal;

    reversing->here = reversing->after;
    reversing->after.has_unknown = false;
    if (ops.n && (ops.v[0].statement->conditional || ops.v[0].statement->caught))
        obstacle(reversing, "whether it is run hangs on a condition");
    for (size_t i = 0; i < ops.n; i++)
        look_at(reversing, &ops.v[i]);
    if (!schema_apply(&reversing->after, ops, &refusal)) {
        reversing->out->fails = true;
        obstacle(reversing, arena_printf(reversing->arena, "it fails: %s", refusal.message));
    }
    if (reversing->after.has_unknown)
        obstacle(reversing, "it calls code that may do anything");
    reversing->after.has_unknown = reversing->after.has_unknown || reversing->here.has_unknown;
}

static void append(struct reversing *reversing, struct inverse_texts *to,
                   const struct inverse_texts *from) {
    for (size_t i = 0; i < from->list.n; i++)
        add(reversing, to, from->list.v[i]);
}

void reversal_of(struct arena *arena, const struct schema *before, struct step step,
                 struct reversal *out) {
    struct reversing reversing = {.arena = arena, .before = *before, .out = out};
    struct inverse inverse;

    *out = (struct reversal){.sql = "", .sql_in_unit = ""};
    if (step.fails) {
        out->fails = true;
        obstacle(&reversing, "it fails");
        out->class = REVERSAL_FORWARD_ONLY;
        return;
    }
    for (size_t i = 0; i < step.n; i++)
        schema_assume(&reversing.before, step.v[i]);
    reversing.after = reversing.before;
    for (size_t i = 0; i < step.n && !out->fails; i++)
        take(&reversing, step.v[i]);
    if (step.has_dynamic)
        obstacle(&reversing, "it runs SQL that is made when it runs");
    lost_objects(&reversing);
    schema_inverse(arena, &reversing.after, &reversing.before,
                   (struct inverse_how){.concurrently = reversing.concurrently}, &inverse);
    out->sql = out->sql_in_unit = inverse.sql;
    if (step.base) {
        struct inverse in_unit;
        schema_inverse(arena, &reversing.after, &reversing.before,
                       (struct inverse_how){reversing.concurrently, step.base}, &in_unit);
        out->sql_in_unit = in_unit.sql;
    }
    append(&reversing, &out->obstacles, &inverse.obstacles);
    append(&reversing, &out->notes, &inverse.notes);
    out->class = out->obstacles.list.n ? REVERSAL_FORWARD_ONLY
                 : out->losses.list.n  ? REVERSAL_LOSES_DATA
                                       : REVERSAL_EXACT;
}

void reversal_look(struct arena *arena, const struct schema *before, const struct schema *after,
                   struct ops ops, struct reversal *out) {
    struct reversing reversing = {
        .arena = arena, .before = *before, .after = *after, .here = *before, .out = out};

    for (size_t i = 0; i < ops.n; i++)
        look_at(&reversing, &ops.v[i]);
    lost_objects(&reversing);
}
