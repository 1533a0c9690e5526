/* Keys, exclusions, foreign keys and indexes. */
#include "model/print_sql.h"

#include <string.h>

static void alter_table(struct printer *printer, const struct relation *table, bool only) {
    print(printer, "ALTER TABLE %s", only ? "ONLY " : "");
    print_object_name(printer, &table->object);
    print(printer, " ADD CONSTRAINT ");
}

static void print_deferrable(struct printer *printer, const struct constraint *constraint) {
    if (constraint->deferrable)
        print(printer, " DEFERRABLE");
    if (constraint->initially_deferred)
        print(printer, " INITIALLY DEFERRED");
}

static void print_key_columns(struct printer *printer, const struct relation *index, size_t from,
                              size_t to) {
    print(printer, " (");
    for (size_t i = from; i < to; i++) {
        print(printer, "%s", i > from ? ", " : "");
        print_name(printer, index->index_columns[i].column);
    }
    print(printer, ")");
}

/* The elements as written, with the columns' names of today, then what is behind the parenthesis. */
static void print_exclusion(struct printer *printer, const struct constraint *constraint,
                            const struct relation *index) {
    const struct statement *source = constraint->source;
    size_t start = text_find(source, constraint->span.start, "exclude");
    struct span parenthesis = text_parenthesis(source, start);
    struct spans elements = text_elements(printer->arena, source, parenthesis);

    print(printer, "EXCLUDE USING %s (", index->access_method ? index->access_method : "btree");
    for (size_t i = 0; i < elements.list.n && i < index->index_column_count; i++) {
        const struct index_column *column = &index->index_columns[i];
        struct span span = elements.list.v[i];
        print(printer, "%s", i ? ", " : "");
        if (column->column) {
            print_name(printer, column->column);
            print(printer, " ");
            span.start = text_find(source, span.start, "with");
        }
        print_text(printer, source, span, column->expr);
    }
    print(printer, ")");
    if (index->predicate) {
        print(printer, " WHERE ");
        print_text(printer, source,
                   text_parenthesis(source, text_find(source, parenthesis.end, "where")),
                   index->predicate);
    }
}

void print_key(struct printer *printer, const struct relation *table,
               const struct constraint *constraint) {
    const struct relation *index = schema_relation_by_id(printer->schema, constraint->index);

    if (!index)
        return;
    alter_table(printer, table, true);
    print_name(printer, constraint->name);
    print(printer, " ");
    if (constraint->kind == CONSTRAINT_EXCLUSION) {
        print_exclusion(printer, constraint, index);
    } else {
        print(printer, "%s%s",
              constraint->kind == CONSTRAINT_PRIMARY_KEY ? "PRIMARY KEY" : "UNIQUE",
              index->nulls_not_distinct ? " NULLS NOT DISTINCT" : "");
        print_key_columns(printer, index, 0, index->index_key_count);
        if (index->index_column_count > index->index_key_count) {
            print(printer, " INCLUDE");
            print_key_columns(printer, index, index->index_key_count, index->index_column_count);
        }
    }
    print_options(printer, index->options);
    print_deferrable(printer, constraint);
    print(printer, ";\n");
}

void print_key_constraints(struct printer *printer, const struct relation *table) {
    for (size_t i = 0; i < table->constraint_count; i++) {
        enum constraint_kind kind = table->constraints[i]->kind;
        if (kind == CONSTRAINT_PRIMARY_KEY || kind == CONSTRAINT_UNIQUE ||
            kind == CONSTRAINT_EXCLUSION)
            print_key(printer, table, table->constraints[i]);
    }
}

/* --- indexes --- */

static void print_index_column(struct printer *printer, const struct relation *index, size_t i,
                               struct spans elements) {
    const struct index_column *column = &index->index_columns[i];
    struct span span;
    size_t behind;

    if (i >= elements.list.n || (column->column && !column->collation && !column->opclass)) {
        print_name(printer, column->column ? column->column : "?");
        if (i < elements.list.n && column->desc)
            print(printer, " DESC");
        if (i < elements.list.n && column->nulls_given)
            print(printer, " NULLS %s", column->nulls_first ? "FIRST" : "LAST");
        return;
    }
    span = elements.list.v[i];
    if (column->column) { /* the name, then COLLATE, operator class and order as written */
        print_name(printer, column->column);
        print(printer, " ");
        behind = text_skip_name(index->source, span.start);
        span.start = behind;
    }
    print_text(printer, index->source, span, column->expr);
}

