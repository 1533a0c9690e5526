#include "model/expr_type.h"

#include <string.h>

enum {
    DOMAIN_DEPTH = 64,           /* domains over domains; a damaged schema must not loop */
    INTERVAL_FULL_RANGE = 0x7FFF /* utils/timestamp.h */
};

/* What the grammar writes for names that pg_type does not have (transformColumnDefinition). */
static const char *serial_type(const char *name) {
    static const struct {
        const char *serial, *type;
    } serials[] = {
        {"smallserial", "int2"}, {"serial2", "int2"}, {"serial", "int4"},
        {"serial4", "int4"},     {"serial8", "int8"}, {"bigserial", "int8"},
    };

    for (size_t i = 0; i < sizeof(serials) / sizeof(*serials); i++)
        if (strcmp(name, serials[i].serial) == 0)
            return serials[i].type;
    return NULL;
}

static bool is_array_name(const struct catalog_type *type) {
    return type->kind == CATALOG_ARRAY && type->name[0] == '_';
}

/* "_int4" as a name is int4[]. */
static void set_builtin(struct type_use *use, const struct catalog_type *type, int version) {
    if (is_array_name(type)) {
        const struct catalog_type *element = catalog_type_of_id(type->of, version);

        if (element != NULL) {
            use->name = element->name;
            use->array_dimensions++;
            return;
        }
    }
    use->name = type->name;
}

static bool set_user(const struct schema *schema, struct type_use *use, struct name name) {
    const struct type *type = schema_type(schema, name);
    const struct relation *row = type == NULL ? schema_relation(schema, name) : NULL;
    const struct object *object = type != NULL ? &type->object : row != NULL ? &row->object : NULL;

    if (object == NULL)
        return false;
    use->user_type = object->id;
    use->schema = object->schema;
    use->name = object->name;
    return true;
}

static void look_up(const struct schema *schema, struct type_use *use, struct name name) {
    bool catalog = name.schema == NULL || strcmp(name.schema, "pg_catalog") == 0;
    const struct catalog_type *type = catalog_type(name.name, schema->target);

    if (catalog && type != NULL && type->extension == 0) {
        set_builtin(use, type, schema->target);
        return;
    }
    if (set_user(schema, use, name))
        return;
    use->schema = name.schema;
    use->name = name.name;
    if (type != NULL && type->extension != 0)
        use->schema = NULL;
    else if (catalog && serial_type(name.name) != NULL)
        use->name = serial_type(name.name);
}

static int constant_int(const struct node *node) {
    const struct A_Const *constant = node_if(A_Const, node);

    return constant != NULL && constant->ival != NULL ? constant->ival->ival : 0;
}

static bool is_minus(const struct A_Expr *expr) {
    const char *op = expr != NULL ? node_list_last_string(expr->name) : NULL;

    return op != NULL && expr->lexpr == NULL && strcmp(op, "-") == 0;
}

static int typmod_int(const struct node *node) {
    const struct A_Expr *expr = node_if(A_Expr, node);

    return is_minus(expr) ? -constant_int(expr->rexpr) : constant_int(node);
}

static void set_typmods(struct type_use *use, const struct TypeName *name) {
    size_t n = name->typmods.n < 4 ? name->typmods.n : 4;

    for (size_t i = 0; i < n; i++)
        use->typmods[i] = typmod_int(name->typmods.v[i]);
    use->typmod_count = (int)n;
}

struct type_use type_use_of(const struct schema *schema, const struct TypeName *name) {
    struct type_use use = {0};
    size_t n = name != NULL ? name->names.n : 0;

    if (n == 0 || name->pct_type)
        return use;
    use.array_dimensions = (int)name->arrayBounds.n;
    use.setof = name->setof;
    set_typmods(&use, name);
    look_up(schema, &use,
            (struct name){n > 1 ? node_string(name->names.v[n - 2]) : NULL,
                          node_string(name->names.v[n - 1])});
    return use;
}

struct type_use type_use_builtin(const char *name) {
    return (struct type_use){.name = name};
}

static const struct catalog_type *builtin(const struct schema *schema, const struct type_use *use) {
    if (use->user_type != 0 || use->name == NULL)
        return NULL;
    if (use->schema != NULL && strcmp(use->schema, "pg_catalog") != 0)
        return NULL;
    return catalog_type(use->name, schema->target);
}

bool type_use_known(const struct schema *schema, const struct type_use *use) {
    return use->user_type != 0 || builtin(schema, use) != NULL;
}

