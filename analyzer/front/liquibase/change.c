#include "front/liquibase/change.h"

#include "front/liquibase/sql.h"

#include <string.h>

static const char *text_of(const struct element *change, const char *name) {
    const char *value = change_get(change, name);

    return value ? value : "";
}

static bool is_column(const struct element *element) {
    return strcmp(element->name, "column") == 0;
}

static void end(struct buf *out) {
    buf_puts(out, ";\n");
}

static void alter_table(struct buf *out, const struct element *change) {
    buf_puts(out, "ALTER TABLE ");
    put_table(out, change);
}

/* " ALTER COLUMN x" of the attribute columnName. */
static void alter_column(struct buf *out, const struct element *change) {
    alter_table(out, change);
    buf_puts(out, " ALTER COLUMN ");
    put_name(out, text_of(change, "columnName"));
}

static void drop_constraint(struct buf *out, const struct element *change, const char *name) {
    alter_table(out, change);
    buf_puts(out, " DROP CONSTRAINT ");
    put_name(out, name);
    end(out);
}

static void comment(struct buf *out, const struct element *table, const char *column,
                    const char *remarks) {
    if (!remarks)
        return;
    buf_printf(out, "COMMENT ON %s ", column ? "COLUMN" : "TABLE");
    put_table(out, table);
    if (column) {
        buf_putc(out, '.');
        put_name(out, column);
    }
    buf_puts(out, " IS ");
    put_string(out, remarks);
    end(out);
}

/* --- tables --- */

/* PostgresDatabase.generatePrimaryKeyName */
static void put_primary_key_name(struct buf *out, const struct element *table, const char *name) {
    struct buf made = BUF_INIT;

    buf_printf(&made, "%s_pkey", text_of(table, "tableName"));
    put_constraint_name(out, name ? name : buf_str(&made));
    buf_release(&made);
}

static void put_primary_key(struct buf *out, const struct element *table) {
    const char *name = NULL, *comma = "";
    struct buf columns = BUF_INIT;

    for (size_t i = 0; i < table->children.n; i++) {
        const struct element *column = table->children.v[i];
        const struct element *constraints = is_column(column) ? constraints_of(column) : NULL;
        if (!constraints || !change_flag(constraints, "primaryKey", false))
            continue;
        name = change_get(constraints, "primaryKeyName") ? change_get(constraints, "primaryKeyName")
                                                         : name;
        buf_puts(&columns, comma);
        put_name(&columns, text_of(column, "name"));
        comma = ", ";
    }
    if (columns.n) {
        buf_putc(out, ',');
        put_primary_key_name(out, table, name);
        buf_printf(out, " PRIMARY KEY (%s)", buf_str(&columns));
    }
    buf_release(&columns);
}

static void put_column_keys(struct buf *out, const struct element *column) {
    const struct element *constraints = constraints_of(column);
    struct buf reference = BUF_INIT;

    if (put_column_reference(&reference, column))
        buf_printf(out, ",%s", buf_str(&reference));
    buf_release(&reference);
    if (!constraints || !change_flag(constraints, "unique", false))
        return;
    buf_putc(out, ',');
    put_constraint_name(out, change_get(constraints, "uniqueConstraintName"));
    buf_puts(out, " UNIQUE (");
    put_name(out, text_of(column, "name"));
    buf_putc(out, ')');
}

