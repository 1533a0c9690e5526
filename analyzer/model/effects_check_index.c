/* Failures of CREATE INDEX that the statement and the columns decide (transformIndexStmt, DefineIndex). */
#include "model/effects_check.h"

#include <string.h>

enum { INDEX_MAX_KEYS = 32 };

/* What an access method can do (IndexAmRoutine). */
struct method {
    const char *name;
    bool unique, multicolumn, ordered;
    int include_since; /* 0: never */
};

static const struct method methods[] = {
    {"btree", true, true, true, 12},  {"hash", false, false, false, 0},
    {"gist", false, true, false, 12}, {"gin", false, true, false, 0},
    {"brin", false, true, false, 0},  {"spgist", false, false, false, 14},
};

static const struct method *find_method(const char *name) {
    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
        if (strcmp(name, methods[i].name) == 0)
            return &methods[i];
    return NULL;
}

static const char *method_name(const struct IndexStmt *index) {
    if (index->accessMethod == NULL)
        return "btree";
    return strcmp(index->accessMethod, "rtree") == 0 ? "gist" : index->accessMethod;
}

static struct expr_info analyse(struct effects_work *work, const struct relation *relation,
                                const struct node *expr) {
    struct expr_scope scope = {.schema = work->schema, .relation = relation};

    return expr_analyse(&scope, expr);
}

/* transformIndexStmt: the predicate, then the expressions. */

static void check_expressions(struct effects_work *work, const struct relation *relation,
                              const struct IndexStmt *index) {
    for (size_t i = 0; i < index->indexParams.n && !work->stopped; i++) {
        const struct IndexElem *elem = node_if(IndexElem, index->indexParams.v[i]);

        if (elem != NULL && elem->expr != NULL)
            effects_check_expression(work, EXPRESSION_INDEX, relation, elem->expr);
    }
}

/* DefineIndex: what the access method can do. */

static void unable(struct effects_work *work, const char *method, const char *what) {
    effects_fail(work, "0A000", "access method \"%s\" does not support %s", method, what);
}

static bool has_extension(const struct effects_work *work, unsigned extension) {
    struct name name = {NULL, catalog_extension_name(extension)};

    return extension == 0 || !effects_knows_all(work) ||
           schema_other(work->schema, OBJECT_EXTENSION, name) != NULL;
}

static void check_method(struct effects_work *work, const struct IndexStmt *index,
                         const char *name) {
    const struct method *method = find_method(name);
    int version = work->schema->target;

    if (method == NULL) {
        if (effects_knows_all(work) &&
            (strcmp(name, "bloom") != 0 ||
             !has_extension(work, catalog_extension(name, version))) &&
            schema_other(work->schema, OBJECT_ACCESS_METHOD, (struct name){NULL, name}) == NULL)
            effects_fail(work, "42704", "access method \"%s\" does not exist", name);
        return;
    }
    if (index->unique && !method->unique)
        unable(work, name, "unique indexes");
    if (index->indexIncludingParams.n > 0 &&
        (method->include_since == 0 || work->schema->target < method->include_since))
        unable(work, name, "included columns");
    if (index->indexParams.n > 1 && !method->multicolumn)
        unable(work, name, "multicolumn indexes");
}

/* An index holds values of immutable expressions only (CheckMutability). */
static void check_immutable(struct effects_work *work, const struct relation *relation,
                            const struct node *expr, const char *what) {
    struct expr_info info;

    if (expr == NULL || work->stopped)
        return;
    info = analyse(work, relation, expr);
    if (info.volatility == VOLATILITY_STABLE || info.volatility == VOLATILITY_VOLATILE)
        effects_fail(work, "42P17", "functions in index %s must be marked IMMUTABLE", what);
}

static bool is_polymorphic(unsigned type, int version) {
    const struct catalog_type *known = catalog_type_of_id(type, version);

    return known == NULL || known->kind == CATALOG_PSEUDO;
}