object_id type_use_row(const struct schema *schema, const struct type_use *use) {
    if (use->array_dimensions > 0 || use->user_type == 0)
        return 0;
    return schema_relation_by_id(schema, use->user_type) != NULL ? use->user_type : 0;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

enum known type_use_same(const struct type_use *a, const struct type_use *b) {
    if (a->name == NULL || b->name == NULL)
        return UNKNOWN;
    if ((a->array_dimensions > 0) != (b->array_dimensions > 0))
        return KNOWN_NO;
    if (a->user_type != 0 || b->user_type != 0)
        return a->user_type == b->user_type ? KNOWN_YES : KNOWN_NO;
    return same_text(a->name, b->name) ? KNOWN_YES : KNOWN_NO;
}

/* The modifiers in full: -1 -1 for none. */
static void full_typmods(const struct type_use *use, int out[2]) {
    bool numeric = use->name != NULL && strcmp(use->name, "numeric") == 0;

    out[0] = use->typmod_count > 0 ? use->typmods[0] : -1;
    out[1] = use->typmod_count > 1 ? use->typmods[1] : numeric && use->typmod_count == 1 ? 0 : -1;
    if (use->typmod_count == 1 && use->name != NULL && strcmp(use->name, "interval") == 0 &&
        out[0] == INTERVAL_FULL_RANGE)
        out[0] = -1;
}

bool type_use_same_typmod(const struct type_use *a, const struct type_use *b) {
    int left[2], right[2];

    full_typmods(a, left);
    full_typmods(b, right);
    return left[0] == right[0] && left[1] == right[1];
}

const struct type *type_use_domain(const struct schema *schema, const struct type_use *use) {
    const struct object *object;

    if (use->array_dimensions > 0 || use->user_type == 0)
        return NULL;
    object = schema_object(schema, use->user_type);
    /* struct type begins with its object */
    return object != NULL && object->kind == OBJ_DOMAIN ? (const struct type *)object : NULL;
}

bool type_use_is_shell(const struct schema *schema, const struct type_use *use) {
    const struct object *object = schema_object(schema, use->user_type);
    const struct type *type = object != NULL && object->kind == OBJ_BASE_TYPE
                                  ? (const struct type *)(const void *)object
                                  : NULL;
    const struct DefineStmt *define = type != NULL ? node_if(DefineStmt, type->definition) : NULL;

    return define != NULL && define->definition.n == 0;
}

struct type_use type_use_base(const struct schema *schema, const struct type_use *use) {
    struct type_use base = *use;

    for (int depth = 0; depth < DOMAIN_DEPTH; depth++) {
        const struct type *domain = type_use_domain(schema, &base);

        if (domain == NULL)
            break;
        base = domain->base;
    }
    return base;
}

enum known type_use_constrained(const struct schema *schema, const struct type_use *use) {
    struct type_use at = *use;

    for (int depth = 0; depth < DOMAIN_DEPTH; depth++) {
        const struct type *domain = type_use_domain(schema, &at);

        if (domain == NULL)
            break;
        if (domain->not_null || domain->constraint_count > 0)
            return KNOWN_YES;
        at = domain->base;
    }
    if (at.name == NULL)
        return UNKNOWN;
    return at.array_dimensions > 0 || type_use_known(schema, &at) ? KNOWN_NO : UNKNOWN;
}

static bool contains(const struct schema *schema, const struct type_use *use, object_id type,
                     int depth) {
    const struct object *object;

    if (use->user_type == 0 || depth > DOMAIN_DEPTH)
        return false;
    if (use->user_type == type)
        return true;
    object = schema_object(schema, use->user_type);
    if (object == NULL)
        return false;
    if (object->kind == OBJ_DOMAIN || object->kind == OBJ_RANGE)
        return contains(schema, &((const struct type *)object)->base, type, depth + 1);
    const struct relation *row = schema_relation_by_id(schema, use->user_type);
    for (size_t i = 0; row != NULL && i < row->column_count; i++)
        if (contains(schema, &row->columns[i].type, type, depth + 1))
            return true;
    return false;
}

bool type_use_contains(const struct schema *schema, const struct type_use *use, object_id type) {
    return contains(schema, use, type, 0);
}

/* makeMultirangeTypeName: "range" in the name becomes "multirange", or it goes behind. */
static bool is_multirange_of(const struct type *range, const char *name) {
    const char *own = range->object.name, *at = strstr(own, "range");
    const struct CreateRangeStmt *create = node_if(CreateRangeStmt, range->definition);
    size_t before = at != NULL ? (size_t)(at - own) : strlen(own);

    for (size_t i = 0; create != NULL && i < create->params.n; i++) {
        const struct DefElem *option = node_if(DefElem, create->params.v[i]);
        const struct TypeName *given = option != NULL ? node_if(TypeName, option->arg) : NULL;

        if (given != NULL && strcmp(option->defname, "multirange_type_name") == 0)
            return same_text(node_list_last_string(given->names), name);
    }
    if (strncmp(own, name, before) != 0)
        return false;
    return at != NULL
               ? strncmp(name + before, "multi", 5) == 0 && strcmp(name + before + 5, at) == 0
               : strcmp(name + before, "_multirange") == 0;
}

struct multirange_search {
    const struct schema *schema;
    const char *name;
    bool found;
};

static void visit_type(const char *key, const void *value, void *context) {
    struct multirange_search *search = context;
    const object_id *id = value;
    const struct object *object = schema_object(search->schema, *id);

    (void)key;
    if (object != NULL && object->kind == OBJ_RANGE)
        search->found |= is_multirange_of((const struct type *)(const void *)object, search->name);
}

bool type_is_multirange(const struct schema *schema, struct name name) {
    struct multirange_search search = {.schema = schema, .name = name.name};

    if (schema->target >= 14 && name.name != NULL)
        pmap_each(&schema->types, visit_type, &search);
    return search.found;
}

static const char *user_catalog_name(const struct schema *schema, const struct type_use *use) {
    const struct object *object = schema_object(schema, use->user_type);

    if (object == NULL)
        return NULL;
    switch (object->kind) {
    case OBJ_ENUM:
        return "anyenum";
    case OBJ_RANGE:
        return "anyrange";
    case OBJ_BASE_TYPE:
        return catalog_type(object->name, schema->target) != NULL ? object->name : NULL;
    default:
        return schema_relation_by_id(schema, use->user_type) != NULL ? "record" : NULL;
    }
}

unsigned type_use_catalog_id(const struct schema *schema, const struct type_use *use) {
    const char *name = type_use_catalog_name(schema, use);
    const struct catalog_type *type = name != NULL ? catalog_type(name, schema->target) : NULL;

    return type != NULL ? type->id : CATALOG_TYPE_none;
}

const char *type_use_catalog_name(const struct schema *schema, const struct type_use *use) {
    struct type_use base = type_use_base(schema, use);
    const struct catalog_type *type;

    if (base.user_type != 0)
        return base.array_dimensions > 0 ? NULL : user_catalog_name(schema, &base);
    type = builtin(schema, &base);
    if (type == NULL)
        return NULL;
    return base.array_dimensions > 0 ? catalog_type_name(type->array) : type->name;
}

/* --- as text --- */

static const char *long_name(const char *name) {
    static const struct {
        const char *name, *text;
    } names[] = {
        {"bool", "boolean"},
        {"bpchar", "character"},
        {"varchar", "character varying"},
        {"int2", "smallint"},
        {"int4", "integer"},
        {"int8", "bigint"},
        {"float4", "real"},
        {"float8", "double precision"},
        {"varbit", "bit varying"},
        {"char", "\"char\""},
        {"timestamp", "timestamp without time zone"},
        {"timestamptz", "timestamp with time zone"},
        {"time", "time without time zone"},
        {"timetz", "time with time zone"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i].name) == 0)
            return names[i].text;
    return name;
}

