/* Tables: their columns and CHECKs; what else hangs on them comes later. */
#include "model/print_sql.h"

#include "model/expr_type.h"

#include <stdlib.h>
#include <string.h>

static bool is_partition(const struct relation *table) {
    return table->partition_bound != NULL;
}

/* Columns that only a parent defines come with INHERITS; a partition is made alone, and attached. */
static bool column_is_printed(const struct relation *table, const struct column *column) {
    return column->local || is_partition(table);
}

static bool not_null_is_printed(const struct printer *printer, const struct relation *table,
                                const struct column *column) {
    return printer->schema->target < 18 && column->not_null == KNOWN_YES &&
           (column->local || is_partition(table));
}

void print_generated(struct printer *printer, const struct column *column) {
    print(printer, " GENERATED ALWAYS AS ");
    print_text(printer, column->default_source,
               text_parenthesis(column->default_source, column->default_span.start),
               column->default_expr);
    print(printer, "%s", column->generated == GENERATED_STORED ? " STORED" : " VIRTUAL");
}

static bool column_type_is_known(const struct column *column) {
    return column->type.name != NULL;
}

void print_column(struct printer *printer, const struct relation *table,
                  const struct column *column) {
    print_name(printer, column->name);
    if (table->of_type) {
        print(printer, " WITH OPTIONS");
    } else {
        print(printer, " ");
        if (column_type_is_known(column))
            print_type(printer, &column->type);
        else
            print(printer, "text");
        print_collation(printer, column->collation);
    }
    if (column->generated)
        print_generated(printer, column);
    if (not_null_is_printed(printer, table, column))
        print(printer, " NOT NULL");
}

static void print_check(struct printer *printer, const struct constraint *check) {
    size_t location =
        check->def && check->def->location > 0 ? (size_t)check->def->location : check->span.start;

    print(printer, "CONSTRAINT ");
    print_name(printer, check->name);
    print(printer, " CHECK ");
    print_text(printer, check->source,
               text_parenthesis(check->source, text_find(check->source, location, "check")),
               check->expr);
    print(printer, "%s%s", check->no_inherit ? " NO INHERIT" : "",
          check->enforced ? "" : " NOT ENFORCED");
}

static void print_not_null(struct printer *printer, const struct constraint *constraint) {
    print(printer, "CONSTRAINT ");
    print_name(printer, constraint->name);
    print(printer, " NOT NULL ");
    print_name(printer, constraint->columns.v[0]);
    print(printer, "%s", constraint->no_inherit ? " NO INHERIT" : "");
}

static bool constraint_is_inline(const struct relation *table,
                                 const struct constraint *constraint) {
    return (constraint->kind == CONSTRAINT_CHECK || constraint->kind == CONSTRAINT_NOT_NULL) &&
           (constraint->validated || !constraint->enforced) &&
           (constraint->local || is_partition(table));
}

static void print_constraint(struct printer *printer, const struct constraint *constraint) {
    if (constraint->kind == CONSTRAINT_CHECK)
        print_check(printer, constraint);
    else
        print_not_null(printer, constraint);
}

static int compare_constraints(const void *a, const void *b) {
    const struct constraint *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

/* By name, as pg_dump sorts them. */
static const struct constraint **inline_constraints(struct printer *printer,
                                                    const struct relation *table, size_t *count) {
    const struct constraint **list =
        arena_array(printer->arena, const struct constraint *, table->constraint_count);

    *count = 0;
    for (size_t i = 0; i < table->constraint_count; i++)
        if (constraint_is_inline(table, table->constraints[i]))
            list[(*count)++] = table->constraints[i];
    qsort(list, *count, sizeof(*list), compare_constraints);
    return list;
}

static void print_elements(struct printer *printer, const struct relation *table) {
    const char *separator = "\n    ";
    const struct constraint **constraints;
    size_t count;

    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        bool only_type =
            table->of_type && !column->generated && !not_null_is_printed(printer, table, column);
        if (!column_is_printed(table, column) || only_type)
            continue;
        print(printer, "%s", separator);
        print_column(printer, table, column);
        separator = ",\n    ";
    }
    constraints = inline_constraints(printer, table, &count);
    for (size_t i = 0; i < count; i++) {
        print(printer, "%s", separator);
        print_constraint(printer, constraints[i]);
        separator = ",\n    ";
    }
}

static bool has_elements(const struct printer *printer, const struct relation *table) {
    for (size_t i = 0; i < table->column_count; i++)
        if (!table->of_type || table->columns[i].generated ||
            not_null_is_printed(printer, table, &table->columns[i]))
            return true;
    for (size_t i = 0; i < table->constraint_count; i++)
        if (constraint_is_inline(table, table->constraints[i]))
            return true;
    return false;
}

static void print_parents(struct printer *printer, const struct relation *table) {
    if (table->parents.n == 0 || is_partition(table))
        return;
    print(printer, "\nINHERITS (");
    for (size_t i = 0; i < table->parents.n; i++) {
        print(printer, "%s", i ? ", " : "");
        print_object_name(printer, schema_object(printer->schema, table->parents.v[i]));
    }
    print(printer, ")");
}

