/* Types, domains, sequences, extensions, schemas: where they reach tables. */
#include "model/effects_apply.h"
#include "model/effects_query.h"

#include <string.h>

/* --- domains --- */

/* The domain itself, or a domain over it. */
static bool is_of_domain(const struct schema *schema, const struct type_use *use,
                         object_id domain) {
    struct type_use at = *use;
    const struct type *type;

    while ((type = type_use_domain(schema, &at)) != NULL) {
        if (type->object.id == domain)
            return true;
        at = type->base;
    }
    return false;
}

/* find_composite_type_dependencies: such a constraint cannot be tested inside of other types. */
static bool is_inside(struct effects_work *work, const struct relation *relation,
                      const struct column *column, const struct type *domain) {
    if (is_of_domain(work->schema, &column->type, domain->object.id) ||
        !type_use_contains(work->schema, &column->type, domain->object.id))
        return false;
    effects_fail(work, "0A000", "cannot alter type \"%s\" because column \"%s.%s\" uses it",
                 domain->object.name, relation->object.name, column->name);
    return true;
}

static void test_column(struct effects_work *work, const struct effect_row *row,
                        const struct relation *relation, const struct column *column,
                        const struct type *domain, const char *sqlstate) {
    if (is_inside(work, relation, column, domain) ||
        !is_of_domain(work->schema, &column->type, domain->object.id))
        return;
    effects_lock(work, relation, row->users);
    effects_scan(work, relation);
    if (!relation_is_empty(work->schema, relation))
        effects_may_fail(work,
                         arena_printf(work->arena, "a value in %s.%s violates it",
                                      relation->object.name, column->name),
                         sqlstate,
                         "column \"%s\" of table \"%s\" contains values that violate "
                         "the new constraint",
                         column->name, relation->object.name);
}

/* get_rels_with_domain */
static void test_users(struct effects_work *work, const struct effect_row *row,
                       const struct type *domain, const char *sqlstate) {
    struct object_list all = schema_objects(work->schema, work->arena);

    for (size_t i = 0; i < all.n && !work->stopped; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        if (relation == NULL || !effects_has_storage(relation))
            continue;
        for (size_t j = 0; j < relation->column_count && !work->stopped; j++)
            test_column(work, row, relation, &relation->columns[j], domain, sqlstate);
    }
}

static bool is_not_null(const struct op *op) {
    const struct AlterDomainStmt *alter = node_if(AlterDomainStmt, op->node);
    const struct Constraint *constraint =
        alter != NULL ? node_if(Constraint, alter->def) : node_if(Constraint, op->node);

    return constraint != NULL && constraint->contype == CONSTR_NOTNULL;
}

static bool is_not_valid(const struct op *op) {
    const struct AlterDomainStmt *alter = node_if(AlterDomainStmt, op->node);
    const struct Constraint *constraint = alter != NULL ? node_if(Constraint, alter->def) : NULL;

    return op->not_valid || (constraint != NULL && constraint->skip_validation);
}

static void add_constraint(struct effects_work *work, const struct op *op,
                           const struct effect_row *row, const struct type *domain) {
    bool not_null = is_not_null(op);

    if (not_null && is_not_valid(op))
        effects_fail(work, "0A000", "NOT NULL constraints cannot be marked NOT VALID");
    else if (!is_not_valid(op) && !(not_null && domain->not_null))
        test_users(work, row, domain, not_null ? "23502" : "23514");
}

static void alter_domain(struct effects_work *work, const struct op *op,
                         const struct effect_row *row, const struct type *domain) {
    switch (op->kind) {
    case OP_ALTER_DOMAIN_SET_NOT_NULL:
        if (!domain->not_null)
            test_users(work, row, domain, "23502");
        break;
    case OP_ALTER_DOMAIN_ADD_CONSTRAINT:
        add_constraint(work, op, row, domain);
        break;
    case OP_ALTER_DOMAIN_VALIDATE_CONSTRAINT:
        test_users(work, row, domain, "23514"); /* validated already or not */
        break;
    default:
        break;
    }
}

void effect_of_domain(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    const struct type *domain = schema_type(work->schema, op->target);

    if (domain != NULL && domain->object.kind == OBJ_DOMAIN)
        alter_domain(work, op, row, domain);
    else if (row->users != LOCK_NONE)
        effects_unknown(work, "the tables that use domain %s", op->target.name);
}

/* --- enums and composite types --- */