static void create_table(struct buf *out, const struct element *change) {
    const char *comma = "";

    buf_puts(out, "CREATE TABLE ");
    if (change_flag(change, "ifNotExists", false))
        buf_puts(out, "IF NOT EXISTS ");
    put_table(out, change);
    buf_puts(out, " (");
    for (size_t i = 0; i < change->children.n; i++) {
        if (!is_column(change->children.v[i]))
            continue;
        buf_puts(out, comma);
        put_column(out, change->children.v[i]);
        comma = ", ";
    }
    put_primary_key(out, change);
    for (size_t i = 0; i < change->children.n; i++)
        if (is_column(change->children.v[i]))
            put_column_keys(out, change->children.v[i]);
    buf_putc(out, ')');
    if (change_get(change, "tablespace")) {
        buf_puts(out, " TABLESPACE ");
        put_name(out, text_of(change, "tablespace"));
    }
    end(out);
    comment(out, change, NULL, change_get(change, "remarks"));
    for (size_t i = 0; i < change->children.n; i++)
        if (is_column(change->children.v[i]))
            comment(out, change, text_of(change->children.v[i], "name"),
                    change_get(change->children.v[i], "remarks"));
}

static void drop_table(struct buf *out, const struct element *change) {
    buf_puts(out, "DROP TABLE ");
    put_table(out, change);
    buf_puts(out, change_flag(change, "cascadeConstraints", false) ? " CASCADE" : "");
    end(out);
}

static void take_back_table(struct buf *out, const struct element *change) {
    buf_puts(out, "DROP TABLE ");
    put_table(out, change);
    end(out);
}

static void rename_table_to(struct buf *out, const struct element *change, const char *kind,
                            const char *from, const char *to) {
    buf_printf(out, "ALTER %s ", kind);
    put_qualified(out, change, "schemaName", from);
    buf_puts(out, " RENAME TO ");
    put_name(out, text_of(change, to));
    end(out);
}

static void rename_table(struct buf *out, const struct element *change) {
    rename_table_to(out, change, "TABLE", "oldTableName", "newTableName");
}

static void rename_table_back(struct buf *out, const struct element *change) {
    rename_table_to(out, change, "TABLE", "newTableName", "oldTableName");
}

static void rename_view(struct buf *out, const struct element *change) {
    rename_table_to(out, change, "VIEW", "oldViewName", "newViewName");
}

static void rename_view_back(struct buf *out, const struct element *change) {
    rename_table_to(out, change, "VIEW", "newViewName", "oldViewName");
}

static void rename_sequence(struct buf *out, const struct element *change) {
    rename_table_to(out, change, "SEQUENCE", "oldSequenceName", "newSequenceName");
}

static void rename_sequence_back(struct buf *out, const struct element *change) {
    rename_table_to(out, change, "SEQUENCE", "newSequenceName", "oldSequenceName");
}

static void set_table_remarks(struct buf *out, const struct element *change) {
    comment(out, change, NULL, text_of(change, "remarks"));
}

/* --- columns --- */

static void add_column_keys(struct buf *out, const struct element *change,
                            const struct element *column) {
    const struct element *constraints = constraints_of(column);
    struct buf reference = BUF_INIT;

    if (constraints && change_flag(constraints, "unique", false)) {
        alter_table(out, change);
        buf_puts(out, " ADD");
        put_constraint_name(out, change_get(constraints, "uniqueConstraintName"));
        buf_puts(out, " UNIQUE (");
        put_name(out, text_of(column, "name"));
        buf_putc(out, ')');
        end(out);
    }
    if (put_column_reference(&reference, column)) {
        alter_table(out, change);
        buf_printf(out, " ADD%s", buf_str(&reference));
        end(out);
    }
    buf_release(&reference);
}

/* A value for the rows that are there. */
static void fill_column(struct buf *out, const struct element *change,
                        const struct element *column) {
    struct buf value = BUF_INIT;

    if (put_value(&value, column, "value")) {
        buf_puts(out, "UPDATE ");
        put_table(out, change);
        buf_puts(out, " SET ");
        put_name(out, text_of(column, "name"));
        buf_printf(out, " = %s", buf_str(&value));
        end(out);
    }
    buf_release(&value);
}

