/*
A domain's new constraint scans every table that uses it, and blocks their writes

## Why

ALTER DOMAIN ... ADD CONSTRAINT and SET NOT NULL test all stored values: every table
with a column of the domain, or of a domain over it, is read in full under a SHARE
lock, one after the other, and all locks are kept until the transaction ends. Reads go
on; every INSERT, UPDATE and DELETE on any of these tables waits.

## Instead

Add it NOT VALID: new values are tested from then on, and no table is locked or read.
Let each table prove its old values by a CHECK of its own, NOT VALID and then
validated, which lets writes go on. VALIDATE CONSTRAINT of the domain itself reads all
tables under SHARE again: keep it for a quiet hour, or leave it out.

    ALTER DOMAIN email ADD CONSTRAINT email_has_at CHECK (VALUE LIKE '%@%') NOT VALID;

For NOT NULL, which cannot be NOT VALID, that is CHECK (VALUE IS NOT NULL).

## Limits

Silent for a domain that the history makes and uses nowhere, and where only tables use
it that the same migration makes and leaves empty. Where no file makes the domain, the
finding says so.

## References

- https://www.postgresql.org/docs/current/sql-alterdomain.html
*/
#include "lint/rule.h"

enum { SCANS, MAY_SCAN };
enum { MOST_NAMED = 4 };

/* "public.a, public.b and 3 more", of those that somebody can wait for; NULL: none. */
static const char *waited_for(struct rule_context *context, const struct op *op) {
    const struct effects *effects = rule_effects(context, op);
    const char *list = NULL;
    size_t n = 0;

    for (size_t i = 0; i < effects->scans.n; i++) {
        const struct op table = {.kind = op->kind, .target = effects->scans.v[i]};
        if (rule_target_is_harmless(context, &table) || n++ >= MOST_NAMED)
            continue;
        list = rule_printf(context, "%s%s%s", list ? list : "", list ? ", " : "",
                           rule_target_name(context, &table));
    }
    return n > MOST_NAMED ? rule_printf(context, "%s and %zu more", list, n - MOST_NAMED) : list;
}

static const char *way_out(struct rule_context *context, const struct op *op) {
    const char *domain = rule_name_as_written(context, op->target);
    const struct AlterDomainStmt *alter = node_if(AlterDomainStmt, op->node);
    const struct Constraint *constraint = alter ? node_if(Constraint, alter->def) : NULL;

    if (!constraint || constraint->contype == CONSTR_NOTNULL)
        return rule_printf(
            context,
            "ALTER DOMAIN %s ADD CONSTRAINT %s CHECK (VALUE IS NOT NULL) NOT "
            "VALID;\n-- and for the old values a CHECK of each table, NOT VALID and "
            "then validated",
            domain, rule_ident(context, rule_printf(context, "%s_not_null", op->target.name)));
    return rule_printf(context,
                       "%s NOT VALID;\n-- and for the old values a CHECK of each table, NOT VALID "
                       "and then validated",
                       rule_sql(context, op));
}

static void report(struct rule_context *context, const struct op *op, const char *tables) {
    const char *domain = rule_target_name(context, op);
    const char *action =
        op->kind == OP_ALTER_DOMAIN_SET_NOT_NULL ? "SET NOT NULL" : "the new constraint";

    rule_report(
        context, tables ? SCANS : MAY_SCAN, op,
        (struct rule_text){
            .what = tables ? rule_printf(context,
                                         "%s of domain %s blocks writes to %s while all "
                                         "rows are read",
                                         action, domain, tables)
                           : rule_printf(context,
                                         "%s of domain %s blocks writes to every table "
                                         "that uses it",
                                         action, domain),
            .why = tables ? "A SHARE lock on each table is held until all of them have been read "
                            "(and, in a transaction, until it ends); every INSERT, UPDATE and "
                            "DELETE waits."
                          : "No file of the history makes the domain. Each table with a column of "
                            "it is read under a SHARE lock, kept until all have been read; every "
                            "INSERT, UPDATE and DELETE waits.",
            .instead = way_out(context, op),
            .object_kind = "domain",
            .object_name = domain,
        });
}

static void check(struct rule_context *context, const struct op *op) {
    const struct effects *effects = rule_effects(context, op);
    const struct type *domain = schema_type(rule_schema(context), op->target);
    const char *tables = waited_for(context, op);

    if (tables || (!domain && effects->unknown.n))
        report(context, op, tables);
}

RULE(domain_constraint_scan) = {
    .ops = {OP_ALTER_DOMAIN_ADD_CONSTRAINT, OP_ALTER_DOMAIN_SET_NOT_NULL},
    .on_op = check,
    .reports = {{.id = "scans", .tier = TIER_MAJOR}, {.id = "may-scan", .tier = TIER_MAJOR}},
    .foreign_names = {"squawk:ban-alter-domain-with-add-constraint"},
};
