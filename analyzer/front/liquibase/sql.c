#include "front/liquibase/sql.h"

#include "base/ascii.h"
#include "model/names.h"

#include <string.h>

const char *change_get(const struct element *element, const char *name) {
    const char *value = element_get(element, name);

    return value && *value ? value : NULL;
}

bool change_flag(const struct element *element, const char *name, bool otherwise) {
    const char *value = change_get(element, name);

    return value ? ascii_case_equal(value, "true") : otherwise;
}

static bool is_mixed(const char *name) {
    bool upper = false, lower = false;

    for (; *name; name++) {
        upper = upper || ascii_isupper(*name);
        lower = lower || ascii_islower(*name);
    }
    return upper && lower;
}

static bool is_odd(const char *name) {
    if (ascii_isdigit(*name))
        return true;
    for (; *name; name++)
        if (!ascii_isalnum(*name) && *name != '_' && (unsigned char)*name < 128)
            return true;
    return false;
}

static bool is_keyword(const char *name) {
    struct arena arena;
    char *lower;
    bool keyword;

    arena_init(&arena);
    lower = arena_strdup(&arena, name);
    for (char *p = lower; *p; p++)
        *p = ascii_tolower(*p);
    keyword = name_quote(&arena, lower) != lower;
    arena_release(&arena);
    return keyword;
}

static void put_quoted(struct buf *out, const char *s, char quote) {
    buf_putc(out, quote);
    for (; *s; s++) {
        if (*s == quote)
            buf_putc(out, quote);
        buf_putc(out, *s);
    }
    buf_putc(out, quote);
}

void put_name(struct buf *out, const char *name) {
    if (strstr(name, "${") || *name == '"' || !*name)
        buf_puts(out, name);
    else if (is_mixed(name) || is_odd(name) || is_keyword(name))
        put_quoted(out, name, '"');
    else
        buf_puts(out, name);
}

void put_string(struct buf *out, const char *value) {
    put_quoted(out, value, '\'');
}

void put_qualified(struct buf *out, const struct element *element, const char *schema,
                   const char *name) {
    const char *qualifier = change_get(element, schema), *value = change_get(element, name);

    if (qualifier) {
        put_name(out, qualifier);
        buf_putc(out, '.');
    }
    put_name(out, value ? value : "");
}

void put_table(struct buf *out, const struct element *element) {
    put_qualified(out, element, "schemaName", "tableName");
}

void put_names(struct buf *out, const char *names) {
    const char *comma = "";
    char name[256];

    while (*names) {
        size_t n, end = strcspn(names, ",");
        while (end && ascii_isspace(*names)) {
            names++;
            end--;
        }
        for (n = end; n && ascii_isspace(names[n - 1]);)
            n--;
        n = n < sizeof(name) ? n : sizeof(name) - 1;
        memcpy(name, names, n);
        name[n] = '\0';
        if (n) {
            buf_puts(out, comma);
            put_name(out, name);
            comma = ", ";
        }
        names += end;
        names += *names == ',';
    }
}

/* --- types --- */

/* liquibase.datatype.core: what DataTypeFactory makes of a type's first word; with_parameters: (n) stays. */
static const struct {
    const char *from, *to;
    bool with_parameters;
} types[] = {
    {"int", "INTEGER", false},
    {"integer", "INTEGER", false},
    {"int4", "INTEGER", false},
    {"int8", "BIGINT", false},
    {"bigint", "BIGINT", false},
    {"smallint", "SMALLINT", false},
    {"int2", "SMALLINT", false},
    {"tinyint", "SMALLINT", false},
    {"mediumint", "INTEGER", false},
    {"bool", "BOOLEAN", false},
    {"boolean", "BOOLEAN", false},
    {"varchar", "VARCHAR", true},
    {"varchar2", "VARCHAR", true},
    {"nvarchar", "VARCHAR", true},
    {"nvarchar2", "VARCHAR", true},
    {"nchar", "CHAR", true},
    {"clob", "TEXT", false},
    {"nclob", "TEXT", false},
    {"text", "TEXT", false},
    {"longtext", "TEXT", false},
    {"mediumtext", "TEXT", false},
    {"tinytext", "TEXT", false},
    {"longvarchar", "TEXT", false},
    {"longnvarchar", "TEXT", false},
    {"ntext", "TEXT", false},
    {"blob", "OID", false},
    {"longblob", "BYTEA", false},
    {"tinyblob", "BYTEA", false},
    {"mediumblob", "BYTEA", false},
    {"binary", "BYTEA", false},
    {"varbinary", "BYTEA", false},
    {"longvarbinary", "BYTEA", false},
    {"image", "BYTEA", false},
    {"datetime", "TIMESTAMP WITHOUT TIME ZONE", false},
    {"double", "DOUBLE PRECISION", false},
    {"number", "NUMERIC", true},
    {"currency", "DECIMAL", false},
    {"uniqueidentifier", "UUID", false},
};