/* INTERVAL_MASK bits of the grammar's modifiers. */
static const char *interval_fields(int mask) {
    enum {
        MONTH = 1 << 1,
        YEAR = 1 << 2,
        DAY = 1 << 3,
        HOUR = 1 << 10,
        MINUTE = 1 << 11,
        SECOND = 1 << 12
    };
    static const struct {
        int mask;
        const char *words;
    } fields[] = {
        {YEAR, " year"},
        {MONTH, " month"},
        {DAY, " day"},
        {HOUR, " hour"},
        {MINUTE, " minute"},
        {SECOND, " second"},
        {YEAR | MONTH, " year to month"},
        {DAY | HOUR, " day to hour"},
        {DAY | HOUR | MINUTE, " day to minute"},
        {DAY | HOUR | MINUTE | SECOND, " day to second"},
        {HOUR | MINUTE, " hour to minute"},
        {HOUR | MINUTE | SECOND, " hour to second"},
        {MINUTE | SECOND, " minute to second"},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (mask == fields[i].mask)
            return fields[i].words;
    return "";
}

static const char *builtin_text(struct arena *arena, const struct type_use *use) {
    const char *name = long_name(use->name);
    const char *zone = strstr(name, " with");

    if (strcmp(use->name, "bpchar") == 0 && use->typmod_count == 0)
        return "bpchar";
    if (use->typmod_count == 0)
        return name;
    if (strcmp(use->name, "interval") == 0) {
        const char *fields = interval_fields(use->typmods[0]);

        return use->typmod_count < 2
                   ? arena_printf(arena, "interval%s", fields)
                   : arena_printf(arena, "interval%s(%d)", fields, use->typmods[1]);
    }
    if (zone != NULL)
        return arena_printf(arena, "%.*s(%d)%s", (int)(zone - name), name, use->typmods[0], zone);
    if (use->typmod_count > 1 || strcmp(use->name, "numeric") == 0)
        return arena_printf(arena, "%s(%d,%d)", name, use->typmods[0],
                            use->typmod_count > 1 ? use->typmods[1] : 0);
    return arena_printf(arena, "%s(%d)", name, use->typmods[0]);
}

const char *type_use_text(struct arena *arena, const struct schema *schema,
                          const struct type_use *use) {
    const char *name;

    if (use->name == NULL)
        return "unknown type";
    if (builtin(schema, use) != NULL)
        name = builtin_text(arena, use);
    else if (use->schema == NULL || strcmp(use->schema, "public") == 0)
        name = use->name;
    else
        name = schema_display(arena, (struct name){use->schema, use->name});
    return use->array_dimensions > 0 ? arena_printf(arena, "%s[]", name) : name;
}
