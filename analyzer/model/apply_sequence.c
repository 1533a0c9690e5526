/* Sequences, and whom they belong to. */
#include "model/apply_op.h"

#include "model/expr_type.h"

#include <string.h>

static const struct DefElem *find_option(struct node_list options, const char *name) {
    const struct DefElem *found = NULL;

    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);
        if (option && option->defname && strcmp(option->defname, name) == 0)
            found = option;
    }
    return found;
}

/* The options of a DefElem list, the later ones taking the places of equal earlier ones. */
struct node_list options_merge(struct arena *arena, struct node_list old, struct node_list set) {
    struct {
        VEC(const struct node *) list;
    } merged = {0};

    for (size_t i = 0; i < old.n; i++) {
        const struct DefElem *option = node_if(DefElem, old.v[i]);
        if (option && !find_option(set, option->defname))
            vec_push(arena, &merged.list, old.v[i]);
    }
    for (size_t i = 0; i < set.n; i++)
        vec_push(arena, &merged.list, set.v[i]);
    return (struct node_list){merged.list.n, merged.list.v};
}

struct node_list options_without(struct arena *arena, struct node_list old,
                                 struct node_list reset) {
    struct {
        VEC(const struct node *) list;
    } left = {0};

    for (size_t i = 0; i < old.n; i++) {
        const struct DefElem *option = node_if(DefElem, old.v[i]);
        if (option && !find_option(reset, option->defname))
            vec_push(arena, &left.list, old.v[i]);
    }
    return (struct node_list){left.list.n, left.list.v};
}

static void disown(struct apply *apply, const struct relation *sequence) {
    struct relation *table = schema_edit_relation(apply->schema, sequence->owned_by);
    struct column *column =
        table ? relation_edit_column(apply->schema, table, sequence->owned_column) : NULL;

    if (column && column->owned_sequence == sequence->object.id)
        column->owned_sequence = 0;
}

/* OWNED BY NONE, or table.column. */
static void set_owner_column(struct apply *apply, struct relation *sequence,
                             const struct DefElem *option) {
    const struct List *list = node_if(List, option->arg);
    const struct relation *table;
    struct relation *editable;
    struct column *column;

    if (!list || list->items.n == 0)
        return;
    disown(apply, sequence);
    sequence->owned_by = 0;
    sequence->owned_column = NULL;
    if (list->items.n == 1)
        return;
    table = need_relation(
        apply,
        (struct name){list->items.n > 2 ? node_string(list->items.v[list->items.n - 3]) : NULL,
                      node_string(list->items.v[list->items.n - 2])},
        OBJ_TABLE, false);
    if (!table)
        return;
    editable = schema_edit_relation(apply->schema, table->object.id);
    column = need_column(apply, editable, node_list_last_string(list->items));
    if (!column)
        return;
    column->owned_sequence = sequence->object.id;
    sequence->owned_by = editable->object.id;
    sequence->owned_column = column->name;
    schema_note_use(apply->schema, sequence->object.id, editable->object.id);
}

static void set_options(struct apply *apply, struct relation *sequence, struct node_list options) {
    const struct DefElem *type = find_option(options, "as");
    const struct DefElem *owned = find_option(options, "owned_by");
    const struct DefElem *restart = find_option(options, "restart");
    struct node_list kept = options;

    if (type && node_if(TypeName, type->arg))
        sequence->sequence_type = type_use_of(apply->schema, node_as(TypeName, type->arg));
    if (restart) {
        const struct node *only[] = {&restart->tree_node};
        kept = options_without(apply->arena, kept, (struct node_list){1, only});
    }
    if (owned) {
        const struct node *only[] = {&owned->tree_node};
        kept = options_without(apply->arena, kept, (struct node_list){1, only});
        set_owner_column(apply, sequence, owned);
    }
    sequence->options = options_merge(apply->arena, sequence->options, kept);
}

void apply_create_sequence(struct apply *apply) {
    const struct CreateSeqStmt *create = node_as(CreateSeqStmt, apply->op->node);
    struct relation *sequence =
        make_relation(apply, OBJ_SEQUENCE, apply->op->target, apply->op->if_not_exists);

    if (!sequence)
        return;
    if (create->sequence->relpersistence == 'u')
        sequence->persistence = 'u';
    sequence->definition = &create->tree_node;
    sequence->sequence_type = type_use_builtin("int8");
    set_options(apply, sequence, create->options);
}

void apply_alter_sequence(struct apply *apply) {
    const struct AlterSeqStmt *alter = node_as(AlterSeqStmt, apply->op->node);
    struct relation *sequence = edit_target(apply, OBJ_SEQUENCE);

    if (!sequence)
        return;
    if (sequence->object.kind != OBJ_SEQUENCE) {
        refuse(apply, object_is_certain(&sequence->object), "42809", "\"%s\" is not a sequence",
               sequence->object.name);
        return;
    }
    if (find_option(alter->options, "owned_by") && sequence->owned_by) {
        const struct relation *table = schema_relation_by_id(apply->schema, sequence->owned_by);
        const struct column *column = relation_column(table, sequence->owned_column);
        if (column && column->identity) {
            refuse(apply, true, "0A000", "cannot change ownership of identity sequence");
            return;
        }
    }
    set_options(apply, sequence, alter->options);
}

void alter_owned_sequence(struct apply *apply, object_id sequence, struct node_list options) {
    struct relation *relation = schema_edit_relation(apply->schema, sequence);

    if (relation)
        set_options(apply, relation, options);
}

/* SEQUENCE NAME among the options of an identity column, as pg_dump writes it. */
static struct name given_name(struct node_list options) {
    const struct DefElem *option = find_option(options, "sequence_name");
    const struct List *list = option ? node_if(List, option->arg) : NULL;
    struct name name = {0};

    if (list && list->items.n > 0)
        name.name = node_list_last_string(list->items);
    if (list && list->items.n > 1)
        name.schema = node_string(list->items.v[list->items.n - 2]);
    return name;
}

object_id make_owned_sequence(struct apply *apply, struct relation *table, const char *column,
                              const struct type_use *type, struct node_list options) {
    struct relation *sequence = arena_new(apply->arena, struct relation);
    struct name name = given_name(options);

    if (!name.schema)
        name.schema = table->object.schema;
    if (!name.name)
        name.name = choose_relation_name(apply, table->object.name, column, "seq",
                                         table->object.schema, false);
    sequence->object = new_object(apply, OBJ_SEQUENCE, name);
    sequence->rows = ROWS_SOME;
    sequence->columns_known = true;
    sequence->persistence = table->persistence;
    if (apply->schema->target < 15 && table->persistence == 'u')
        sequence->persistence = 'p';
    sequence->valid = KNOWN_YES;
    sequence->source = apply->statement;
    sequence->sequence_type = *type;
    sequence->owned_by = table->object.id;
    sequence->owned_column = column;
    schema_add(apply->schema, &sequence->object);
    schema_note_use(apply->schema, sequence->object.id, table->object.id);
    sequence = schema_edit_relation(apply->schema, sequence->object.id);
    set_options(apply, sequence, options);
    return sequence->object.id;
}
