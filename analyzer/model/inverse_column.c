/* Columns of relations that both have: made again, or as they were. */
#include "model/inverse_work.h"

#include "model/expr_type.h"

#include <string.h>

static const char *column_name(const struct inverse_work *work, const struct relation *relation,
                               const struct column *column) {
    return arena_printf(work->arena, "%s.%s", inverse_name(work, &relation->object),
                        schema_display(work->arena, (struct name){NULL, column->name}));
}

static void alter_column(struct inverse_work *work, const struct relation *relation,
                         const struct column *column) {
    inverse_alter(&work->then, relation, false);
    print(&work->then, " ALTER COLUMN ");
    print_name(&work->then, column->name);
}

/* --- columns that are gone --- */

static bool is_last(const struct relation *relation, const struct column *column) {
    return column == &relation->columns[relation->column_count - 1];
}

static bool is_known(const struct inverse_work *work, const struct column *column) {
    return column->type.name &&
           (column->has_default != UNKNOWN || column->identity || column->generated) &&
           (column->not_null != UNKNOWN || work->then.schema->target >= 18);
}

static void note_column(struct inverse_work *work, const struct relation *then,
                        const struct column *column) {
    if (!is_last(then, column) && then->object.kind != OBJ_COMPOSITE_TYPE)
        inverse_note(work, "column %s comes back as the last one", column_name(work, then, column));
    if (column->not_null == KNOWN_YES && column->has_default != KNOWN_YES && !column->identity &&
        !column->generated)
        inverse_note(work, "column %s is NOT NULL: rows that are there need a value first",
                     column_name(work, then, column));
}

static void make_column(struct inverse_work *work, const struct relation *then,
                        const struct column *column) {
    bool attribute = then->object.kind == OBJ_COMPOSITE_TYPE;

    if (!is_known(work, column)) {
        inverse_obstacle(work, "how column %s was made is not known",
                         column_name(work, then, column));
        return;
    }
    note_column(work, then, column);
    inverse_alter(&work->then, then, false);
    print(&work->then, " ADD %s ", attribute ? "ATTRIBUTE" : "COLUMN");
    print_column(&work->then, then, column);
    if (column->identity) {
        print_identity_clause(&work->then, column);
    } else if (column_default_is_told(&work->then, column)) {
        print(&work->then, " DEFAULT ");
        print_default_value(&work->then, column);
    }
    print(&work->then, "%s;\n", attribute ? " CASCADE" : "");
    print_properties(&work->then, then, column);
}

/* --- types --- */

static bool same_type(const struct column *a, const struct column *b) {
    bool same = a->type.user_type && b->type.user_type
                    ? a->type.user_type == b->type.user_type
                    : inverse_same_text(a->type.name, b->type.name);

    return same && a->type.array_dimensions == b->type.array_dimensions &&
           type_use_same_typmod(&a->type, &b->type) &&
           inverse_same_text(a->collation, b->collation);
}

static const char *type_text(struct inverse_work *work, const struct type_use *type) {
    struct buf text = BUF_INIT;
    struct printer printer = work->then;
    const char *copy;

    printer.out = &text;
    print_type(&printer, type);
    copy = arena_strndup(work->arena, buf_str(&text), text.n);
    buf_release(&text);
    return copy;
}

/* What no cast leads back from goes through text: every type is read from that. */
static const char *using_text(struct inverse_work *work, const struct column *now,
                              const struct column *then) {
    struct coercion coercion = coercion_start(&now->type);
    const char *name = schema_display(work->arena, (struct name){NULL, then->name});

    coercion_apply(work->then.schema, &coercion, &then->type, CATALOG_EXPLICIT);
    return arena_printf(work->arena, "%s%s::%s", name, coercion.possible ? "" : "::text",
                        type_text(work, &then->type));
}

/* Of the children, too. */
static void set_default(struct inverse_work *work, const struct relation *relation,
                        const struct column *then) {
    if (!column_default_is_told(&work->then, then))
        return;
    alter_column(work, relation, then);
    print(&work->then, " SET DEFAULT ");
    print_default_value(&work->then, then);
    print(&work->then, ";\n");
}