void effect_of_create_type(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

void effect_of_enum_value(struct effects_work *work, const struct op *op,
                          const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

static void change_typed_table(struct effects_work *work, const struct op *op,
                               const struct effect_row *row, const struct relation *table) {
    struct id_list all = effects_all_below(work, table);

    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);
        struct type_change change;

        effects_lock(work, one, row->lock);
        if (op->kind != OP_ALTER_ATTRIBUTE_TYPE)
            continue;
        change = type_change_of(work->arena, work->schema, one, node_as(AlterTableCmd, op->node));
        if (change.rewrite == KNOWN_YES)
            effects_rewrite(work, one);
        else if (change.rewrite == UNKNOWN)
            effects_unknown(work, "%s", change.unknown_why ? change.unknown_why : "the types");
    }
}

/* Tables made OF the type follow with CASCADE (find_typed_table_dependencies), what inherits them too. */
static void typed_tables(struct effects_work *work, const struct op *op,
                         const struct effect_row *row, const struct relation *type) {
    struct object_list all = schema_objects(work->schema, work->arena);

    for (size_t i = 0; i < all.n; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        if (relation == NULL || relation->of_type != type->object.id)
            continue;
        if (!op->cascade) {
            effects_fail(work, "2BP01",
                         "cannot alter type \"%s\" because it is the type of a typed table",
                         type->object.name);
            return;
        }
        change_typed_table(work, op, row, relation);
    }
}

static void check_type_users(struct effects_work *work, const struct relation *type) {
    struct object_list all = schema_objects(work->schema, work->arena);

    for (size_t i = 0; i < all.n && !work->stopped; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        for (size_t j = 0;
             relation != NULL && effects_has_storage(relation) && j < relation->column_count; j++)
            if (type_use_contains(work->schema, &relation->columns[j].type, type->object.id)) {
                effects_fail(work, "0A000",
                             "cannot alter type \"%s\" because column \"%s.%s\" uses it",
                             type->object.name, relation->object.name, relation->columns[j].name);
                return;
            }
    }
}

void effect_of_attribute(struct effects_work *work, const struct op *op,
                         const struct effect_row *row) {
    struct effect_target target = work->target.found
                                      ? work->target
                                      : effects_find(work, op->target, op->missing_ok, "relation");

    if (!target.found)
        return;
    effects_lock_target(work, &target, OBJ_COMPOSITE_TYPE, row->lock);
    if (target.relation == NULL)
        return;
    if (op->kind == OP_ALTER_ATTRIBUTE_TYPE)
        check_type_users(work, target.relation);
    if (!work->stopped)
        typed_tables(work, op, row, target.relation);
}

/* --- sequences --- */

void effect_of_alter_sequence(struct effects_work *work, const struct op *op,
                              const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, op->missing_ok, "relation");

    if (!target.found)
        return;
    if (target.relation != NULL && target.relation->object.kind != OBJ_SEQUENCE) {
        effects_fail(work, "42809", "\"%s\" is not a sequence", target.relation->object.name);
        return;
    }
    effects_lock_target(work, &target, OBJ_SEQUENCE, row->lock);
    effects_owning_table(work, node_as(AlterSeqStmt, op->node)->options, row->other);
}

