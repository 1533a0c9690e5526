/*
A table is dropped, with all its rows, while something may still use it

## Why

Every query of the running release on the table fails from the commit on, and the rows
are gone for good. The drop takes ACCESS EXCLUSIVE on the table, and on every table
that it references by a foreign key.

## Instead

Stop using the table in one release. In the next, rename it (`wishlists_deprecated`),
so that whoever still asks for it is heard and can be helped within seconds. When all
has been quiet, back it up and drop it in a migration of its own.

## Limits

Silent for tables that the same migration makes, for temporary and foreign tables, for
a table that an earlier migration renamed to `..._deprecated`, and for IF EXISTS of a
table that a complete history never made.

## References

- https://www.postgresql.org/docs/current/sql-droptable.html
*/
#include "lint/rule.h"

#include <string.h>

static bool has_suffix(const char *name, const char *suffix) {
    size_t n = strlen(name), m = strlen(suffix);

    return n > m && strcmp(name + n - m, suffix) == 0;
}

/* Renamed out of the way, and not just now. */
static bool is_deprecated(struct rule_context *context, const struct op *op) {
    struct unit_ops unit = rule_ops_about(context, op->target.name);

    if (!has_suffix(op->target.name, "_deprecated"))
        return false;
    for (size_t i = 0; i < unit.n; i++)
        if (unit.v[i]->kind == OP_RENAME_TABLE && unit.v[i]->new_name &&
            strcmp(unit.v[i]->new_name, op->target.name) == 0)
            return false;
    return true;
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    if (rule_target_is_new(context, op) || rule_does_nothing(context, op) ||
        is_deprecated(context, op))
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "dropping %s breaks what still uses it, and its rows are "
                                        "gone",
                                        table),
                    .why = "Every query of the running release on it fails from the commit on, and "
                           "no rollback of the release brings the rows back.",
                    .instead = rule_printf(context,
                                           "ALTER TABLE %s RENAME TO %s;\n"
                                           "-- once no release uses it; drop it in a later "
                                           "migration, after a backup",
                                           rule_name_as_written(context, op->target),
                                           rule_ident(context, rule_printf(context, "%s_deprecated",
                                                                           op->target.name))),
                });
}

RULE(drop_table) = {
    .ops = {OP_DROP_TABLE},
    .on_op = check,
    .reports = {{.id = "data-loss", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:ban-drop-table"},
};
