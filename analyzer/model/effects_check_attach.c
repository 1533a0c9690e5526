/* What becomes a part of something else: ATTACH PARTITION of tables and indexes, INHERIT. */
#include "model/effects_check.h"
#include "model/same_index.h"

#include <string.h>

/* refuseDupeIndexAttach */
static bool has_part_on(struct effects_work *work, const struct relation *index, object_id table) {
    for (size_t i = 0; i < index->children.n; i++) {
        const struct relation *part = effects_relation(work, index->children.v[i]);

        if (part != NULL && part->table == table)
            return true;
    }
    return false;
}

static bool is_on_partition(struct effects_work *work, const struct relation *index,
                            const struct relation *part) {
    const struct relation *table = effects_relation(work, part->table);

    return table == NULL || table->object.assumed ||
           (table->partition_bound != NULL && table->parents.n > 0 &&
            table->parents.v[0] == index->table);
}

/* Expressions may mean the same though they are not written the same. */
static bool has_expressions(const struct relation *index) {
    for (size_t i = 0; i < index->index_column_count; i++)
        if (index->index_columns[i].expr != NULL)
            return true;
    return index->predicate != NULL;
}

static bool already_attached(const struct relation *index, const struct relation *part) {
    for (size_t i = 0; i < part->parents.n; i++)
        if (part->parents.v[i] == index->object.id)
            return true;
    return false;
}

void effects_check_index_part(struct effects_work *work, const struct relation *index,
                              const struct relation *part) {
    const char *name = part->object.name, *of = index->object.name;

    if (!effects_may_be(part, INDEXES))
        effects_fail(work, "42P17", "\"%s\" is not an index", name);
    else if (index->object.assumed || part->object.assumed || already_attached(index, part))
        return;
    else if (part->parents.n > 0 || !is_on_partition(work, index, part))
        effects_fail(work, "55000", "cannot attach index \"%s\" as a partition of index \"%s\"",
                     name, of);
    else if (has_part_on(work, index, part->table))
        effects_fail(work, "55000",
                     "cannot attach index \"%s\" as a partition of index \"%s\": another index is "
                     "already attached for the partition",
                     name, of);
    else if (!has_expressions(index) && !has_expressions(part) && !same_index(index, part))
        effects_fail(
            work, "42P17",
            "cannot attach index \"%s\" as a partition of index \"%s\": the definitions do "
            "not match",
            name, of);
}

/* --- tables --- */

/* ATExecAttachPartition: before anything of the two is compared. */
static void check_state(struct effects_work *work, const struct relation *child) {
    const char *name = child->object.name;

    if (child->partition_bound != NULL)
        return; /* told by the replay */
    if (child->of_type != 0)
        effects_fail(work, "42809", "cannot attach a typed table as partition");
    else if (child->parents.n > 0)
        effects_fail(work, "42809", "cannot attach inheritance child as partition");
    else if (child->children.n > 0 && child->object.kind != OBJ_PARTITIONED_TABLE)
        effects_fail(work, "42809", "cannot attach inheritance parent as partition");
    for (size_t i = 0; work->schema->target >= 17 && i < child->column_count && !work->stopped; i++)
        if (child->columns[i].identity != '\0')
            effects_fail(work, "55000",
                         "table \"%s\" being attached contains an identity column \"%s\"", name,
                         child->columns[i].name);
}

static bool same_collation(const char *a, const char *b) {
    return strcmp(a != NULL ? a : "default", b != NULL ? b : "default") == 0;
}

/* MergeAttributesIntoExisting */
static void compare_columns(struct effects_work *work, const struct relation *child,
                            const struct column *column) {
    const struct column *own = relation_column(child, column->name);

    if (own == NULL || type_use_same(&own->type, &column->type) != KNOWN_YES)
        return;
    if (!same_collation(own->collation, column->collation))
        effects_fail(work, "42P21", "child table \"%s\" has different collation for column \"%s\"",
                     child->object.name, own->name);
    else if (column->generated != GENERATED_NOT && own->generated == GENERATED_NOT)
        effects_fail(work, "42804", "column \"%s\" in child table must be a generated column",
                     own->name);
    else if (column->generated == GENERATED_NOT && own->generated != GENERATED_NOT)
        effects_fail(work, "42804", "column \"%s\" in child table must not be a generated column",
                     own->name);
}

/* MergeConstraintsIntoExisting */
static void compare_checks(struct effects_work *work, const struct relation *child,
                           const struct constraint *wanted) {
    const struct constraint *own = relation_constraint(child, wanted->name);

    if (wanted->kind != CONSTRAINT_CHECK || wanted->no_inherit || own == NULL ||
        own->kind != CONSTRAINT_CHECK)
        return;
    if (effects_checks_differ(work, own->expr, wanted->expr))
        effects_fail(work, "42804",
                     "child table \"%s\" has different definition for check constraint \"%s\"",
                     child->object.name, own->name);
    else if (own->no_inherit)
        effects_fail(
            work, "42P17",
            "constraint \"%s\" conflicts with non-inherited constraint on child table \"%s\"",
            own->name, child->object.name);
    else if (wanted->validated && !own->validated && own->enforced)
        effects_fail(work, "42P17",
                     "constraint \"%s\" conflicts with NOT VALID constraint on child table \"%s\"",
                     own->name, child->object.name);
}

void effects_check_joined(struct effects_work *work, const struct relation *parent,
                          const struct relation *child, bool attached) {
    if (parent->object.assumed || child->object.assumed || work->stopped)
        return;
    if (!effects_may_be(child, TABLES | KIND(OBJ_FOREIGN_TABLE)) ||
        !effects_may_be(parent, TABLES | KIND(OBJ_FOREIGN_TABLE)))
        effects_fail(work, "42809", "\"%s\" is not a table or foreign table",
                     attached ? child->object.name : parent->object.name);
    else if (attached)
        check_state(work, child);
    for (size_t i = 0; i < parent->column_count && !work->stopped; i++)
        compare_columns(work, child, &parent->columns[i]);
    for (size_t i = 0; i < parent->constraint_count && !work->stopped; i++)
        compare_checks(work, child, parent->constraints[i]);
}

static bool has_same_columns(const struct relation *parent, const struct relation *child) {
    for (size_t i = 0; i < parent->column_count; i++)
        if (relation_column(child, parent->columns[i].name) == NULL)
            return false;
    return parent->column_count == child->column_count;
}

/* AttachPartitionEnsureIndexes: what the parent's indexes would have to be on the partition. */
void effects_check_attached_indexes(struct effects_work *work, const struct relation *parent,
                                    const struct relation *child) {
    const struct constraint *wanted = relation_primary_key(parent);
    const struct constraint *own = relation_primary_key(child);
    bool same = wanted != NULL && own != NULL && wanted->columns.n == own->columns.n;

    if (!has_same_columns(parent, child))
        return; /* told by the replay */
    for (size_t i = 0; same && i < wanted->columns.n; i++)
        same = strcmp(wanted->columns.v[i], own->columns.v[i]) == 0;
    if (wanted != NULL && own != NULL && !same && !parent->object.assumed)
        effects_fail(work, "42P16", "multiple primary keys for table \"%s\" are not allowed",
                     child->object.name);
    for (size_t i = 0; child->object.kind == OBJ_FOREIGN_TABLE && i < parent->indexes.n; i++) {
        const struct relation *index = effects_relation(work, parent->indexes.v[i]);

        if (index != NULL && index->unique)
            effects_fail(
                work, "42809",
                "cannot attach foreign table \"%s\" as partition of partitioned table \"%s\"",
                child->object.name, parent->object.name);
    }
}
