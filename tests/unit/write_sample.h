/*
 * Reports for the tests of the writers, made by hand: a believable one, and one in which every string is
 * what an attacker chose.
 */
#ifndef TESTS_WRITE_SAMPLE_H
#define TESTS_WRITE_SAMPLE_H

#include "write/write.h"

#include <string.h>

static const char sample_sql[] =
    "-- what marketing asked for\n"
    "SET lock_timeout = '2s';\n"
    "ALTER TABLE users DROP COLUMN email, ALTER COLUMN id TYPE bigint;\n"
    "CREATE INDEX orders_customer_idx ON orders (customer_id);\n"
    "\tDROP TABLE carts, wishes;\n"
    "ALTER TABEL users ADD x int;\n"
    "DO $$ BEGIN EXECUTE 'DROP TABLE x'; END $$;\n"
    "ALTER TABLE orders_archive ADD COLUMN placed_at timestamptz NOT NULL DEFAULT now(), ADD "
    "COLUMN "
    "note text NOT NULL DEFAULT gen_random_uuid()::text, ADD COLUMN total numeric(12, 2) NOT NULL "
    "DEFAULT 0;\n"
    "UPDATE \xE9\xA1\xBE\xE5\xAE\xA2 SET \xD0\xB8\xD0\xBC\xD1\x8F = '\xF0\x9F\x98\x80' || x;\n"
    "ALTER TABLE users\n"
    "    DROP COLUMN phone;\n";

/* A finding about the first occurrence of some words of the file. */
static inline struct finding sample_finding(const struct file *file, const char *words,
                                            const char *rule, enum tier tier, unsigned statement) {
    size_t offset = (size_t)(strstr(file->bytes, words) - file->bytes);

    return (struct finding){
        .rule = rule,
        .tier = tier,
        .what = "",
        .why = "",
        .instead = "",
        .file = file,
        .start = file_position(file, offset),
        .end = file_position(file, offset + strlen(words)),
        .statement = statement,
        .fingerprint = "5f0c7a1d3e2b4968",
    };
}

static inline void sample_alter(struct report *report, const struct file *file) {
    struct lock_line lock = {"public.users", "ACCESS EXCLUSIVE", true, true, "commit"};
    struct finding drop =
        sample_finding(file, "DROP COLUMN email", "drop-column", TIER_CRITICAL, 2);
    struct finding retype =
        sample_finding(file, "ALTER COLUMN id TYPE bigint", "retype-column", TIER_CRITICAL, 2);

    drop.what = "column public.users.email is dropped while running code may still use it";
    drop.why =
        "Instances of the application that run the old code select and insert this column until "
        "they are replaced; each such query fails with \"column does not exist\". What the "
        "column holds is lost.";
    drop.instead = "Release code that no longer uses the column, then drop it in a later release:\n"
                   "SET lock_timeout = '2s';\n"
                   "ALTER TABLE users DROP COLUMN email;";
    drop.object_kind = "column";
    drop.object_name = "public.users.email";
    retype.what = "changing public.users.id from integer to bigint rewrites the table";
    retype.why =
        "Every row and every index is written again, and nobody can read or write the table "
        "until that is done.";
    retype.instead =
        "ALTER TABLE users ADD COLUMN id_new bigint;\n"
        "-- keep it in step with a trigger, fill it in batches, then swap the two columns in one "
        "short transaction\n"
        "ALTER TABLE users ADD CONSTRAINT id_new_present CHECK (id_new IS NOT NULL AND note <> 'a "
        "b c d "
        "e f g h') NOT VALID;";
    retype.object_kind = "column";
    retype.object_name = "public.users.id";
    vec_push(report->arena, &drop.locks, lock);
    vec_push(report->arena, &drop.rewrites, "public.users");
    vec_push(report->arena, &retype.locks, lock);
    vec_push(report->arena, &retype.rewrites, "public.users");
    vec_push(report->arena, &report->findings, drop);
    vec_push(report->arena, &report->findings, retype);
}

