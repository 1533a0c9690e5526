/* Comments of what both have. */
#include "model/inverse_work.h"

#include <string.h>

static void end_comment(struct inverse_work *work, const char *comment) {
    print(&work->then, " IS ");
    if (comment)
        print_literal(&work->then, comment);
    else
        print(&work->then, "NULL");
    print(&work->then, ";\n");
}

static void comment_on_object(struct inverse_work *work, const struct changed *changed) {
    const struct object *then = changed->then;
    const char *kind = object_sql_kind(then);

    if (inverse_same_text(changed->now->comment, then->comment))
        return;
    if (!kind) {
        inverse_obstacle(work, "what %s is, whose comment was another one, is not known",
                         then->name);
        return;
    }
    print(&work->then, "COMMENT ON %s ", kind);
    print_object_name(&work->then, then);
    if (object_is_function(then))
        print_arguments(&work->then, then);
    end_comment(work, then->comment);
}

static void comment_on_columns(struct inverse_work *work, const struct relation *now,
                               const struct relation *then) {
    for (size_t i = 0; i < then->column_count; i++) {
        const struct column *column = &then->columns[i];
        const struct column *there = relation_column_by_number(now, column->number);
        if (inverse_same_text(there ? there->comment : NULL, column->comment))
            continue;
        print(&work->then, "COMMENT ON COLUMN ");
        print_object_name(&work->then, &then->object);
        print(&work->then, ".");
        print_name(&work->then, column->name);
        end_comment(work, column->comment);
    }
}

static void comment_on_part(struct inverse_work *work, const struct relation *then,
                            const char *kind, const char *name, const char *comment) {
    print(&work->then, "COMMENT ON %s ", kind);
    print_name(&work->then, name);
    print(&work->then, " ON ");
    print_object_name(&work->then, &then->object);
    end_comment(work, comment);
}

static void comment_on_constraints(struct inverse_work *work, const struct relation *now,
                                   const struct relation *then) {
    for (size_t i = 0; i < then->constraint_count; i++) {
        const struct constraint *constraint = then->constraints[i];
        const struct constraint *there = relation_constraint_by_id(now, constraint->id);
        if (there && !inverse_constraint_is_made_anew(there, constraint) &&
            !inverse_same_text(there->comment, constraint->comment))
            comment_on_part(work, then, "CONSTRAINT", constraint->name, constraint->comment);
    }
}

#define COMMENT_ON_ALL(plural, singular, kind)                                                     \
    for (size_t i = 0; i < now->singular##_count; i++)                                             \
        for (size_t j = 0; j < then->singular##_count; j++)                                        \
            if (now->plural[i]->id == then->plural[j]->id &&                                       \
                now->plural[i]->source == then->plural[j]->source &&                               \
                !inverse_same_text(now->plural[i]->comment, then->plural[j]->comment))             \
    comment_on_part(work, then, kind, then->plural[j]->name, then->plural[j]->comment)

static void comment_on_parts(struct inverse_work *work, const struct relation *now,
                             const struct relation *then) {
    comment_on_columns(work, now, then);
    comment_on_constraints(work, now, then);
    COMMENT_ON_ALL(triggers, trigger, "TRIGGER");
    COMMENT_ON_ALL(policies, policy, "POLICY");
    COMMENT_ON_ALL(rules, rule, "RULE");
}

void inverse_comments(struct inverse_work *work) {
    for (size_t i = 0; i < work->changed_count; i++) {
        comment_on_object(work, &work->changed[i]);
        if (object_is_relation(work->changed[i].now))
            comment_on_parts(work, INVERSE_AS(relation, work->changed[i].now),
                             INVERSE_AS(relation, work->changed[i].then));
    }
}
