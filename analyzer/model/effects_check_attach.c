/* ALTER INDEX ... ATTACH PARTITION (ATExecAttachPartitionIdx). */
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