/* What stands behind the first word of a time: its precision and zone. */
static void put_time(struct buf *out, const char *word, const char *rest) {
    size_t n = *rest == '(' ? strcspn(rest, ")") : 0;
    bool zone;

    n += *rest == '(' && rest[n] == ')';
    zone = ascii_starts_with(rest + n + strspn(rest + n, " "), "with time zone") ||
           ascii_starts_with(rest + n + strspn(rest + n, " "), "WITH TIME ZONE");
    buf_puts(out, word);
    buf_add(out, rest, n);
    buf_puts(out, zone ? " WITH TIME ZONE" : " WITHOUT TIME ZONE");
}

static bool is_type(const char *type, size_t n, const char *name) {
    return n == strlen(name) && ascii_ncasecmp(type, name, n) == 0;
}

void put_type(struct buf *out, const char *type) {
    static const char prefix[] = "java.sql.Types.";
    size_t n;

    type += strspn(type, " ");
    if (strncmp(type, prefix, sizeof(prefix) - 1) == 0)
        type += sizeof(prefix) - 1;
    n = strcspn(type, " (");
    if (is_type(type, n, "timestamp") || is_type(type, n, "time")) {
        put_time(out, n == 4 ? "TIME" : "TIMESTAMP", type + n);
        return;
    }
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        const char *rest = type + n;
        if (!is_type(type, n, types[i].from) || (*rest == ' ' && rest[1] != '('))
            continue;
        buf_puts(out, types[i].to);
        buf_puts(out, types[i].with_parameters ? rest : "");
        return;
    }
    buf_puts(out, type);
}

/* --- values --- */

/* AbstractJdbcDatabase.isCurrentTimeFunction */
static bool is_current_time(const char *value) {
    return ascii_ncasecmp(value, "current_timestamp", 17) == 0 ||
           ascii_ncasecmp(value, "current_datetime", 16) == 0;
}

bool put_value(struct buf *out, const struct element *element, const char *prefix) {
    static const char *const raw[] = {"Numeric", "Computed"};
    const char *value = element_get(element, prefix);
    char name[48] = "";

    if (value) {
        if (ascii_case_equal(value, "null"))
            buf_puts(out, "NULL");
        else
            put_string(out, value);
        return true;
    }
    for (size_t i = 0; i < sizeof(raw) / sizeof(*raw); i++) {
        strcat(strcpy(name, prefix), raw[i]);
        value = change_get(element, name);
        if (value) {
            buf_puts(out, is_current_time(value) ? "NOW()" : value);
            return true;
        }
    }
    value = change_get(element, strcat(strcpy(name, prefix), "Boolean"));
    if (value) {
        buf_puts(out,
                 ascii_case_equal(value, "true") || strcmp(value, "1") == 0 ? "TRUE" : "FALSE");
        return true;
    }
    value = change_get(element, strcat(strcpy(name, prefix), "SequenceNext"));
    if (value) {
        buf_puts(out, "nextval(");
        put_string(out, value);
        buf_putc(out, ')');
        return true;
    }
    value = change_get(element, strcat(strcpy(name, prefix), "Date"));
    if (!value)
        return false;
    /* a date in figures is a constant, anything else a function */
    if (ascii_isdigit(*value))
        put_string(out, value);
    else
        buf_puts(out, is_current_time(value) ? "NOW()" : value);
    return true;
}