static void print_partition_key(struct printer *printer, const struct relation *table) {
    const struct PartitionSpec *spec = node_if(PartitionSpec, table->partition_spec);
    struct span parenthesis;

    if (!spec)
        return;
    parenthesis = text_parenthesis(table->source, (size_t)spec->location);
    print(printer, "\nPARTITION BY ");
    print(printer, "%s ",
          spec->strategy == PARTITION_STRATEGY_LIST    ? "LIST"
          : spec->strategy == PARTITION_STRATEGY_RANGE ? "RANGE"
                                                       : "HASH");
    print_text(printer, table->source, parenthesis, table->partition_spec);
}

static void print_server(struct printer *printer, const struct relation *table) {
    const struct CreateForeignTableStmt *create =
        node_if(CreateForeignTableStmt, table->definition);

    if (!table->server)
        return;
    print(printer, "\nSERVER ");
    print_name(printer, table->server);
    for (size_t i = 0; create && i < create->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, create->options.v[i]);
        if (!option)
            continue;
        print(printer, "%s", i ? ", " : " OPTIONS (");
        print_name(printer, option->defname);
        print(printer, " ");
        print_literal(printer, node_string(option->arg) ? node_string(option->arg) : "");
        print(printer, "%s", i + 1 == create->options.n ? ")" : "");
    }
}

static void print_unknown_columns(struct printer *printer, const struct relation *table) {
    if (!table->columns_known)
        print_unknown(printer, "%s %s may have further columns, which nothing tells",
                      object_kind_name(table->object.kind), table->object.name);
    for (size_t i = 0; i < table->column_count; i++)
        if (!column_type_is_known(&table->columns[i]))
            print_unknown(printer, "the type of %s.%s is not known, and text stands for it",
                          table->object.name, table->columns[i].name);
}

void print_table(struct printer *printer, const struct relation *table) {
    bool typed = table->of_type != 0;

    if (table->object.assumed) {
        print_unknown(printer, "table %s was never seen being made", table->object.name);
        return;
    }
    print_unknown_columns(printer, table);
    print(printer, "CREATE %s%sTABLE ", table->persistence == 'u' ? "UNLOGGED " : "",
          table->server ? "FOREIGN " : "");
    print_object_name(printer, &table->object);
    if (typed) {
        print(printer, " OF ");
        print_object_name(printer, schema_object(printer->schema, table->of_type));
    }
    if (!typed || has_elements(printer, table)) {
        print(printer, " (");
        print_elements(printer, table);
        print(printer, "\n)");
    }
    print_parents(printer, table);
    print_partition_key(printer, table);
    print_server(printer, table);
    if (table->access_method)
        print(printer, "\nUSING %s", table->access_method);
    print_options(printer, table->options);
    print(printer, ";\n");
}

/* --- what ALTER TABLE says --- */

static void alter_table(struct printer *printer, const struct relation *table, bool only) {
    print(printer, "ALTER %sTABLE %s", table->server ? "FOREIGN " : "", only ? "ONLY " : "");
    print_object_name(printer, &table->object);
}

static void alter_column(struct printer *printer, const struct relation *table,
                         const struct column *column) {
    alter_table(printer, table, true);
    print(printer, " ALTER COLUMN ");
    print_name(printer, column->name);
}

void print_identity_clause(struct printer *printer, const struct column *column) {
    const struct relation *sequence =
        schema_relation_by_id(printer->schema, column->owned_sequence);

    print(printer, " GENERATED %s AS IDENTITY", column->identity == 'a' ? "ALWAYS" : "BY DEFAULT");
    if (!sequence)
        return;
    print(printer, " (SEQUENCE NAME ");
    print_object_name(printer, &sequence->object);
    print_sequence_options(printer, sequence);
    print(printer, ")");
}

void print_identity(struct printer *printer, const struct relation *table,
                    const struct column *column) {
    const struct relation *sequence =
        schema_relation_by_id(printer->schema, column->owned_sequence);

    if (!sequence) /* a partition's is its parent's */
        return;
    alter_table(printer, table, table->object.kind != OBJ_PARTITIONED_TABLE);
    print(printer, " ALTER COLUMN ");
    print_name(printer, column->name);
    print(printer, " ADD");
    print_identity_clause(printer, column);
    print(printer, ";\n");
    if (type_use_same(&sequence->sequence_type, &column->type) != KNOWN_NO)
        return;
    print(printer, "ALTER SEQUENCE ");
    print_object_name(printer, &sequence->object);
    print(printer, " AS ");
    print_type(printer, &sequence->sequence_type);
    print_sequence_options(printer, sequence);
    print(printer, ";\n");
}

/* The sequence of a serial column's default; it may belong to another table (LIKE INCLUDING DEFAULTS). */
static const struct relation *default_sequence(const struct printer *printer,
                                               const struct column *column) {
    for (size_t i = 0; i < column->default_uses.n; i++) {
        const struct relation *used =
            schema_relation_by_id(printer->schema, column->default_uses.v[i].id);
        if (used && used->object.kind == OBJ_SEQUENCE)
            return used;
    }
    return NULL;
}

