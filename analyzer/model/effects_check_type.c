/* Types that a statement names, and columns that are made of them. */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <string.h>

enum {
    MAX_LENGTH = 10 * 1024 * 1024, /* MaxAttrSize */
    MAX_NUMERIC = 1000             /* NUMERIC_MAX_PRECISION, NUMERIC_MAX_SCALE */
};

/* --- modifiers: what the types' typmodin functions refuse --- */

/* numeric_typmod_in: since 15 the scale may be negative, or more than the precision. */
static void check_numeric(struct effects_work *work, const struct type_use *use) {
    int precision = use->typmods[0], scale = use->typmod_count > 1 ? use->typmods[1] : 0;

    if (precision < 1 || precision > MAX_NUMERIC)
        effects_fail(work, "22023", "NUMERIC precision %d must be between 1 and %d", precision,
                     MAX_NUMERIC);
    else if (work->schema->target < 15 && (scale < 0 || scale > precision))
        effects_fail(work, "22023", "NUMERIC scale %d must be between 0 and precision %d", scale,
                     precision);
    else if (scale < -MAX_NUMERIC || scale > MAX_NUMERIC)
        effects_fail(work, "22023", "NUMERIC scale %d must be between %d and %d", scale,
                     -MAX_NUMERIC, MAX_NUMERIC);
}

/* anychar_typmodin, anybit_typmodin */
static void check_length(struct effects_work *work, const struct type_use *use, const char *type,
                         int most) {
    if (use->typmods[0] < 1)
        effects_fail(work, "22023", "length for type %s must be at least 1", type);
    else if (use->typmods[0] > most)
        effects_fail(work, "22023", "length for type %s cannot exceed %d", type, most);
}

static void check_modifiers(struct effects_work *work, const struct type_use *use) {
    static const struct {
        const char *name, *words;
        int most;
    } lengths[] = {
        {"varchar", "varchar", MAX_LENGTH},
        {"bpchar", "char", MAX_LENGTH},
        {"bit", "bit", MAX_LENGTH * 8},
        {"varbit", "varbit", MAX_LENGTH * 8},
    };

    if (strcmp(use->name, "numeric") == 0)
        check_numeric(work, use);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
        if (strcmp(use->name, lengths[i].name) == 0)
            check_length(work, use, lengths[i].words, lengths[i].most);
}

static bool is_constant(const struct node *node) {
    const struct A_Expr *minus = node_if(A_Expr, node);
    const struct A_Const *constant =
        node_if(A_Const, minus != NULL && minus->lexpr == NULL ? minus->rexpr : node);

    return constant != NULL && (constant->ival != NULL || !constant->sval);
}

static bool are_constants(struct node_list typmods) {
    for (size_t i = 0; i < typmods.n; i++)
        if (!is_constant(typmods.v[i]))
            return false;
    return typmods.n > 0;
}

/* typenameTypeMod */
static void check_typmods(struct effects_work *work, const struct TypeName *name,
                          const struct type_use *use) {
    const struct catalog_type *type =
        use->user_type == 0 ? catalog_type(use->name, work->schema->target) : NULL;
    const struct object *user = schema_object(work->schema, use->user_type);

    if (!are_constants(name->typmods))
        return;
    if (type != NULL && type->extension == 0 && (type->flags & CATALOG_TYPMOD))
        check_modifiers(work, use);
    else if ((type != NULL && type->extension == 0) ||
             (user != NULL && user->kind != OBJ_BASE_TYPE && !user->assumed))
        effects_fail(work, "42601", "type modifier is not allowed for type \"%s\"", use->name);
}

/* --- the type itself --- */

static bool type_exists(struct effects_work *work, const struct type_use *use) {
    const struct catalog_type *type;

    if (use->name == NULL || use->user_type != 0)
        return true;
    type = catalog_type(use->name, work->schema->target);
    if (type == NULL)
        return false;
    return type->extension == 0 ||
           schema_other(work->schema, OBJECT_EXTENSION,
                        (struct name){NULL, catalog_extension_name(type->extension)}) != NULL;
}

/* Sequences and indexes have none; before 14 sequences had (heap_create_with_catalog). */
static bool is_without_row_type(struct effects_work *work, const struct type_use *use) {
    const struct relation *relation = schema_relation_by_id(work->schema, use->user_type);

    if (relation == NULL)
        return false;
    return relation->object.kind == OBJ_INDEX || relation->object.kind == OBJ_PARTITIONED_INDEX ||
           (relation->object.kind == OBJ_SEQUENCE && work->schema->target >= 14);
}

static bool is_missing_schema(struct effects_work *work, const char *name) {
    return name != NULL && strncmp(name, "pg_", 3) != 0 &&
           strcmp(name, "information_schema") != 0 &&
           schema_other(work->schema, OBJECT_SCHEMA, (struct name){NULL, name}) == NULL;
}

/* typenameType, LookupExplicitNamespace */
static void check_known(struct effects_work *work, const struct TypeName *name,
                        const struct type_use *use) {
    const char *schema = name->names.n > 1 ? node_string(name->names.v[name->names.n - 2]) : NULL;

    if (is_missing_schema(work, schema))
        effects_fail(work, "3F000", "schema \"%s\" does not exist", schema);
    else if (!type_exists(work, use) || is_without_row_type(work, use))
        effects_fail(work, "42704", "type \"%s\" does not exist",
                     node_list_last_string(name->names));
    else if (type_use_is_shell(work->schema, use))
        effects_fail(work, "42704", "type \"%s\" is only a shell", use->name);
}