static inline void sample_index(struct report *report, const struct file *file) {
    struct finding index =
        sample_finding(file, "CREATE INDEX", "index-not-concurrent", TIER_MAJOR, 3);

    index.what = "writes to public.orders wait until index orders_customer_idx is built";
    index.why =
        "CREATE INDEX lets nobody insert, update or delete until it is done; the larger the "
        "table, the longer that takes.";
    index.instead = "CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);";
    index.object_kind = "index";
    index.object_name = "public.orders_customer_idx";
    vec_push(report->arena, &index.locks,
             ((struct lock_line){"public.orders", "SHARE", false, true, "commit"}));
    vec_push(report->arena, &index.scans, "public.orders");
    vec_push(report->arena, &report->findings, index);
}

static inline void sample_drops(struct report *report, const struct file *file) {
    static const char *const tables[] = {"carts", "wishes"};

    for (size_t i = 0; i < 2; i++) {
        struct finding drop = sample_finding(file, tables[i], "drop-table", TIER_CRITICAL, 4);
        drop.what =
            arena_printf(report->arena, "table public.%s is dropped with all its rows", tables[i]);
        drop.why = "After commit only a backup has them.";
        drop.object_kind = "table";
        drop.object_name = arena_printf(report->arena, "public.%s", tables[i]);
        vec_push(report->arena, &drop.locks,
                 ((struct lock_line){"public.carts", "ACCESS EXCLUSIVE", true, true, "commit"}));
        vec_push(report->arena, &drop.locks,
                 ((struct lock_line){"public.wishes", "ACCESS EXCLUSIVE", true, true, "commit"}));
        vec_push(report->arena, &report->findings, drop);
    }
}

static inline void sample_others(struct report *report, const struct file *file) {
    struct finding uuid =
        sample_finding(file, "gen_random_uuid()", "volatile-default", TIER_MAJOR, 7);
    struct finding update =
        sample_finding(file, "'\xF0\x9F\x98\x80' || x", "update-all", TIER_MINOR, 8);
    struct finding phone =
        sample_finding(file, "users\n    DROP COLUMN phone", "drop-column", TIER_CRITICAL, 9);

    uuid.what = "a volatile default rewrites public.orders_archive";
    uuid.why = "Each row gets a value of its own.";
    vec_push(report->arena, &report->findings, uuid);
    update.what = "every row of public.\xE9\xA1\xBE\xE5\xAE\xA2 is updated at once";
    update.why = "The rows stay locked until commit.";
    vec_push(report->arena, &report->findings, update);
    phone.what = "column public.users.phone is dropped";
    phone.why = "As above.";
    phone.suppressed_by = "comment";
    phone.suppressed_reason = "unused since 2023";
    vec_push(report->arena, &report->findings, phone);
}

static inline void sample_problems(struct report *report, const struct file *file) {
    report_problem(report, (struct problem){.path = file->path,
                                            .line = 6,
                                            .column = 7,
                                            .kind = PROBLEM_SYNTAX,
                                            .message = "syntax error at or near \"TABEL\"",
                                            .file = file});
    report_problem(report, (struct problem){.path = "db/gone.sql",
                                            .kind = PROBLEM_IO,
                                            .message = "No such file or directory"});
    report_problem(report, (struct problem){.path = "db/migrations/0001_users.up.sql",
                                            .line = 3,
                                            .column = 2,
                                            .kind = PROBLEM_NEWER_SYNTAX,
                                            .scope = SCOPE_HISTORY,
                                            .message = "VIRTUAL columns came with PostgreSQL 18"});
    vec_push(report->arena, &report->unanalysed,
             ((struct unanalysed){file->path, 7, 21, "dynamic SQL"}));
    report_remark(report,
                  (struct remark){.path = "db/seed.sql", .message = "excluded by .migvet.yml"});
}