/* ResolveOpClass */
void effects_check_opclass(struct effects_work *work, const struct type_use *type,
                           struct node_list opclass, const char *method) {
    int version = work->schema->target;
    unsigned id = type_use_catalog_id(work->schema, type);
    const char *named = node_list_last_string(opclass);
    const struct catalog_opclass *class = named != NULL
                                              ? catalog_opclass(method, named, version)
                                              : catalog_default_opclass(method, id, version);

    if (named != NULL &&
        (opclass.n > 1 || schema_other(work->schema, OBJECT_OPCLASS, (struct name){NULL, named})))
        return;
    if (named != NULL && (class == NULL || !has_extension(work, class->extension))) {
        if (effects_knows_all(work))
            effects_fail(work, "42704",
                         "operator class \"%s\" does not exist for access method \"%s\"", named,
                         method);
    } else if (named == NULL && id != CATALOG_TYPE_none &&
               (class == NULL || !has_extension(work, class->extension)))
        effects_fail(work, "42704",
                     "data type %s has no default operator class for access method \"%s\"",
                     type_use_text(work->arena, work->schema, type), method);
    else if (named != NULL && id != CATALOG_TYPE_none && !is_polymorphic(id, version) &&
             !is_polymorphic(class->type, version) &&
             !catalog_binary_coercible(id, class->type, version))
        effects_fail(work, "42804", "operator class \"%s\" does not accept data type %s", named,
                     type_use_text(work->arena, work->schema, type));
}

/* ComputeIndexAttrs: one key column. */
static void check_key(struct effects_work *work, const struct relation *relation,
                      const struct IndexElem *elem, const char *name) {
    const struct method *method = find_method(name);
    const struct column *column = elem->name != NULL ? relation_column(relation, elem->name) : NULL;
    struct type_use type = {0};

    if (elem->name != NULL && effects_is_system_column(elem->name)) {
        effects_fail(work, "0A000", "index creation on system columns is not supported");
        return;
    }
    if (elem->name != NULL && column == NULL && relation->columns_known)
        effects_fail(work, "42703", "column \"%s\" does not exist", elem->name);
    effects_check_collation_name(work, elem->collation);
    check_immutable(work, relation, elem->expr, "expression");
    if (work->stopped)
        return;
    if (elem->expr != NULL)
        type = analyse(work, relation, elem->expr).type;
    else if (column != NULL)
        type = column->type;
    if (type.name != NULL && elem->collation.n > 0)
        effects_check_collatable(work, &type);
    if (method == NULL || type.name == NULL || work->stopped)
        return;
    effects_check_opclass(work, &type, elem->opclass, name);
    if (!method->ordered && elem->ordering > SORTBY_DEFAULT)
        unable(work, name, "ASC/DESC options");
    if (!method->ordered && elem->nulls_ordering > SORTBY_NULLS_DEFAULT)
        unable(work, name, "NULLS FIRST/LAST options");
}

static void check_included(struct effects_work *work, const struct IndexStmt *index) {
    for (size_t i = 0; i < index->indexIncludingParams.n; i++) {
        const struct IndexElem *elem = node_if(IndexElem, index->indexIncludingParams.v[i]);

        if (elem == NULL)
            continue;
        if (elem->expr != NULL)
            effects_fail(work, "0A000", "expressions are not supported in included columns");
        if (elem->collation.n > 0)
            effects_fail(work, "42P17", "including column does not support a collation");
        if (elem->opclass.n > 0)
            effects_fail(work, "42P17", "including column does not support an operator class");
        if (elem->ordering > SORTBY_DEFAULT)
            effects_fail(work, "42P17", "including column does not support ASC/DESC options");
        if (elem->nulls_ordering > SORTBY_NULLS_DEFAULT)
            effects_fail(work, "42P17",
                         "including column does not support NULLS FIRST/LAST options");
    }
}

void effects_check_index(struct effects_work *work, const struct IndexStmt *index,
                         const struct relation *relation) {
    const char *method = method_name(index);

    check_expressions(work, relation, index);
    if (index->whereClause != NULL && !work->stopped)
        effects_check_expression(work, EXPRESSION_PREDICATE, relation, index->whereClause);
    if (index->indexParams.n + index->indexIncludingParams.n > INDEX_MAX_KEYS)
        effects_fail(work, "54011", "cannot use more than %d columns in an index", INDEX_MAX_KEYS);
    effects_check_tablespace(work, index->tableSpace);
    check_method(work, index, method);
    check_immutable(work, relation, index->whereClause, "predicate");
    effects_check_parameters(work, index->options, OBJ_INDEX, method, PARAMETERS_CHANGE);
    for (size_t i = 0; i < index->indexParams.n && !work->stopped; i++) {
        const struct IndexElem *elem = node_if(IndexElem, index->indexParams.v[i]);

        if (elem != NULL)
            check_key(work, relation, elem, method);
    }
    check_included(work, index);
}