static void add_column(struct buf *out, const struct element *change) {
    for (size_t i = 0; i < change->children.n; i++) {
        const struct element *column = change->children.v[i];
        const struct element *constraints = constraints_of(column);
        if (!is_column(column))
            continue;
        alter_table(out, change);
        buf_puts(out, " ADD ");
        put_column(out, column);
        if (constraints && change_flag(constraints, "primaryKey", false))
            buf_puts(out, " PRIMARY KEY");
        end(out);
        fill_column(out, change, column);
        add_column_keys(out, change, column);
        comment(out, change, text_of(column, "name"), change_get(column, "remarks"));
    }
}

static void drop_one_column(struct buf *out, const struct element *change, const char *name) {
    alter_table(out, change);
    buf_puts(out, " DROP COLUMN ");
    put_name(out, name);
    end(out);
}

static void drop_columns(struct buf *out, const struct element *change) {
    if (change_get(change, "columnName"))
        drop_one_column(out, change, change_get(change, "columnName"));
    for (size_t i = 0; i < change->children.n; i++)
        if (is_column(change->children.v[i]))
            drop_one_column(out, change, text_of(change->children.v[i], "name"));
}

static void modify_data_type(struct buf *out, const struct element *change) {
    struct buf type = BUF_INIT;

    put_type(&type, text_of(change, "newDataType"));
    alter_column(out, change);
    buf_printf(out, " TYPE %s USING (", buf_str(&type));
    put_name(out, text_of(change, "columnName"));
    buf_printf(out, "::%s)", buf_str(&type));
    end(out);
    buf_release(&type);
}

static void rename_column_to(struct buf *out, const struct element *change, const char *from,
                             const char *to) {
    alter_table(out, change);
    buf_puts(out, " RENAME COLUMN ");
    put_name(out, text_of(change, from));
    buf_puts(out, " TO ");
    put_name(out, text_of(change, to));
    end(out);
}

static void rename_column(struct buf *out, const struct element *change) {
    rename_column_to(out, change, "oldColumnName", "newColumnName");
}

static void rename_column_back(struct buf *out, const struct element *change) {
    rename_column_to(out, change, "newColumnName", "oldColumnName");
}

static void set_column_remarks(struct buf *out, const struct element *change) {
    comment(out, change, text_of(change, "columnName"), text_of(change, "remarks"));
}

static void add_default(struct buf *out, const struct element *change) {
    struct buf value = BUF_INIT;

    put_value(&value, change, "defaultValue");
    alter_column(out, change);
    buf_printf(out, " SET DEFAULT %s", value.n ? buf_str(&value) : "NULL");
    end(out);
    buf_release(&value);
}

static void drop_default(struct buf *out, const struct element *change) {
    alter_column(out, change);
    buf_puts(out, " DROP DEFAULT");
    end(out);
}

static void add_identity(struct buf *out, const struct element *change) {
    const char *kind = change_get(change, "generationType");

    alter_column(out, change);
    buf_printf(out, " ADD GENERATED %s AS IDENTITY", kind ? kind : "BY DEFAULT");
    end(out);
}

/* AddNotNullConstraintChange: rows without a value get the default first. */
static void add_not_null(struct buf *out, const struct element *change) {
    const char *value = change_get(change, "defaultNullValue");

    if (value) {
        buf_puts(out, "UPDATE ");
        put_table(out, change);
        buf_puts(out, " SET ");
        put_name(out, text_of(change, "columnName"));
        buf_puts(out, " = ");
        put_string(out, value);
        buf_puts(out, " WHERE ");
        put_name(out, text_of(change, "columnName"));
        buf_puts(out, " IS NULL");
        end(out);
    }
    alter_column(out, change);
    buf_puts(out, " SET NOT NULL");
    end(out);
}

static void drop_not_null(struct buf *out, const struct element *change) {
    alter_column(out, change);
    buf_puts(out, " DROP NOT NULL");
    end(out);
}

static void set_not_null(struct buf *out, const struct element *change) {
    alter_column(out, change);
    buf_puts(out, " SET NOT NULL");
    end(out);
}