/* --- columns --- */

const struct element *constraints_of(const struct element *column) {
    return element_child(column, "constraints");
}

static void put_not_null(struct buf *out, const struct element *constraints) {
    const char *name = change_get(constraints, "notNullConstraintName");

    if (change_flag(constraints, "nullable", true) &&
        !change_flag(constraints, "primaryKey", false))
        return;
    if (name)
        put_constraint_name(out, name);
    buf_puts(out, " NOT NULL");
}

/* BooleanType.objectToSql */
static const char *default_of(const char *type, const char *value) {
    bool boolean = type && (ascii_case_equal(type, "boolean") || ascii_case_equal(type, "bool"));

    if (boolean && (strcmp(value, "1") == 0 || strcmp(value, "'1'") == 0))
        return "TRUE";
    return boolean && (strcmp(value, "0") == 0 || strcmp(value, "'0'") == 0) ? "FALSE" : value;
}

/* What a column that counts by itself is beside that (IntType and its like, since PostgreSQL 10). */
static const char *without_serial(const char *type) {
    static const struct {
        const char *serial, *type;
    } types_that_count[] = {{"serial", "INTEGER"},       {"serial4", "INTEGER"},
                            {"bigserial", "BIGINT"},     {"serial8", "BIGINT"},
                            {"smallserial", "SMALLINT"}, {"serial2", "SMALLINT"}};

    for (size_t i = 0; i < sizeof(types_that_count) / sizeof(*types_that_count); i++)
        if (ascii_case_equal(type, types_that_count[i].serial))
            return types_that_count[i].type;
    return type;
}

void put_column(struct buf *out, const struct element *column) {
    const struct element *constraints = constraints_of(column);
    const char *type = change_get(column, "type"), *name = change_get(column, "name");
    bool counts = change_flag(column, "autoIncrement", false);
    struct buf value = BUF_INIT;

    put_name(out, name ? name : "");
    buf_putc(out, ' ');
    put_type(out, type ? (counts ? without_serial(type) : type) : "");
    if (counts)
        buf_printf(out, " GENERATED %s AS IDENTITY",
                   change_get(column, "generationType") ? change_get(column, "generationType")
                                                        : "BY DEFAULT");
    else if (put_value(&value, column, "defaultValue"))
        buf_printf(out, " DEFAULT %s", default_of(type, buf_str(&value)));
    if (constraints)
        put_not_null(out, constraints);
    buf_release(&value);
}

void put_constraint_name(struct buf *out, const char *name) {
    if (!name)
        return;
    buf_puts(out, " CONSTRAINT ");
    put_name(out, name);
}

void put_deferrable(struct buf *out, const struct element *element) {
    if (change_flag(element, "deferrable", false))
        buf_puts(out, " DEFERRABLE");
    if (change_flag(element, "initiallyDeferred", false))
        buf_puts(out, " INITIALLY DEFERRED");
}

bool put_column_reference(struct buf *out, const struct element *column) {
    const struct element *constraints = constraints_of(column);
    const char *references = constraints ? change_get(constraints, "references") : NULL;
    const char *table = constraints ? change_get(constraints, "referencedTableName") : NULL;

    if (!references && !table)
        return false;
    put_constraint_name(out, change_get(constraints, "foreignKeyName"));
    buf_puts(out, " FOREIGN KEY (");
    put_name(out, change_get(column, "name") ? change_get(column, "name") : "");
    buf_puts(out, ") REFERENCES ");
    if (references) {
        buf_puts(out, references);
    } else {
        put_qualified(out, constraints, "referencedTableSchemaName", "referencedTableName");
        buf_puts(out, " (");
        put_names(out, change_get(constraints, "referencedColumnNames")
                           ? change_get(constraints, "referencedColumnNames")
                           : "");
        buf_putc(out, ')');
    }
    if (change_flag(constraints, "deleteCascade", false))
        buf_puts(out, " ON DELETE CASCADE");
    put_deferrable(out, constraints);
    if (!change_flag(constraints, "validateForeignKey", true))
        buf_puts(out, " NOT VALID");
    return true;
}