void effects_check_type(struct effects_work *work, const struct TypeName *name) {
    struct type_use use;

    if (name == NULL || name->pct_type)
        return;
    use = type_use_of(work->schema, name);
    if (effects_knows_all(work))
        check_known(work, name, &use);
    if (use.name != NULL && !work->stopped)
        check_typmods(work, name, &use);
}

/* --- as the type of a column --- */

static const struct catalog_type *built_in(struct effects_work *work, const struct type_use *use) {
    return catalog_type_of_id(type_use_catalog_id(work->schema, use), work->schema->target);
}

/* CheckAttributeType: of arrays, their elements too. */
static bool is_pseudo(struct effects_work *work, const struct type_use *use) {
    const struct catalog_type *type = use->user_type == 0 && use->name != NULL
                                          ? catalog_type(use->name, work->schema->target)
                                          : NULL;

    return type != NULL && type->extension == 0 && type->kind == CATALOG_PSEUDO &&
           (use->array_dimensions == 0 || type->array != CATALOG_TYPE_none);
}

void effects_check_collatable(struct effects_work *work, const struct type_use *use) {
    struct type_use base = type_use_base(work->schema, use);
    const struct object *user = schema_object(work->schema, base.user_type);
    const struct catalog_type *type = base.user_type == 0 && base.name != NULL
                                          ? catalog_type(base.name, work->schema->target)
                                          : NULL;

    if (type != NULL ? type->extension == 0 && !(type->flags & CATALOG_COLLATABLE)
                     : user != NULL && user->kind != OBJ_BASE_TYPE && !user->assumed)
        effects_fail(work, "42804", "collations are not supported by type %s",
                     type_use_text(work->arena, work->schema, use));
}

/* Collations of the server's own; others come with the system's libraries, or not. */
static bool collation_is_known(struct effects_work *work, struct node_list names) {
    static const char *const own[] = {"default", "C", "POSIX", "ucs_basic"};
    const char *name = node_list_last_string(names);
    struct name full = {names.n > 1 ? node_string(names.v[names.n - 2]) : NULL, name};

    for (size_t i = 0; name != NULL && i < sizeof(own) / sizeof(*own); i++)
        if (strcmp(name, own[i]) == 0)
            return true;
    return name == NULL || schema_other(work->schema, OBJECT_COLLATION, full) != NULL;
}

void effects_check_collation_name(struct effects_work *work, struct node_list names) {
    if (!collation_is_known(work, names))
        effects_may_fail(work, "the server has no such collation", "42704",
                         "collation \"%s\" for encoding \"UTF8\" does not exist",
                         node_list_last_string(names));
}

void effects_check_collation(struct effects_work *work, const struct CollateClause *clause) {
    if (clause != NULL)
        effects_check_collation_name(work, clause->collname);
}

static bool is_one_of(const char *word, const char *const *words) {
    for (; *words != NULL; words++)
        if (ascii_case_equal(word, *words))
            return true;
    return false;
}

/* GetAttributeStorage: types of a fixed length are never stored elsewhere. */
void effects_check_storage(struct effects_work *work, const char *wanted,
                           const struct type_use *use) {
    static const char *const words[] = {"plain", "external", "extended", "main", "default", NULL};
    const struct catalog_type *type = built_in(work, use);

    if (!is_one_of(wanted, words))
        effects_fail(work, "22023", "invalid storage type \"%s\"", wanted);
    else if (type != NULL && type->storage == 'p' && !ascii_case_equal(wanted, "plain") &&
             !ascii_case_equal(wanted, "default"))
        effects_fail(work, "0A000", "column data type %s can only have storage PLAIN",
                     type_use_text(work->arena, work->schema, use));
}

/* GetAttributeCompression */
void effects_check_compression(struct effects_work *work, const char *wanted,
                               const struct type_use *use) {
    static const char *const words[] = {"pglz", "lz4", NULL};
    const struct catalog_type *type = built_in(work, use);

    if (ascii_case_equal(wanted, "default"))
        return;
    if (type != NULL && type->storage == 'p')
        effects_fail(work, "0A000", "column data type %s does not support compression",
                     type_use_text(work->arena, work->schema, use));
    else if (!is_one_of(wanted, words))
        effects_fail(work, "22023", "invalid compression method \"%s\"", wanted);
}

/* BuildDescForRelation, CheckAttributeType */
void effects_check_column_type(struct effects_work *work, const struct ColumnDef *def) {
    struct type_use use = type_use_of(work->schema, def->typeName);

    if (def->typeName == NULL)
        return;
    effects_check_type(work, def->typeName);
    effects_check_collation(work, def->collClause);
    if (work->stopped)
        return;
    if (is_pseudo(work, &use))
        effects_fail(work, "42P16", "column \"%s\" has pseudo-type %s", def->colname,
                     type_use_text(work->arena, work->schema, &use));
    if (def->collClause != NULL && !work->stopped)
        effects_check_collatable(work, &use);
    if (def->compression != NULL && !work->stopped)
        effects_check_compression(work, def->compression, &use);
    if (def->storage_name != NULL && !work->stopped)
        effects_check_storage(work, def->storage_name, &use);
}