static void print_index_columns(struct printer *printer, const struct relation *index) {
    /* An index for LIKE or a partition that came from a constraint has plain columns only. */
    bool has_text = node_if(IndexStmt, index->definition) != NULL;
    struct spans elements = {0};

    if (has_text) {
        size_t on = text_find(index->source, index->source->span.start, "on");
        elements =
            text_elements(printer->arena, index->source, text_parenthesis(index->source, on));
    }
    for (size_t i = 0; i < index->index_key_count; i++) {
        print(printer, "%s", i ? ", " : "");
        print_index_column(printer, index, i, elements);
    }
}

void print_index(struct printer *printer, const struct relation *index) {
    const struct relation *table = schema_relation_by_id(printer->schema, index->table);

    if (index->is_constraint)
        return;
    if (!table || index->object.assumed || table->object.assumed) {
        print_unknown(printer, "index %s is of a table that is not known", index->object.name);
        return;
    }
    print(printer, "CREATE %sINDEX %s", index->unique ? "UNIQUE " : "",
          printer->concurrently && table->object.kind != OBJ_PARTITIONED_TABLE ? "CONCURRENTLY "
                                                                               : "");
    print_name(printer, index->object.name);
    print(printer, " ON %s", table->object.kind == OBJ_PARTITIONED_TABLE ? "ONLY " : "");
    print_object_name(printer, &table->object);
    print(printer, " USING %s (", index->access_method ? index->access_method : "btree");
    print_index_columns(printer, index);
    print(printer, ")");
    if (index->index_column_count > index->index_key_count) {
        print(printer, " INCLUDE");
        print_key_columns(printer, index, index->index_key_count, index->index_column_count);
    }
    print(printer, "%s", index->nulls_not_distinct ? " NULLS NOT DISTINCT" : "");
    print_options(printer, index->options);
    if (index->predicate) {
        size_t where = text_find(index->source, index->source->span.start, "where");
        print(printer, " WHERE ");
        print_text(printer, index->source,
                   (struct span){where + strlen("where"), index->source->span.end},
                   index->predicate);
    }
    print(printer, ";\n");
}

void print_index_attachment(struct printer *printer, const struct relation *index) {
    if (index->parents.n == 0)
        return;
    print(printer, "ALTER INDEX ");
    print_object_name(printer, schema_object(printer->schema, index->parents.v[0]));
    print(printer, " ATTACH PARTITION ");
    print_object_name(printer, &index->object);
    print(printer, ";\n");
}

/* --- foreign keys --- */

static void print_action(struct printer *printer, const char *event, char action,
                         const struct name_list *columns) {
    const char *words = action == 'r'   ? "RESTRICT"
                        : action == 'c' ? "CASCADE"
                        : action == 'n' ? "SET NULL"
                        : action == 'd' ? "SET DEFAULT"
                                        : NULL;

    if (!words)
        return;
    print(printer, " ON %s %s", event, words);
    if (columns && columns->n > 0) {
        print(printer, " ");
        print_names(printer, columns);
    }
}

static struct name_list names_of(struct printer *printer, struct node_list list) {
    const char **names = arena_array(printer->arena, const char *, list.n);

    for (size_t i = 0; i < list.n; i++)
        names[i] = node_string(list.v[i]);
    return (struct name_list){list.n, names};
}

void print_foreign_key(struct printer *printer, const struct relation *table,
                       const struct constraint *key) {
    const struct object *parent = schema_object(printer->schema, key->references);
    const struct Constraint *def = key->def;
    struct name_list set = def ? names_of(printer, def->fk_del_set_cols) : (struct name_list){0};

    if (!parent || parent->assumed || key->reference_columns.n == 0) {
        print_unknown(printer, "foreign key %s references a table that is not known", key->name);
        return;
    }
    alter_table(printer, table, table->object.kind != OBJ_PARTITIONED_TABLE);
    print_name(printer, key->name);
    print(printer, " FOREIGN KEY ");
    print_names(printer, &key->columns);
    print(printer, " REFERENCES ");
    print_object_name(printer, parent);
    print_names(printer, &key->reference_columns);
    if (def && def->fk_matchtype == 'f')
        print(printer, " MATCH FULL");
    print_action(printer, "UPDATE", def ? def->fk_upd_action : 'a', NULL);
    print_action(printer, "DELETE", def ? def->fk_del_action : 'a', &set);
    print_deferrable(printer, key);
    print(printer, "%s%s;\n", key->enforced ? "" : " NOT ENFORCED",
          key->validated || !key->enforced ? "" : " NOT VALID");
}

void print_foreign_keys(struct printer *printer, const struct relation *table) {
    for (size_t i = 0; i < table->constraint_count; i++)
        if (table->constraints[i]->kind == CONSTRAINT_FOREIGN_KEY && table->constraints[i]->local)
            print_foreign_key(printer, table, table->constraints[i]);
}