static inline struct report *sample_report(struct arena *arena) {
    struct report *report = arena_new(arena, struct report);
    struct file *file =
        file_new(arena, "db/migrations/0041_tidy_up.up.sql", sample_sql, strlen(sample_sql));

    report_init(report, arena);
    report->files = 2;
    report->statements = 9;
    vec_push(arena, &report->histories,
             ((struct history_line){"db/migrations", "golang-migrate", 14, 41, 39}));
    sample_alter(report, file);
    sample_index(report, file);
    sample_drops(report, file);
    sample_others(report, file);
    sample_problems(report, file);
    report_sort(report);
    return report;
}

static const struct rule_doc sample_rules[] = {
    {.name = "drop-column",
     .summary = "A column is dropped while running code may use it.",
     .doc_markdown = "A column is dropped while running code may use it.\n\n## Why\n\nOld code "
                     "fails,\nand data is "
                     "lost.\n\n## Instead\n\n```sql\nALTER TABLE users DROP COLUMN email;\n```\n",
     .tier = TIER_CRITICAL},
    {.name = "index-not-concurrent",
     .summary = "CREATE INDEX blocks writes until it is done.",
     .doc_markdown =
         "CREATE INDEX blocks writes until it is done.\n\n## Why\n\nIt takes a SHARE lock.\n",
     .tier = TIER_MAJOR},
};

static inline struct write_options sample_options(void) {
    return (struct write_options){.version = "0.1.0",
                                  .grammar = "18.6",
                                  .base = "/home/me/my shop",
                                  .rules = sample_rules,
                                  .rule_count = 2};
}

/* A report whose every string, file name and source is (or holds) the given one. */
static inline struct report *hostile_report(struct arena *arena, const char *s) {
    struct report *report = arena_new(arena, struct report);
    const char *source = arena_printf(arena, "%s %s\n%s", s, s, s);
    struct file *file = file_new(arena, *s ? s : "empty", source, strlen(source));
    size_t n = strlen(s);

    report_init(report, arena);
    vec_push(arena, &report->histories, ((struct history_line){s, s, 14, 1, 1}));
    for (unsigned i = 0; i < 4; i++) {
        struct finding finding = {.rule = s,
                                  .tier = TIER_MINOR + i % 3,
                                  .what = s,
                                  .why = s,
                                  .instead = i ? source : s,
                                  .file = file,
                                  .statement = i / 2,
                                  .object_kind = s,
                                  .object_name = s,
                                  .fingerprint = s};
        finding.start = file_position(file, i * n / 3);
        finding.end = file_position(file, i * n / 3 + n);
        vec_push(arena, &finding.locks, ((struct lock_line){s, s, true, true, s}));
        vec_push(arena, &finding.rewrites, s);
        vec_push(arena, &finding.scans, s);
        finding.suppressed_by = i == 3 ? "comment" : NULL;
        finding.suppressed_reason = i == 3 ? s : NULL;
        vec_push(arena, &report->findings, finding);
    }
    report_problem(
        report,
        (struct problem){.path = file->path, .line = 1, .column = 2, .message = s, .file = file});
    report_problem(report, (struct problem){.path = s, .scope = SCOPE_DOWN, .message = s});
    vec_push(arena, &report->unanalysed, ((struct unanalysed){s, 1, 1, s}));
    report_remark(report, (struct remark){.path = s, .message = s});
    report_remark(report, (struct remark){.message = s});
    report_sort(report);
    return report;
}

static inline const char *written(struct arena *arena, const char *format,
                                  const struct report *report,
                                  const struct write_options *options) {
    struct buf buf = BUF_INIT;
    const char *copy;

    writer_by_name(format)->write(&buf, report, options);
    copy = arena_strndup(arena, buf_str(&buf), buf.n);
    buf_release(&buf);
    return copy;
}

#endif
