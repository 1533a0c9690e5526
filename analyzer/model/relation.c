/* Looking into a relation. */
#include "model/schema.h"

#include <string.h>

const struct column *relation_column(const struct relation *relation, const char *name) {
    for (size_t i = 0; relation && name && i < relation->column_count; i++)
        if (strcmp(relation->columns[i].name, name) == 0)
            return &relation->columns[i];
    return NULL;
}

bool name_list_same(const struct name_list *a, const struct name_list *b) {
    for (size_t i = 0; a->n == b->n && i < a->n; i++)
        if (strcmp(a->v[i], b->v[i]) != 0)
            return false;
    return a->n == b->n;
}

bool relation_other_parent_has(const struct schema *schema, const struct relation *child,
                               const struct relation *parent, const char *column) {
    for (size_t i = 0; i < child->parents.n; i++) {
        const struct relation *other = schema_relation_by_id(schema, child->parents.v[i]);

        if (other && other->object.id != parent->object.id && relation_column(other, column))
            return true;
    }
    return false;
}

const struct column *relation_column_by_number(const struct relation *relation, unsigned number) {
    for (size_t i = 0; relation && i < relation->column_count; i++)
        if (relation->columns[i].number == number)
            return &relation->columns[i];
    return NULL;
}

const struct constraint *relation_constraint(const struct relation *relation, const char *name) {
    for (size_t i = 0; relation && name && i < relation->constraint_count; i++)
        if (strcmp(relation->constraints[i]->name, name) == 0)
            return relation->constraints[i];
    return NULL;
}

const struct constraint *relation_constraint_by_id(const struct relation *relation, object_id id) {
    for (size_t i = 0; relation && i < relation->constraint_count; i++)
        if (relation->constraints[i]->id == id)
            return relation->constraints[i];
    return NULL;
}

const struct constraint *relation_primary_key(const struct relation *relation) {
    for (size_t i = 0; relation && i < relation->constraint_count; i++)
        if (relation->constraints[i]->kind == CONSTRAINT_PRIMARY_KEY)
            return relation->constraints[i];
    return NULL;
}
