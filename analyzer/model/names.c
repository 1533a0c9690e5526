#include "model/names.h"

#include "base/ascii.h"
#include "sql/placeholder.h"

#include <stdlib.h>
#include <string.h>

/* The largest length up to limit that ends between characters (pg_mbcliplen for UTF-8). */
static size_t clip(const char *s, size_t len, size_t limit) {
    if (len <= limit)
        return len;
    while (limit > 0 && ((unsigned char)s[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

char *name_clip(struct arena *arena, const char *name) {
    return arena_strndup(arena, name, clip(name, strlen(name), NAME_BYTES));
}

char *name_make(struct arena *arena, const char *name1, const char *name2, const char *label) {
    size_t length1 = strlen(name1), length2 = name2 ? strlen(name2) : 0;
    size_t overhead = (name2 ? 1 : 0) + (label ? strlen(label) + 1 : 0);
    size_t room = NAME_BYTES > overhead ? NAME_BYTES - overhead : 0;

    while (length1 + length2 > room) {
        if (length1 > length2)
            length1--;
        else
            length2--;
    }
    length1 = clip(name1, strlen(name1), length1);
    length2 = name2 ? clip(name2, strlen(name2), length2) : 0;
    return arena_printf(arena, "%.*s%s%.*s%s%s", (int)length1, name1, name2 ? "_" : "",
                        (int)length2, name2 ? name2 : "", label ? "_" : "", label ? label : "");
}

char *name_choose(struct arena *arena, const char *name1, const char *name2, const char *label,
                  bool (*taken)(const char *name, void *context), void *context) {
    char *name = name_make(arena, name1, name2, label);

    for (unsigned pass = 1; taken(name, context); pass++)
        name = name_make(arena, name1, name2, arena_printf(arena, "%s%u", label, pass));
    return name;
}

/* ChooseIndexNameAddition stops when its buffer has reached NAMEDATALEN bytes. */
char *name_addition(struct arena *arena, const char *const *columns, size_t count) {
    char buffer[2 * (NAME_BYTES + 2)];
    size_t n = 0;

    buffer[0] = '\0';
    for (size_t i = 0; i < count && n <= NAME_BYTES; i++) {
        const char *column = columns[i] ? columns[i] : "expr";
        size_t len = strlen(column);
        if (n > 0)
            buffer[n++] = '_';
        if (len > NAME_BYTES)
            len = NAME_BYTES;
        memcpy(buffer + n, column, len);
        n += len;
    }
    return arena_strndup(arena, buffer, n);
}

/* Keywords that are not unreserved, of all majors, sorted. */
static const char *const keywords[] = {"all",
                                       "analyse",
                                       "analyze",
                                       "and",
                                       "any",
                                       "array",
                                       "as",
                                       "asc",
                                       "asymmetric",
                                       "authorization",
                                       "between",
                                       "bigint",
                                       "binary",
                                       "bit",
                                       "boolean",
                                       "both",
                                       "case",
                                       "cast",
                                       "char",
                                       "character",
                                       "check",
                                       "coalesce",
                                       "collate",
                                       "collation",
                                       "column",
                                       "concurrently",
                                       "constraint",
                                       "create",
                                       "cross",
                                       "current_catalog",
                                       "current_date",
                                       "current_role",
                                       "current_schema",
                                       "current_time",
                                       "current_timestamp",
                                       "current_user",
                                       "dec",
                                       "decimal",
                                       "default",
                                       "deferrable",
                                       "desc",
                                       "distinct",
                                       "do",
                                       "else",
                                       "end",
                                       "except",
                                       "exists",
                                       "extract",
                                       "false",
                                       "fetch",
                                       "float",
                                       "for",
                                       "foreign",
                                       "freeze",
                                       "from",
                                       "full",
                                       "grant",
                                       "greatest",
                                       "group",
                                       "grouping",
                                       "having",
                                       "ilike",
                                       "in",
                                       "initially",
                                       "inner",
                                       "inout",
                                       "int",
                                       "integer",
                                       "intersect",
                                       "interval",
                                       "into",
                                       "is",
                                       "isnull",
                                       "join",
                                       "json",
                                       "json_array",
                                       "json_arrayagg",
                                       "json_exists",
                                       "json_object",
                                       "json_objectagg",
                                       "json_query",
                                       "json_scalar",
                                       "json_serialize",
                                       "json_table",
                                       "json_value",
                                       "lateral",
                                       "leading",
                                       "least",
                                       "left",
                                       "like",
                                       "limit",
                                       "localtime",
                                       "localtimestamp",
                                       "merge_action",
                                       "national",
                                       "natural",
                                       "nchar",
                                       "none",
                                       "normalize",
                                       "not",
                                       "notnull",
                                       "null",
                                       "nullif",
                                       "numeric",
                                       "offset",
                                       "on",
                                       "only",
                                       "or",
                                       "order",
                                       "out",
                                       "outer",
                                       "overlaps",
                                       "overlay",
                                       "placing",
                                       "position",
                                       "precision",
                                       "primary",
                                       "real",
                                       "references",
                                       "returning",
                                       "right",
                                       "row",
                                       "select",
                                       "session_user",
                                       "setof",
                                       "similar",
                                       "smallint",
                                       "some",
                                       "substring",
                                       "symmetric",
                                       "system_user",
                                       "table",
                                       "tablesample",
                                       "then",
                                       "time",
                                       "timestamp",
                                       "to",
                                       "trailing",
                                       "treat",
                                       "trim",
                                       "true",
                                       "union",
                                       "unique",
                                       "user",
                                       "using",
                                       "values",
                                       "varchar",
                                       "variadic",
                                       "verbose",
                                       "when",
                                       "where",
                                       "window",
                                       "with",
                                       "xmlattributes",
                                       "xmlconcat",
                                       "xmlelement",
                                       "xmlexists",
                                       "xmlforest",
                                       "xmlnamespaces",
                                       "xmlparse",
                                       "xmlpi",
                                       "xmlroot",
                                       "xmlserialize",
                                       "xmltable"};

static int compare_keyword(const void *word, const void *element) {
    return strcmp(word, *(const char *const *)element);
}

static bool needs_quotes(const char *name) {
    if (!ascii_islower(*name) && *name != '_')
        return true;
    for (const char *c = name; *c; c++)
        if (!ascii_islower(*c) && !ascii_isdigit(*c) && *c != '_')
            return true;
    return bsearch(name, keywords, sizeof(keywords) / sizeof(*keywords), sizeof(*keywords),
                   compare_keyword) != NULL;
}

const char *name_quote(struct arena *arena, const char *name) {
    char *quoted, *out;

    if (!needs_quotes(name) || placeholder_in_name(name))
        return name;
    out = quoted = arena_alloc(arena, 2 * strlen(name) + 3);
    *out++ = '"';
    for (; *name; name++) {
        if (*name == '"')
            *out++ = '"';
        *out++ = *name;
    }
    *out = '"';
    return quoted;
}