static void change_type(struct inverse_work *work, const struct relation *relation,
                        const struct column *now, const struct column *then) {
    bool attribute = relation->object.kind == OBJ_COMPOSITE_TYPE;

    if (!then->type.name) {
        inverse_obstacle(work, "the type of %s before is not known",
                         column_name(work, relation, then));
        return;
    }
    if (column_default_is_told(&work->now, now) && !now->generated) {
        alter_column(work, relation, then);
        print(&work->then, " DROP DEFAULT;\n");
    }
    inverse_alter(&work->then, relation, false);
    print(&work->then, " ALTER %s ", attribute ? "ATTRIBUTE" : "COLUMN");
    print_name(&work->then, then->name);
    print(&work->then, " TYPE %s", type_text(work, &then->type));
    print_collation(&work->then, then->collation);
    if (!attribute && !then->generated)
        print(&work->then, " USING %s", using_text(work, now, then));
    print(&work->then, "%s;\n", attribute ? " CASCADE" : "");
    if (!then->generated)
        set_default(work, relation, then);
}

/* --- defaults and generated values --- */

static bool same_default(const struct column *a, const struct column *b) {
    return a->has_default == b->has_default && a->default_source == b->default_source &&
           (!a->default_source || a->default_span.start == b->default_span.start) &&
           (a->default_source || a->default_uses.n == b->default_uses.n);
}

static void change_default(struct inverse_work *work, const struct relation *relation,
                           const struct column *then) {
    if (then->identity)
        return;
    if (then->has_default == UNKNOWN)
        inverse_obstacle(work, "the default of %s before is not known",
                         column_name(work, relation, then));
    if (then->has_default == KNOWN_NO) {
        alter_column(work, relation, then);
        print(&work->then, " DROP DEFAULT;\n");
    } else {
        set_default(work, relation, then);
    }
}

static void change_generated(struct inverse_work *work, const struct relation *relation,
                             const struct column *now, const struct column *then) {
    if (!now->generated && then->generated) {
        inverse_obstacle(work, "column %s cannot be made a generated one again",
                         column_name(work, relation, then));
        return;
    }
    alter_column(work, relation, then);
    if (!then->generated) {
        print(&work->then, " DROP EXPRESSION;\n");
        return;
    }
    print(&work->then, " SET EXPRESSION AS ");
    print_text(&work->then, then->default_source,
               text_parenthesis(then->default_source, then->default_span.start),
               then->default_expr);
    print(&work->then, ";\n");
}

/* --- NOT NULL and identity --- */

static void change_not_null(struct inverse_work *work, const struct relation *relation,
                            const struct column *now, const struct column *then) {
    bool set = then->not_null == UNKNOWN ? now->not_null == KNOWN_NO : then->not_null == KNOWN_YES;

    if (now->not_null == UNKNOWN)
        return;
    if (then->not_null == UNKNOWN)
        inverse_note(work, "that %s was %s before is not known, but likely",
                     column_name(work, relation, then), set ? "NOT NULL" : "nullable");
    alter_column(work, relation, then);
    print(&work->then, " %s NOT NULL;\n", set ? "SET" : "DROP");
}

static void change_identity(struct inverse_work *work, const struct relation *relation,
                            const struct column *now, const struct column *then) {
    if (now->identity && !then->identity) {
        alter_column(work, relation, then);
        print(&work->then, " DROP IDENTITY;\n");
    } else if (!now->identity) {
        print_identity(&work->then, relation, then);
    } else {
        alter_column(work, relation, then);
        print(&work->then, " SET GENERATED %s;\n", then->identity == 'a' ? "ALWAYS" : "BY DEFAULT");
    }
}

/* --- storage and statistics --- */