/* --- keys --- */

static void put_action(struct buf *out, const char *event, const char *action) {
    if (action)
        buf_printf(out, " ON %s %s", event, action);
}

static void add_foreign_key(struct buf *out, const struct element *change) {
    const char *on_delete = change_get(change, "onDelete");

    buf_puts(out, "ALTER TABLE ");
    put_qualified(out, change, "baseTableSchemaName", "baseTableName");
    buf_puts(out, " ADD");
    put_constraint_name(out, change_get(change, "constraintName"));
    buf_puts(out, " FOREIGN KEY (");
    put_names(out, text_of(change, "baseColumnNames"));
    buf_puts(out, ") REFERENCES ");
    put_qualified(out, change, "referencedTableSchemaName", "referencedTableName");
    buf_puts(out, " (");
    put_names(out, text_of(change, "referencedColumnNames"));
    buf_putc(out, ')');
    put_action(out, "UPDATE", change_get(change, "onUpdate"));
    if (!on_delete && change_flag(change, "deleteCascade", false))
        on_delete = "CASCADE";
    put_action(out, "DELETE", on_delete);
    put_deferrable(out, change);
    if (!change_flag(change, "validate", true))
        buf_puts(out, " NOT VALID");
    end(out);
}

static void drop_foreign_key(struct buf *out, const struct element *change) {
    if (!change_get(change, "constraintName"))
        return;
    buf_puts(out, "ALTER TABLE ");
    put_qualified(out, change, "baseTableSchemaName", "baseTableName");
    buf_puts(out, " DROP CONSTRAINT ");
    put_name(out, text_of(change, "constraintName"));
    end(out);
}

/* " UNIQUE (a, b)" or " UNIQUE USING INDEX i". */
static void put_key(struct buf *out, const struct element *change, const char *kind) {
    const char *index = change_get(change, "forIndexName");

    buf_printf(out, " %s ", kind);
    if (index) {
        buf_puts(out, "USING INDEX ");
        put_name(out, index);
    } else {
        buf_putc(out, '(');
        put_names(out, text_of(change, "columnNames"));
        buf_putc(out, ')');
    }
}

static void add_unique(struct buf *out, const struct element *change) {
    alter_table(out, change);
    buf_puts(out, " ADD");
    put_constraint_name(out, change_get(change, "constraintName"));
    put_key(out, change, "UNIQUE");
    put_deferrable(out, change);
    end(out);
}

static void drop_named_constraint(struct buf *out, const struct element *change) {
    if (!change_get(change, "constraintName")) /* the server made its name up */
        return;
    drop_constraint(out, change, text_of(change, "constraintName"));
}

static void add_primary_key(struct buf *out, const struct element *change) {
    alter_table(out, change);
    buf_puts(out, " ADD");
    put_primary_key_name(out, change, change_get(change, "constraintName"));
    put_key(out, change, "PRIMARY KEY");
    end(out);
}

static void drop_primary_key(struct buf *out, const struct element *change) {
    struct buf name = BUF_INIT;

    if (change_get(change, "constraintName"))
        buf_puts(&name, text_of(change, "constraintName"));
    else
        buf_printf(&name, "%s_pkey", text_of(change, "tableName"));
    drop_constraint(out, change, buf_str(&name));
    buf_release(&name);
}

/* --- indexes --- */

static void put_index_column(struct buf *out, const struct element *column) {
    const char *name = text_of(column, "name");

    if (change_flag(column, "computed", false) || strchr(name, '('))
        buf_puts(out, name);
    else
        put_name(out, name);
    buf_puts(out, change_flag(column, "descending", false) ? " DESC" : "");
}

