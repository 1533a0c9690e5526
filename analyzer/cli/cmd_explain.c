#include "cli/cli.h"
#include "lint/lint.h"
#include "model/lock.h"
#include "write/wrap.h"

#include "base/ascii.h"

#include <string.h>

static const char *bold(const struct cli *cli, bool on) {
    return cli->color ? on ? "\033[1m" : "\033[0m" : "";
}

/* The documentation is Markdown that reads well as it is; headings get weight on a terminal. */
static void print_doc(const struct cli *cli, struct buf *out, const char *doc) {
    while (*doc) {
        size_t n = strcspn(doc, "\n");
        bool heading = ascii_starts_with(doc, "## ");
        if (heading)
            buf_puts(out, bold(cli, true));
        buf_add(out, doc, n);
        if (heading)
            buf_puts(out, bold(cli, false));
        buf_putc(out, '\n');
        doc += n + (doc[n] == '\n');
    }
}

static void print_tiers(struct buf *out, const struct rule *rule) {
    enum { REPORTS = sizeof(rule->reports) / sizeof(rule->reports[0]) };
    enum tier last = 0;

    for (size_t i = 0; i < REPORTS && rule->reports[i].id; i++) {
        if (rule->reports[i].tier != last)
            buf_printf(out, "%s%s", last ? " or " : "", tier_name(rule->reports[i].tier));
        last = rule->reports[i].tier;
    }
}

static void explain_rule(const struct cli *cli, struct buf *out, const struct rule_entry *entry) {
    const struct rule *rule = entry->rule;

    buf_printf(out, "%s%s%s (", bold(cli, true), entry->name, bold(cli, false));
    print_tiers(out, rule);
    if (rule->pack)
        buf_printf(out, "; in the pack %s", rule->pack);
    else if (rule->by_default != RULE_ON)
        buf_puts(out, "; off by default");
    buf_puts(out, ")\n\n");
    print_doc(cli, out, entry->doc);
    buf_printf(out, "\nTo accept one finding: -- migvet:ignore %s reason: ...\n", entry->name);
}

/* title: of LIST_INDENT columns. */
enum { LIST_INDENT = 16, LIST_WIDTH = 80 };

static void put_list(struct buf *out, const char *title, const char *list) {
    buf_puts(out, title);
    wrap_prose(out, list, (struct wrap){LIST_INDENT, LIST_WIDTH});
}

static void list_modes(struct buf *out, const char *title, enum lock_mode mode, bool conflicting) {
    struct buf list = BUF_INIT;

    for (enum lock_mode other = LOCK_ACCESS_SHARE; other < LOCK_MODES; other++)
        if (lock_conflicts(mode, other) == conflicting)
            buf_printf(&list, "%s%s", list.n ? ", " : "", lock_mode_name(other));
    put_list(out, title, list.n ? buf_str(&list) : "nothing");
    buf_release(&list);
}

static const char *lock_taken_by(enum lock_mode mode) {
    static const char *const taken[LOCK_MODES] = {
        [LOCK_ACCESS_SHARE] = "SELECT",
        [LOCK_ROW_SHARE] = "SELECT ... FOR UPDATE, FOR SHARE and the like; the referenced table of "
                           "VALIDATE CONSTRAINT",
        [LOCK_ROW_EXCLUSIVE] = "INSERT, UPDATE, DELETE, MERGE, COPY FROM",
        [LOCK_SHARE_UPDATE_EXCLUSIVE] =
            "VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY, REINDEX CONCURRENTLY, VALIDATE "
            "CONSTRAINT, ATTACH PARTITION (the parent), SET STATISTICS, COMMENT",
        [LOCK_SHARE] = "CREATE INDEX, REINDEX (the table), ALTER DOMAIN ADD CONSTRAINT (every "
                       "table that uses it)",
        [LOCK_SHARE_ROW_EXCLUSIVE] =
            "ADD FOREIGN KEY (both tables), CREATE TABLE ... REFERENCES (the referenced table), "
            "CREATE TRIGGER, ENABLE and DISABLE TRIGGER",
        [LOCK_EXCLUSIVE] = "REFRESH MATERIALIZED VIEW CONCURRENTLY",
        [LOCK_ACCESS_EXCLUSIVE] =
            "most of ALTER TABLE, DROP TABLE, TRUNCATE, DROP INDEX, VACUUM FULL, CLUSTER, REFRESH "
            "MATERIALIZED VIEW, RENAME, LOCK TABLE",
    };

    return taken[mode];
}

static void explain_lock(const struct cli *cli, struct buf *out, enum lock_mode mode) {
    buf_printf(out, "%s%s%s (a table-level lock mode) %s.\n\n", bold(cli, true),
               lock_mode_name(mode), bold(cli, false), lock_blocks_what(mode));
    list_modes(out, "Conflicts with: ", mode, true);
    list_modes(out, "Goes with:      ", mode, false);
    put_list(out, "Taken by:       ", lock_taken_by(mode));
    buf_putc(out, '\n');
    wrap_prose(out,
               "A lock is held until its transaction ends. A request that has to wait makes every "
               "later conflicting request wait behind it: one slow SELECT, then an ALTER TABLE "
               "that waits for it, then every query on the table. Set lock_timeout.",
               (struct wrap){0, LIST_WIDTH});
}

void command_explain(struct cli *cli, struct outcome *outcome) {
    const struct options *options = cli->options;
    const struct rule_entry *entry;
    enum lock_mode mode;
    const char *nearest;

    if (options->paths.n != 1) {
        usage_error(outcome, "explain wants one rule or lock mode: migvet explain drop-column");
        return;
    }
    entry = lint_rule(options->paths.v[0]);
    mode = lock_mode_from_name(options->paths.v[0]);
    if (entry) {
        explain_rule(cli, &outcome->out, entry);
    } else if (mode) {
        explain_lock(cli, &outcome->out, mode);
    } else {
        nearest = lint_nearest_rule(options->paths.v[0]);
        usage_error(outcome, "no rule or lock mode is called \"%s\"%s%s%s", options->paths.v[0],
                    nearest ? "; did you mean \"" : "; see migvet rules", nearest ? nearest : "",
                    nearest ? "\"?" : "");
    }
}