void effect_of_alter_statistics(struct effects_work *work, const struct op *op,
                                const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

/* --- schemas, extensions, foreign schemas --- */

void effect_of_create_schema(struct effects_work *work, const struct op *op,
                             const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

void effect_of_create_extension(struct effects_work *work, const struct op *op,
                                const struct effect_row *row) {
    (void)row;
    if (schema_other(work->schema, OBJECT_EXTENSION, op->target) == NULL)
        effects_may_fail(work, "its files are not installed", "0A000",
                         "extension \"%s\" is not available", op->target.name);
}

void effect_of_alter_extension(struct effects_work *work, const struct op *op,
                               const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

static const struct node *definition_of(struct effects_work *work, int type, const char *name) {
    const struct other *other =
        name != NULL ? schema_other(work->schema, type, (struct name){NULL, name}) : NULL;

    return other != NULL ? other->definition : NULL;
}

/* A wrapper without a handler can do nothing (GetFdwRoutine). */
void effect_of_import_schema(struct effects_work *work, const struct op *op,
                             const struct effect_row *row) {
    const struct ImportForeignSchemaStmt *import = node_as(ImportForeignSchemaStmt, op->node);
    const struct CreateForeignServerStmt *server = node_if(
        CreateForeignServerStmt, definition_of(work, OBJECT_FOREIGN_SERVER, import->server_name));
    const struct CreateFdwStmt *wrapper =
        server != NULL ? node_if(CreateFdwStmt, definition_of(work, OBJECT_FDW, server->fdwname))
                       : NULL;

    (void)row;
    effects_unknown(work, "what is in the foreign schema");
    if (wrapper == NULL)
        return;
    for (size_t i = 0; i < wrapper->func_options.n; i++) {
        const struct DefElem *option = node_if(DefElem, wrapper->func_options.v[i]);

        if (option != NULL && option->defname != NULL && strcmp(option->defname, "handler") == 0)
            return;
    }
    effects_fail(work, "55000", "foreign-data wrapper \"%s\" has no handler", server->fdwname);
}

/* --- subscriptions, databases --- */

static const struct DefElem *option_named(struct node_list options, const char *name) {
    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);

        if (option != NULL && option->defname != NULL && strcmp(option->defname, name) == 0)
            return option;
    }
    return NULL;
}

static bool is_off(struct node_list options, const char *name) {
    const struct DefElem *option = option_named(options, name);
    const char *word = option != NULL ? node_string(option->arg) : NULL;
    const struct Boolean *boolean = option != NULL ? node_if(Boolean, option->arg) : NULL;
    const struct Integer *number = option != NULL ? node_if(Integer, option->arg) : NULL;

    if (word != NULL)
        return strcmp(word, "false") == 0 || strcmp(word, "off") == 0;
    return (boolean != NULL && !boolean->boolval) || (number != NULL && number->ival == 0);
}

static void alter_subscription(struct effects_work *work,
                               const struct AlterSubscriptionStmt *alter) {
    switch (alter->kind) {
    case ALTER_SUBSCRIPTION_REFRESH:
        effects_refuse_transaction(work, "ALTER SUBSCRIPTION ... REFRESH");
        break;
    case ALTER_SUBSCRIPTION_SET_PUBLICATION:
    case ALTER_SUBSCRIPTION_ADD_PUBLICATION:
    case ALTER_SUBSCRIPTION_DROP_PUBLICATION:
        if (!is_off(alter->options, "refresh"))
            effects_refuse_transaction(work, "ALTER SUBSCRIPTION with refresh");
        break;
    default:
        break;
    }
}

static bool has_no_slot(struct node_list options) {
    const struct DefElem *slot = option_named(options, "slot_name");

    return slot != NULL && node_string(slot->arg) != NULL &&
           strcmp(node_string(slot->arg), "none") == 0;
}

/* The slot's name is the subscription's, whether the slot was made or not. */
static void drop_slot(struct effects_work *work) {
    effects_refuse_transaction(work, "DROP SUBSCRIPTION");
    effects_may_fail(work, "the publisher cannot be reached",
                     work->schema->target >= 14 ? "08006" : "XX000",
                     "could not connect to the publisher");
}

void effect_of_subscription(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    const struct CreateSubscriptionStmt *create = node_if(CreateSubscriptionStmt, op->node);
    const struct AlterSubscriptionStmt *alter = node_if(AlterSubscriptionStmt, op->node);
    const struct other *known = schema_other(work->schema, OBJECT_SUBSCRIPTION, op->target);

    (void)row;
    if (create != NULL && !is_off(create->options, "connect") &&
        !is_off(create->options, "create_slot")) {
        effects_refuse_transaction(work, "CREATE SUBSCRIPTION ... WITH (create_slot = true)");
        effects_may_fail(work, "the publisher cannot be reached",
                         work->schema->target >= 14 ? "08006" : "XX000",
                         "could not connect to the publisher");
    }
    if (alter != NULL)
        alter_subscription(work, alter);
    if (op->kind == OP_DROP_SUBSCRIPTION && known != NULL) {
        create = node_if(CreateSubscriptionStmt, known->definition);
        if (!known->no_slot && (create == NULL || !has_no_slot(create->options)))
            drop_slot(work);
    }
}

/* Databases and tablespaces are made outside of migrations, too. */
void effect_of_cluster_wide(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    (void)row;
    if (op->kind == OP_CREATE_TABLESPACE)
        effects_may_fail(work, "its directory does not exist", "58P01",
                         "directory \"%s\" does not exist",
                         node_as(CreateTableSpaceStmt, op->node)->location);
    else if (op->missing_ok || op->target.name == NULL)
        return;
    else if (op->kind == OP_DROP_TABLESPACE)
        effects_may_fail(work, "there is no such tablespace", "42704",
                         "tablespace \"%s\" does not exist", op->target.name);
    else
        effects_may_fail(work, "there is no such database", "3D000",
                         "database \"%s\" does not exist", op->target.name);
}

void effect_of_alter_database(struct effects_work *work, const struct op *op,
                              const struct effect_row *row) {
    const struct AlterDatabaseStmt *alter = node_if(AlterDatabaseStmt, op->node);

    if (alter != NULL && option_named(alter->options, "tablespace") != NULL)
        effects_refuse_transaction(work, "ALTER DATABASE SET TABLESPACE");
    effect_of_cluster_wide(work, op, row);
}