static const char *type_storage(const struct inverse_work *work, const struct column *column) {
    const char *name = type_use_catalog_name(work->then.schema, &column->type);
    const struct catalog_type *type = name ? catalog_type(name, work->then.schema->target) : NULL;

    if (column->type.array_dimensions)
        return "EXTENDED";
    switch (type ? type->storage : '\0') {
    case 'p':
        return "PLAIN";
    case 'e':
        return "EXTERNAL";
    case 'm':
        return "MAIN";
    case 'x':
        return "EXTENDED";
    default:
        return NULL;
    }
}

static void change_storage(struct inverse_work *work, const struct relation *relation,
                           const struct column *then) {
    const char *storage = then->storage ? then->storage : type_storage(work, then);

    if (!storage) {
        inverse_obstacle(work, "the storage of %s before is not known",
                         column_name(work, relation, then));
        return;
    }
    alter_column(work, relation, then);
    print(&work->then, " SET STORAGE %s;\n", storage);
}

static void reset_options(struct inverse_work *work, const struct relation *relation,
                          const struct column *now, const struct column *then) {
    if (now->options.n > 0) {
        alter_column(work, relation, then);
        print_reset(&work->then, now->options);
    }
    if (then->options.n > 0) {
        alter_column(work, relation, then);
        print_set_options(&work->then, then->options);
    }
}

static void change_properties(struct inverse_work *work, const struct relation *relation,
                              const struct column *now, const struct column *then) {
    bool retyped = !same_type(now, then);

    if (retyped ? then->storage != NULL : !inverse_same_text(now->storage, then->storage))
        change_storage(work, relation, then);
    if (retyped ? then->compression != NULL
                : !inverse_same_text(now->compression, then->compression)) {
        alter_column(work, relation, then);
        print(&work->then, " SET COMPRESSION %s;\n",
              then->compression ? then->compression : "default");
    }
    if (now->statistics != then->statistics) {
        alter_column(work, relation, then);
        print(&work->then, " SET STATISTICS %d;\n", then->statistics);
    }
    if (now->options.v != then->options.v || now->options.n != then->options.n)
        reset_options(work, relation, now, then);
}

/* --- all of a column --- */

static void change_column(struct inverse_work *work, const struct relation *relation,
                          const struct column *now, const struct column *then) {
    bool retyped = !same_type(now, then);
    bool other_default = !same_default(now, then);
    bool generated = now->generated || then->generated;

    if (now->identity && !then->identity)
        change_identity(work, relation, now, then);
    if (retyped)
        change_type(work, relation, now, then);
    if (generated && other_default)
        change_generated(work, relation, now, then);
    else if (other_default && !(retyped && column_default_is_told(&work->then, then)))
        change_default(work, relation, then);
    if (now->not_null != then->not_null && work->then.schema->target < 18)
        change_not_null(work, relation, now, then);
    if (then->identity && now->identity != then->identity)
        change_identity(work, relation, now, then);
    change_properties(work, relation, now, then);
}

/* Whether a parent has the column, too, and is changed back: that reaches its children. */
static bool follows_parent(const struct inverse_work *work, const struct relation *then,
                           const struct column *column) {
    for (size_t i = 0; column->inherited && i < then->parents.n; i++) {
        const struct changed *parent = inverse_changed(work, then->parents.v[i]);
        const struct column *same =
            parent ? relation_column(INVERSE_AS(relation, parent->then), column->name) : NULL;
        if (same)
            return true;
    }
    return then->of_type && inverse_changed(work, then->of_type);
}

static void go_back(struct inverse_work *work, const struct relation *now,
                    const struct relation *then) {
    for (size_t i = 0; i < then->column_count; i++) {
        const struct column *column = &then->columns[i];
        const struct column *old = relation_column_by_number(now, column->number);
        if (follows_parent(work, then, column))
            continue;
        if (!old)
            make_column(work, then, column);
        else
            change_column(work, then, old, column);
    }
}

void inverse_columns(struct inverse_work *work) {
    for (size_t i = 0; i < work->changed_count; i++)
        if (object_is_relation(work->changed[i].now) && !object_is_index(work->changed[i].now))
            go_back(work, INVERSE_AS(relation, work->changed[i].now),
                    INVERSE_AS(relation, work->changed[i].then));
}
