/*
A migration has a down, but a step of it cannot be taken back, and no note says so

## Why

Who rolls back relies on the down: it is there, so it brings back what was. But rows
that were deleted, values of a dropped column or table, and an enum without its new
value do not come back, whatever the down says. That is better known before than found
out.

## Instead

Say so, in the up or in the down, with what has to be done instead:

    -- migvet:irreversible the values of users.city are in the backup of the day

or keep the data until the release can no longer be rolled back, and drop them then,
in a migration of its own.

## Limits

Silent where there is no down at all (`missing-down` tells that), where the framework
has none, about tables that are made in the same migration, and about tables that the
down writes rows to: that may bring them back. What an UPDATE overwrites is not
counted.

## References

- https://www.postgresql.org/docs/current/sql-altertype.html
*/
#include "lint/rule.h"

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);
    struct rule_losses losses;

    if (!migration->has_down || !migration->downs_expected || migration->irreversible)
        return;
    losses = rule_lost_by_up(context);
    if (!losses.n)
        return;
    rule_report(context, 0, losses.v[0].op,
                (struct rule_text){
                    .what = rule_printf(context, "no down brings back %s%s", losses.v[0].what,
                                        losses.n > 1 ? rule_printf(context,
                                                                   ", and %zu more of this "
                                                                   "migration",
                                                                   losses.n - 1)
                                                     : ""),
                    .why = "The migration has a down, and who runs it will believe that all is as "
                           "before.",
                    .instead = "say in the up or the down what is lost, and what is to be done "
                               "then:\n-- migvet:irreversible ...",
                    .own_locks_mislead = true,
                });
}

RULE(irreversible_step) = {
    .on_migration_end = check,
    .reports = {{.id = "lost", .tier = TIER_MINOR}},
};