static void create_index(struct buf *out, const struct element *change) {
    const char *comma = "";

    buf_printf(out, "CREATE %sINDEX ", change_flag(change, "unique", false) ? "UNIQUE " : "");
    put_name(out, text_of(change, "indexName"));
    buf_puts(out, " ON ");
    put_table(out, change);
    buf_puts(out, " (");
    for (size_t i = 0; i < change->children.n; i++) {
        if (!is_column(change->children.v[i]))
            continue;
        buf_puts(out, comma);
        put_index_column(out, change->children.v[i]);
        comma = ", ";
    }
    buf_putc(out, ')');
    if (change_get(change, "tablespace")) {
        buf_puts(out, " TABLESPACE ");
        put_name(out, text_of(change, "tablespace"));
    }
    end(out);
}

static void drop_index(struct buf *out, const struct element *change) {
    buf_puts(out, "DROP INDEX ");
    put_qualified(out, change, "schemaName", "indexName");
    end(out);
}

/* --- sequences and views --- */

static void put_setting(struct buf *out, const struct element *change, const char *name,
                        const char *words) {
    if (change_get(change, name))
        buf_printf(out, " %s %s", words, change_get(change, name));
}

static void put_sequence_settings(struct buf *out, const struct element *change) {
    put_setting(out, change, "incrementBy", "INCREMENT BY");
    put_setting(out, change, "minValue", "MINVALUE");
    put_setting(out, change, "maxValue", "MAXVALUE");
    put_setting(out, change, "cacheSize", "CACHE");
    if (change_get(change, "cycle"))
        buf_puts(out, change_flag(change, "cycle", false) ? " CYCLE" : " NO CYCLE");
    end(out);
}

static void create_sequence(struct buf *out, const struct element *change) {
    buf_puts(out, "CREATE SEQUENCE ");
    put_qualified(out, change, "schemaName", "sequenceName");
    put_setting(out, change, "dataType", "AS");
    put_setting(out, change, "startValue", "START WITH");
    put_sequence_settings(out, change);
}

static void alter_sequence(struct buf *out, const struct element *change) {
    buf_puts(out, "ALTER SEQUENCE ");
    put_qualified(out, change, "schemaName", "sequenceName");
    put_setting(out, change, "dataType", "AS");
    put_sequence_settings(out, change);
}

static void drop_sequence(struct buf *out, const struct element *change) {
    buf_puts(out, "DROP SEQUENCE ");
    put_qualified(out, change, "schemaName", "sequenceName");
    end(out);
}

static void drop_view(struct buf *out, const struct element *change) {
    buf_puts(out, "DROP VIEW ");
    if (change_flag(change, "ifExists", false))
        buf_puts(out, "IF EXISTS ");
    put_qualified(out, change, "schemaName", "viewName");
    end(out);
}

/* --- rows --- */

static void put_column_value(struct buf *out, const struct element *column) {
    if (!put_value(out, column, "value"))
        buf_puts(out, "NULL");
}

static void insert(struct buf *out, const struct element *change) {
    struct buf names = BUF_INIT, values = BUF_INIT;

    for (size_t i = 0; i < change->children.n; i++) {
        if (!is_column(change->children.v[i]))
            continue;
        buf_puts(&names, names.n ? ", " : "");
        put_name(&names, text_of(change->children.v[i], "name"));
        buf_puts(&values, values.n ? ", " : "");
        put_column_value(&values, change->children.v[i]);
    }
    buf_puts(out, "INSERT INTO ");
    put_table(out, change);
    buf_printf(out, " (%s) VALUES (%s)", buf_str(&names), buf_str(&values));
    end(out);
    buf_release(&names);
    buf_release(&values);
}

static void put_where(struct buf *out, const struct element *change) {
    const struct element *where = element_child(change, "where");

    if (!where && change_get(change, "where")) {
        buf_printf(out, " WHERE %s", change_get(change, "where"));
        return;
    }
    if (!where)
        return;
    buf_puts(out, " WHERE ");
    for (size_t i = 0; i < where->chunks.n; i++)
        buf_add(out, where->chunks.v[i].bytes, where->chunks.v[i].len);
}

