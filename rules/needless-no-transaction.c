/*
A migration asks to run outside of a transaction, and nothing in it needs that

## Why

With the transaction, a migration that fails leaves nothing behind. Without it, its
first statements stay done, and the tool's own note that it has run is written apart
from them. What refuses a transaction (CONCURRENTLY, VACUUM) has to pay that price; a
CREATE TABLE has not.

## Instead

Leave the directive out.

## Limits

Silent where a statement may have a reason of its own: changes of rows, VALIDATE
CONSTRAINT, REFRESH, DO and CALL, BEGIN of the file's own, a value added to an enum, and
what could not be analysed.

## References

- https://www.postgresql.org/docs/current/tutorial-transactions.html
*/
#include "lint/rule.h"

static const char *consequence(const struct rule_migration *migration) {
    if (migration->statements < 2)
        return "When the tool dies behind it, it is done and not noted as done, and the next try "
               "does it again.";
    if (migration->one_string)
        return "Its statements are sent as one query string, which is one transaction all the "
               "same; only the tool's note that it has run is not in it.";
    return "When one of its statements fails, those before it stay done.";
}

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);

    if (!migration->opted_out || migration->may_need_alone || !migration->changes_schema)
        return;
    rule_report(
        context, 0, NULL,
        (struct rule_text){
            .what = rule_printf(context,
                                "nothing in migration %s needs to run outside of a "
                                "transaction",
                                migration->name),
            .why = consequence(migration),
            .instead = rule_printf(context, "leave out what switches the transaction off (%s)",
                                   migration->opted_out),
            .object_kind = "migration",
            .object_name = migration->name,
        });
}

RULE(needless_no_transaction) = {
    .on_migration_end = check,
    .reports = {{.id = "needless", .tier = TIER_MINOR}},
};