/* A quoted literal has the type that the column had when it was set: ALTER COLUMN TYPE casts that. */
static void print_literal_type(struct printer *printer, const struct column *column) {
    const struct A_Const *constant = node_if(A_Const, column->default_expr);
    struct type_use type = column->default_type;

    if (!constant || !constant->sval || type_use_same(&type, &column->type) != KNOWN_NO)
        return;
    type.typmod_count = 0;
    print(printer, "::");
    print_type(printer, &type);
}

bool column_default_is_told(const struct printer *printer, const struct column *column) {
    return !column->generated && column->has_default == KNOWN_YES &&
           (column->default_source || default_sequence(printer, column));
}

void print_default_value(struct printer *printer, const struct column *column) {
    const struct relation *sequence = default_sequence(printer, column);

    if (column->default_source) {
        print_text(printer, column->default_source, column->default_span, column->default_expr);
        print_literal_type(printer, column);
    } else {
        print(printer, "nextval(");
        print_literal(
            printer, schema_display(printer->arena,
                                    (struct name){sequence->object.schema, sequence->object.name}));
        print(printer, "::regclass)");
    }
}

void print_default(struct printer *printer, const struct relation *table,
                   const struct column *column) {
    if (!column_default_is_told(printer, column))
        return;
    alter_column(printer, table, column);
    print(printer, " SET DEFAULT ");
    print_default_value(printer, column);
    print(printer, ";\n");
}

void print_properties(struct printer *printer, const struct relation *table,
                      const struct column *column) {
    if (column->storage) {
        alter_column(printer, table, column);
        print(printer, " SET STORAGE %s;\n", column->storage);
    }
    if (column->compression) {
        alter_column(printer, table, column);
        print(printer, " SET COMPRESSION %s;\n", column->compression);
    }
    if (column->statistics >= 0) {
        alter_column(printer, table, column);
        print(printer, " SET STATISTICS %d;\n", column->statistics);
    }
    if (column->options.n > 0) {
        alter_column(printer, table, column);
        print_set_options(printer, column->options);
    }
}

static const struct column *parents_column(const struct printer *printer,
                                           const struct relation *table,
                                           const struct column *column) {
    for (size_t i = 0; column->inherited && i < table->parents.n; i++) {
        const struct relation *parent = schema_relation_by_id(printer->schema, table->parents.v[i]);
        const struct column *same = parent ? relation_column(parent, column->name) : NULL;
        if (same)
            return same;
    }
    return NULL;
}

static void print_child_not_null(struct printer *printer, const struct relation *table,
                                 const struct column *column) {
    const struct column *parent =
        is_partition(table) ? NULL : parents_column(printer, table, column);

    if (parent && !column->local && printer->schema->target < 18 && column->not_null == KNOWN_YES &&
        parent->not_null != KNOWN_YES) {
        alter_column(printer, table, column);
        print(printer, " SET NOT NULL;\n");
    }
}

void print_attachment(struct printer *printer, const struct relation *table) {
    const struct PartitionBoundSpec *bound = node_if(PartitionBoundSpec, table->partition_bound);
    struct span first, last;

    if (!bound || table->parents.n == 0 ||
        !schema_relation_by_id(printer->schema, table->parents.v[0]))
        return;
    alter_table(printer, schema_relation_by_id(printer->schema, table->parents.v[0]), true);
    print(printer, " ATTACH PARTITION ");
    print_object_name(printer, &table->object);
    if (bound->is_default) {
        print(printer, " DEFAULT;\n");
        return;
    }
    first = text_parenthesis(table->bound_source, (size_t)bound->location);
    last = bound->strategy == 'r' ? text_parenthesis(table->bound_source, first.end) : first;
    print(printer, " FOR VALUES ");
    print_text(printer, table->bound_source, (struct span){(size_t)bound->location, last.end},
               table->partition_bound);
    print(printer, ";\n");
}

/* Constraints that CREATE TABLE cannot say, because they are NOT VALID. */
/* The CHECK or NOT NULL, said in an ALTER TABLE. */
void print_added_check(struct printer *printer, const struct relation *table,
                       const struct constraint *constraint) {
    alter_table(printer, table, constraint->no_inherit);
    print(printer, " ADD ");
    print_constraint(printer, constraint);
    print(printer, "%s;\n", constraint->validated || !constraint->enforced ? "" : " NOT VALID");
}

static void print_unvalidated(struct printer *printer, const struct relation *table) {
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct constraint *constraint = table->constraints[i];
        if ((constraint->kind != CONSTRAINT_CHECK && constraint->kind != CONSTRAINT_NOT_NULL) ||
            constraint_is_inline(table, constraint) || !constraint->local)
            continue;
        print_added_check(printer, table, constraint);
    }
}

void print_column_extras(struct printer *printer, const struct relation *table) {
    if (table->object.assumed)
        return;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (column->identity)
            print_identity(printer, table, column);
        else
            print_default(printer, table, column);
        print_child_not_null(printer, table, column);
        print_properties(printer, table, column);
    }
    print_unvalidated(printer, table);
}