static void update(struct buf *out, const struct element *change) {
    const char *comma = "";

    buf_puts(out, "UPDATE ");
    put_table(out, change);
    buf_puts(out, " SET ");
    for (size_t i = 0; i < change->children.n; i++) {
        if (!is_column(change->children.v[i]))
            continue;
        buf_puts(out, comma);
        put_name(out, text_of(change->children.v[i], "name"));
        buf_puts(out, " = ");
        put_column_value(out, change->children.v[i]);
        comma = ", ";
    }
    put_where(out, change);
    end(out);
}

static void delete_rows(struct buf *out, const struct element *change) {
    buf_puts(out, "DELETE FROM ");
    put_table(out, change);
    put_where(out, change);
    end(out);
}

/* MergeColumnChange */
static void merge_columns(struct buf *out, const struct element *change) {
    alter_table(out, change);
    buf_puts(out, " ADD ");
    put_name(out, text_of(change, "finalColumnName"));
    buf_putc(out, ' ');
    put_type(out, text_of(change, "finalColumnType"));
    end(out);
    buf_puts(out, "UPDATE ");
    put_table(out, change);
    buf_puts(out, " SET ");
    put_name(out, text_of(change, "finalColumnName"));
    buf_puts(out, " = ");
    put_name(out, text_of(change, "column1Name"));
    buf_puts(out, " || ");
    put_string(out, text_of(change, "joinString"));
    buf_puts(out, " || ");
    put_name(out, text_of(change, "column2Name"));
    end(out);
    drop_one_column(out, change, text_of(change, "column1Name"));
    drop_one_column(out, change, text_of(change, "column2Name"));
}

static const struct change_type types[] = {
    {"createTable", create_table, take_back_table, true},
    {"dropTable", drop_table, NULL, false},
    {"renameTable", rename_table, rename_table_back, true},
    {"setTableRemarks", set_table_remarks, NULL, false},
    {"addColumn", add_column, drop_columns, true},
    {"dropColumn", drop_columns, NULL, false},
    {"modifyDataType", modify_data_type, NULL, false},
    {"renameColumn", rename_column, rename_column_back, true},
    {"setColumnRemarks", set_column_remarks, NULL, false},
    {"mergeColumns", merge_columns, NULL, false},
    {"addDefaultValue", add_default, drop_default, true},
    {"dropDefaultValue", drop_default, NULL, false},
    {"addAutoIncrement", add_identity, NULL, false},
    {"addNotNullConstraint", add_not_null, drop_not_null, true},
    {"dropNotNullConstraint", drop_not_null, set_not_null, true},
    {"addForeignKeyConstraint", add_foreign_key, drop_foreign_key, true},
    {"dropForeignKeyConstraint", drop_foreign_key, NULL, false},
    {"addUniqueConstraint", add_unique, drop_named_constraint, true},
    {"dropUniqueConstraint", drop_named_constraint, NULL, false},
    {"addPrimaryKey", add_primary_key, drop_primary_key, true},
    {"dropPrimaryKey", drop_primary_key, NULL, false},
    {"createIndex", create_index, drop_index, true},
    {"dropIndex", drop_index, NULL, false},
    {"createSequence", create_sequence, drop_sequence, true},
    {"alterSequence", alter_sequence, NULL, false},
    {"dropSequence", drop_sequence, NULL, false},
    {"renameSequence", rename_sequence, rename_sequence_back, true},
    {"renameView", rename_view, rename_view_back, true},
    {"dropView", drop_view, NULL, false},
    {"insert", insert, NULL, false},
    {"update", update, NULL, false},
    {"delete", delete_rows, NULL, false},
    {"tagDatabase", NULL, NULL, true},
    {"empty", NULL, NULL, true},
    {"output", NULL, NULL, true},
};

const struct change_type *change_type_find(const char *name) {
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}
