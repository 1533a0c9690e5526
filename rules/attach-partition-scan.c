/*
A partition is attached while all its rows, or those of the default one, are read

## Why

ATTACH PARTITION takes ACCESS EXCLUSIVE on the new partition, and reads it in full to
test that each row fits the bound; of the default partition likewise, to test that no
row does. Reads and writes of them wait, and every query that has to look into the
default partition. An index of the partitioned table that the new partition lacks is
built under the same lock.

## Instead

A validated CHECK that implies the bound spares the scan. It must exclude NULL too,
unless the key is NOT NULL; NOT VALID proves nothing:

    ALTER TABLE events_2024 ADD CONSTRAINT events_2024_bound
        CHECK (made_at IS NOT NULL AND made_at >= '2024-01-01' AND made_at < '2025-01-01')
        NOT VALID;
    -- in a later migration, while others read and write:
    ALTER TABLE events_2024 VALIDATE CONSTRAINT events_2024_bound;
    -- in a later one:
    ALTER TABLE events ATTACH PARTITION events_2024
        FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    ALTER TABLE events_2024 DROP CONSTRAINT events_2024_bound;

The default partition needs a validated CHECK of the opposite. Build missing indexes
on the new partition beforehand, CONCURRENTLY.

## Limits

Silent for a partition that the same migration makes and leaves empty, where there is
no default partition to be read. Where the history tells too little, the finding says
so; silent then, if the partition has a validated CHECK at all.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION
*/
#include "lint/rule.h"

enum { SCANS, MAY_SCAN };

static bool has_validated_check(const struct relation *table) {
    for (size_t i = 0; table && i < table->constraint_count; i++)
        if (table->constraints[i]->kind == CONSTRAINT_CHECK && table->constraints[i]->validated)
            return true;
    return false;
}

static const char *why_partition(struct rule_context *context, const struct op *op,
                                 const struct rule_attach *attach) {
    if (!attach->reads_partition)
        return "";
    if (attach->proved == KNOWN_YES)
        return rule_printf(context,
                           "A CHECK proves the bound, but an index or a foreign key of %s is "
                           "missing on %s, and is made there now. ",
                           rule_target_name(context, op), attach->partition_name);
    if (rule_bound(op)->strategy == 'h')
        return "The server knows no CHECK that proves a hash bound. ";
    return rule_printf(context, "No validated CHECK of %s proves the bound. ",
                       attach->partition_name);
}

static const char *why_of(struct rule_context *context, const struct op *op,
                          const struct rule_attach *attach) {
    return rule_printf(context,
                       "%s%sEvery row is read under ACCESS EXCLUSIVE, which grows with the table; "
                       "nobody reads or writes it meanwhile.",
                       why_partition(context, op, attach),
                       attach->reads_preset
                           ? rule_printf(context, "No validated CHECK of %s excludes the bound. ",
                                         attach->preset_name)
                           : "");
}

static const char *check_first(struct rule_context *context, const char *table, const char *name,
                               const char *condition) {
    return rule_printf(context,
                       "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID;\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;  -- in a later transaction\n",
                       table, name, condition, table, name);
}

static const char *prepare_partition(struct rule_context *context, const struct op *op,
                                     const struct rule_attach *attach) {
    const char *name = rule_printf(context, "%s_bound", op->other.name);

    if (attach->proved == KNOWN_YES)
        return attach->reads_partition
                   ? rule_printf(context,
                                 "-- first, on %s: each index of %s, CONCURRENTLY, and each "
                                 "foreign key, NOT VALID and then validated\n",
                                 attach->partition_name, rule_target_name(context, op))
                   : "";
    if (rule_bound(op) && rule_bound(op)->strategy == 'h')
        return "-- while the partition is empty:\n";
    return check_first(context, rule_name_as_written(context, op->other), rule_ident(context, name),
                       rule_bound_check(context, op, false));
}

static const char *way_out(struct rule_context *context, const struct op *op,
                           const struct rule_attach *attach) {
    const char *preset = "";

    if (attach->reads_preset)
        preset =
            check_first(context, attach->preset_name,
                        rule_ident(context, rule_printf(context, "%s_excluded", op->other.name)),
                        rule_bound_check(context, op, true));
    return rule_printf(context, "%s%sALTER TABLE %s %s;", prepare_partition(context, op, attach),
                       preset, rule_name_as_written(context, op->target), rule_clause(context, op));
}

static void report_scan(struct rule_context *context, const struct op *op,
                        const struct rule_attach *attach) {
    bool both = attach->reads_partition && attach->reads_preset;

    rule_report(
        context, SCANS, op,
        (struct rule_text){
            .what = rule_printf(context, "attaching %s reads all %s%s%s", attach->partition_name,
                                attach->reads_partition ? "its rows" : "rows of ",
                                both ? " and those of " : "",
                                attach->reads_preset ? attach->preset_name : ""),
            .why = why_of(context, op, attach),
            .instead = way_out(context, op, attach),
        });
}

static void report_doubt(struct rule_context *context, const struct op *op,
                         const struct rule_attach *attach) {
    rule_report(
        context, MAY_SCAN, op,
        (struct rule_text){
            .what = rule_printf(context,
                                "attaching %s reads all its rows, unless a validated CHECK proves "
                                "the bound",
                                attach->partition_name),
            .why = rule_printf(context,
                               "The history does not tell enough of %s. Without such a CHECK every "
                               "row is read under ACCESS EXCLUSIVE: nobody reads or writes it "
                               "meanwhile.",
                               attach->partition && !attach->partition->object.assumed
                                   ? rule_target_name(context, op)
                                   : attach->partition_name),
            .instead = way_out(context, op, attach),
        });
}

static void check(struct rule_context *context, const struct op *op) {
    struct rule_attach attach = rule_attach(context, op);

    if (attach.reads_partition || attach.reads_preset)
        report_scan(context, op, &attach);
    else if (attach.proved == UNKNOWN && !has_validated_check(attach.partition))
        report_doubt(context, op, &attach);
}

RULE(attach_partition_scan) = {
    .ops = {OP_ATTACH_PARTITION},
    .on_op = check,
    .reports = {{.id = "scans", .tier = TIER_MAJOR}, {.id = "may-scan", .tier = TIER_MAJOR}},
};
