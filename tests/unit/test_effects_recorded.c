/*
 * Predictions against what real servers did. fixtures/effects/README.md explains the cases; those of
 * fixtures/effects/corners have groups that start so: corners/dropping.
 *
 *     EFFECTS=alter_type/vc10   tells every difference of the cases whose group/name starts so
 *     EFFECTS_CASES=folder/     takes the cases of that folder and no others
 */
#include "model/apply.h"
#include "model/effects.h"
#include "model/replay.h"
#include "recorded_cases.h"
#include "unit.h"

#include "base/ascii.h"
#include "base/map.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "fixtures/effects/"

enum { OLDEST = 12, NEWEST = 18, VERSIONS = NEWEST - OLDEST + 1 };

/* --- what is counted --- */

enum field {
    FIELD_FAILURE,
    FIELD_TRANSACTION,
    FIELD_LOCKS,
    FIELD_REWRITTEN,
    FIELD_REBUILT,
    FIELD_SCANNED,
    FIELDS
};

static const char *const field_names[FIELDS] = {"failure",   "in_transaction_ok", "locks",
                                                "rewritten", "rebuilt",           "scanned"};

struct tally {
    int agree[FIELDS], unknown[FIELDS], wrong[FIELDS];
};

struct bench {
    struct arena arena;
    struct replay replays[VERSIONS]; /* behind schema.sql */
    struct tally plain, depending;   /* cases that hang on nothing else, and those that do */
    const char *told;                /* EFFECTS */
    size_t cases;
    int too_new; /* runs that this grammar cannot read */
};

/* --- running --- */

static struct statements *parse(struct arena *arena, const char *sql) {
    struct file *file = file_new(arena, "case.sql", sql, strlen(sql));

    return sql_read(arena, text_of_file(arena, file), 0, 1, NULL);
}

/* Relation to lock mode, both as text; and lists of relations. */
struct outcome {
    struct map locks, index_locks;
    struct map rewritten, rebuilt, scanned;
    struct failure failure;
    enum known in_transaction_ok;
    bool uncertain; /* something could not be known */
    bool unparsed;  /* the grammar takes it for no version */
    const char *unknown;
};

static const char *plain_name(struct arena *arena, struct name name) {
    if (name.schema == NULL || strcmp(name.schema, "public") == 0)
        return name.name;
    return arena_printf(arena, "%s.%s", name.schema, name.name);
}

static void outcome_init(struct outcome *outcome, struct arena *arena) {
    *outcome = (struct outcome){.in_transaction_ok = KNOWN_YES};
    map_init(&outcome->locks, arena);
    map_init(&outcome->index_locks, arena);
    map_init(&outcome->rewritten, arena);
    map_init(&outcome->rebuilt, arena);
    map_init(&outcome->scanned, arena);
}

struct held {
    enum lock_mode mode;
    const char *kind;
};

static void add_lock(struct arena *arena, struct outcome *outcome, const char *name,
                     enum lock_mode mode, const char *kind) {
    struct held *held = map_get(&outcome->locks, name);

    if (held == NULL) {
        held = arena_new(arena, struct held);
        map_set(&outcome->locks, name, held);
    }
    if (mode >= held->mode)
        *held = (struct held){mode, kind};
}

static bool is_index(enum object_kind kind) {
    return kind == OBJ_INDEX || kind == OBJ_PARTITIONED_INDEX;
}

static void add_effects(struct arena *arena, struct outcome *outcome,
                        const struct effects *effects) {
    for (size_t i = 0; i < effects->locks.n; i++)
        if (is_index(effects->locks.v[i].kind))
            map_set(&outcome->index_locks, plain_name(arena, effects->locks.v[i].relation),
                    outcome);
        else
            add_lock(arena, outcome, plain_name(arena, effects->locks.v[i].relation),
                     effects->locks.v[i].mode, object_kind_name(effects->locks.v[i].kind));
    for (size_t i = 0; i < effects->unknown.n; i++)
        outcome->unknown = effects->unknown.v[i];
    outcome->uncertain |= effects->unknown.n > 0 || effects->rewrite_known == KNOWN_NO;
}

static void add_names(struct arena *arena, struct outcome *outcome, const struct effects *effects) {
    for (size_t i = 0; i < effects->rewrites.n; i++)
        map_set(&outcome->rewritten, plain_name(arena, effects->rewrites.v[i]), outcome);
    for (size_t i = 0; i < effects->rebuilds.n; i++)
        map_set(&outcome->rebuilt, plain_name(arena, effects->rebuilds.v[i]), outcome);
    for (size_t i = 0; i < effects->scans.n; i++)
        map_set(&outcome->scanned, plain_name(arena, effects->scans.v[i]), outcome);
}

static const struct failure syntax_error = {.sqlstate = "42601", .why = "syntax", .certain = true};

/* Runs all statements; what the last ones do is added to the outcome. Stops at the first failure. */
static void run(struct arena *arena, struct replay *replay, const char *sql, enum known inside,
                struct outcome *outcome, bool names) {
    struct statements *statements = parse(arena, sql);

    for (size_t i = 0; i < statements->list.n && outcome->failure.sqlstate == NULL; i++) {
        const struct statement *statement = statements->list.v[i];

        if (statement->tree == NULL) {
            outcome->failure = syntax_error;
            outcome->unparsed = true;
            return;
        }
        struct ops ops = op_list(arena, statement);
        struct effects *effects = effects_of_statement(arena, &replay->schema, ops);
        struct failure failure = effects_failure(effects, inside);

        if (getenv("EFFECTS_DUMP") != NULL && failure.sqlstate != NULL)
            printf("    %s %s %s\n", failure.certain ? "fails" : "may fail", failure.sqlstate,
                   failure.why);
        add_effects(arena, outcome, effects);
        if (names)
            add_names(arena, outcome, effects);
        if (effects->in_transaction_ok != KNOWN_YES)
            outcome->in_transaction_ok = effects->in_transaction_ok;
        if (failure.certain && !statement->caught)
            outcome->failure = failure;
        else if (failure.sqlstate != NULL)
            outcome->failure.condition = failure.sqlstate;
        replay_apply(replay, ops, effects);
    }
}

/* What an earlier statement of the transaction made is locked by it. */
static void add_created(struct arena *arena, const struct schema *schema, object_id first,
                        struct outcome *outcome) {
    struct object_list all = schema_objects(schema, arena);

    for (size_t i = 0; i < all.n; i++)
        if (all.v[i]->id > first && object_is_relation(all.v[i]) && !is_index(all.v[i]->kind) &&
            !all.v[i]->assumed)
            add_lock(arena, outcome,
                     plain_name(arena, (struct name){all.v[i]->schema, all.v[i]->name}),
                     LOCK_ACCESS_EXCLUSIVE, object_kind_name(all.v[i]->kind));
}

static void predict(struct arena *arena, const struct replay *base, const struct test_case *test,
                    enum known inside, struct outcome *outcome) {
    struct replay replay = *base;
    struct outcome setup;
    object_id first;

    outcome_init(&setup, arena);
    outcome_init(outcome, arena);
    replay_begin_section(&replay, 1, TRANSACTION_PER_STATEMENT, 2);
    run(arena, &replay, test->setup, KNOWN_NO, &setup, false);
    outcome->unparsed = setup.unparsed;
    if (setup.failure.sqlstate != NULL)
        outcome->unknown = arena_printf(arena, "the setup fails: %s", setup.failure.why);
    replay_end_section(&replay);
    replay_begin_section(&replay, 2,
                         inside == KNOWN_YES ? TRANSACTION_FILE : TRANSACTION_PER_STATEMENT, 2);
    first = replay.schema.next_id;
    run(arena, &replay, test->before, inside, outcome, false);
    add_created(arena, &replay.schema, first, outcome);
    outcome->in_transaction_ok = KNOWN_YES;
    outcome->uncertain = false;
    run(arena, &replay, test->statement, inside, outcome, true);
}

/* --- comparing --- */

/* Outside of a transaction nothing is recorded of temporary tables. */
static void drop_temporary(struct outcome *outcome) {
    for (size_t i = 0; i < outcome->scanned.n; i++)
        if (outcome->scanned.entries[i].key != NULL &&
            ascii_starts_with(outcome->scanned.entries[i].key, "pg_temp."))
            map_remove(&outcome->scanned, outcome->scanned.entries[i].key);
}

static bool is_helper(const char *name) {
    return ascii_starts_with(name, "toast(") || ascii_starts_with(name, "idx:");
}

static bool same_names(const struct map *predicted, json_t *recorded) {
    size_t count = 0, i;
    json_t *item;

    json_array_foreach(recorded, i, item) {
        const char *name = json_string_value(item);

        if (is_helper(name))
            continue;
        if (!map_has(predicted, name))
            return false;
        count++;
    }
    return count == predicted->count;
}

static const char *kind_words(struct arena *arena, const char *kind) {
    char *words = arena_strdup(arena, kind);

    for (char *c = words; *c; c++)
        if (*c == '_')
            *c = ' ';
    return strcmp(words, "composite") == 0 ? "composite type" : words;
}

/* Those of indexes show in what is rebuilt; seen from outside, the kind is not recorded. */
static bool counts(const struct outcome *outcome, json_t *lock) {
    const char *kind = json_string_value(json_object_get(lock, "kind"));

    if (json_is_true(json_object_get(lock, "new")))
        return false;
    if (kind == NULL &&
        map_has(&outcome->index_locks, json_string_value(json_object_get(lock, "relation"))))
        return false;
    return kind == NULL || (strcmp(kind, "index") != 0 && strcmp(kind, "partitioned_index") != 0);
}

static bool same_lock(struct arena *arena, const struct outcome *outcome, json_t *lock) {
    const char *name = json_string_value(json_object_get(lock, "relation"));
    const char *mode = json_string_value(json_object_get(lock, "mode"));
    const char *kind = json_string_value(json_object_get(lock, "kind"));
    const struct held *held = map_get(&outcome->locks, name);

    return held != NULL && lock_mode_from_name(mode) == held->mode &&
           (kind == NULL || strcmp(kind_words(arena, kind), held->kind) == 0);
}

static bool same_locks(struct arena *arena, const struct outcome *outcome, json_t *recorded) {
    struct map seen;
    size_t i;
    json_t *lock;

    map_init(&seen, arena);
    json_array_foreach(recorded, i, lock) {
        if (!counts(outcome, lock))
            continue;
        if (!same_lock(arena, outcome, lock))
            return false;
        map_set(&seen, json_string_value(json_object_get(lock, "relation")), lock);
    }
    return seen.count == outcome->locks.count;
}

static bool same_failure(const struct outcome *outcome, json_t *recorded, bool depends) {
    const char *status = json_string_value(json_object_get(recorded, "status"));
    const char *state = json_string_value(json_object_get(recorded, "sqlstate"));

    if (strcmp(status, "ok") == 0)
        return outcome->failure.sqlstate == NULL;
    if (outcome->unparsed && strcmp(state, "0A000") == 0)
        return true; /* the grammar calls it so, as libpg_query cannot tell */
    if (outcome->failure.sqlstate != NULL)
        return strcmp(outcome->failure.sqlstate, state) == 0;
    return depends && outcome->failure.condition != NULL &&
           strcmp(outcome->failure.condition, state) == 0;
}

static bool same_transaction(const struct outcome *outcome, json_t *recorded) {
    json_t *ok = json_object_get(recorded, "in_transaction_ok");

    if (json_is_null(ok) || ok == NULL)
        return true;
    return outcome->in_transaction_ok == (json_is_true(ok) ? KNOWN_YES : KNOWN_NO);
}

static const char *join(struct arena *arena, const struct map *map, bool modes) {
    const char *text = "";

    for (size_t i = 0; i < map->n; i++) {
        const struct held *held = map->entries[i].value;

        if (map->entries[i].key == NULL)
            continue;
        text = modes ? arena_printf(arena, "%s %s(%s):%s", text, map->entries[i].key, held->kind,
                                    lock_mode_name(held->mode))
                     : arena_printf(arena, "%s %s", text, map->entries[i].key);
    }
    return text;
}

static const char *predicted_text(struct arena *arena, const struct outcome *outcome,
                                  enum field field) {
    switch (field) {
    case FIELD_FAILURE:
        return outcome->failure.sqlstate != NULL
                   ? arena_printf(arena, "%s %s", outcome->failure.sqlstate, outcome->failure.why)
                   : arena_printf(arena, "ok (%s)",
                                  outcome->failure.condition ? outcome->failure.condition : "");
    case FIELD_TRANSACTION:
        return outcome->in_transaction_ok == KNOWN_YES  ? "yes"
               : outcome->in_transaction_ok == KNOWN_NO ? "no"
                                                        : "unknown";
    case FIELD_LOCKS:
        return join(arena, &outcome->locks, true);
    case FIELD_REWRITTEN:
        return join(arena, &outcome->rewritten, false);
    case FIELD_REBUILT:
        return join(arena, &outcome->rebuilt, false);
    default:
        return join(arena, &outcome->scanned, false);
    }
}

static const char *const recorded_keys[FIELDS] = {"sqlstate",  "in_transaction_ok", "locks",
                                                  "rewritten", "rebuilt",           "scanned"};

static void tell(struct bench *bench, const struct test_case *test, int version, enum field field,
                 const struct outcome *outcome, json_t *recorded, const char *where, bool unknown) {
    const char *name = arena_printf(&bench->arena, "%s/%s", test->group, test->name);

    if (bench->told == NULL || !ascii_starts_with(name, bench->told))
        return;
    char *text = json_dumps(json_object_get(recorded, recorded_keys[field]), JSON_ENCODE_ANY);
    printf("%s %s on %d%s: %s\n    predicted %s%s%s\n    recorded  %s\n", name, field_names[field],
           version, where, unknown ? "unknown" : "WRONG",
           predicted_text(&bench->arena, outcome, field), outcome->unknown != NULL ? "; ? " : "",
           outcome->unknown != NULL ? outcome->unknown : "", text != NULL ? text : "-");
    free(text);
}

static void judge(struct bench *bench, struct tally *tally, const struct test_case *test,
                  int version, enum field field, const struct outcome *outcome, json_t *recorded,
                  bool same, const char *where) {
    if (same) {
        tally->agree[field]++;
        return;
    }
    bool unknown = outcome->uncertain && field != FIELD_FAILURE && field != FIELD_TRANSACTION;
    if (field == FIELD_FAILURE)
        unknown = outcome->failure.sqlstate == NULL &&
                  (tally == &bench->depending || same_failure(outcome, recorded, true));
    if (unknown)
        tally->unknown[field]++;
    else
        tally->wrong[field]++;
    tell(bench, test, version, field, outcome, recorded, where, unknown);
}

static void compare(struct bench *bench, struct tally *tally, const struct test_case *test,
                    int version, const struct outcome *outcome, json_t *recorded,
                    const char *where) {
    const char *status = json_string_value(json_object_get(recorded, "status"));
    json_t *locks = json_object_get(recorded, "locks");
    bool depends = tally == &bench->depending;

    judge(bench, tally, test, version, FIELD_FAILURE, outcome, recorded,
          same_failure(outcome, recorded, depends), where);
    if (*where == '\0')
        judge(bench, tally, test, version, FIELD_TRANSACTION, outcome, recorded,
              same_transaction(outcome, recorded), where);
    if (strcmp(status, "ok") != 0)
        return;
    if (locks != NULL)
        judge(bench, tally, test, version, FIELD_LOCKS, outcome, recorded,
              same_locks(&bench->arena, outcome, locks), where);
    judge(bench, tally, test, version, FIELD_REWRITTEN, outcome, recorded,
          same_names(&outcome->rewritten, json_object_get(recorded, "rewritten")), where);
    judge(bench, tally, test, version, FIELD_REBUILT, outcome, recorded,
          same_names(&outcome->rebuilt, json_object_get(recorded, "rebuilt")), where);
    judge(bench, tally, test, version, FIELD_SCANNED, outcome, recorded,
          same_names(&outcome->scanned, json_object_get(recorded, "scanned")), where);
}

/* Several statements in one query string are a transaction even outside of one. */
static enum known is_string_of_several(struct arena *arena, const struct test_case *test) {
    size_t n = 0;
    struct statements *statements = parse(arena, test->statement);

    for (size_t i = 0; i < statements->list.n; i++)
        n += statements->list.v[i]->parent == NULL;
    return n > 1 ? KNOWN_YES : KNOWN_NO;
}

static void run_version(struct bench *bench, const struct test_case *test, json_t *recorded,
                        int version) {
    const char *status = json_string_value(json_object_get(recorded, "status"));
    json_t *outside = json_object_get(recorded, "outside");
    bool depends = json_object_get(recorded, "depends_on") != NULL;
    struct tally *tally = depends ? &bench->depending : &bench->plain;
    const struct replay *base = &bench->replays[version - OLDEST];
    struct outcome outcome;

    if (strcmp(status, "setup_error") == 0)
        return;
    predict(&bench->arena, base, test, KNOWN_YES, &outcome);
    if (outcome.unparsed && version > sql_grammar_major()) {
        bench->too_new++;
        return;
    }
    compare(bench, tally, test, version, &outcome, recorded, "");
    if (outside == NULL)
        return;
    predict(&bench->arena, base, test, is_string_of_several(&bench->arena, test), &outcome);
    drop_temporary(&outcome);
    compare(bench, tally, test, version, &outcome, outside, " outside");
}

static void run_case(struct bench *bench, const struct test_case *test) {
    size_t i, j;
    json_t *recorded, *version;

    json_array_foreach(test->observed, i, recorded) {
        json_array_foreach(json_object_get(recorded, "versions"), j, version) {
            run_version(bench, test, recorded, (int)json_integer_value(version));
        }
    }
}

/* --- the bench --- */

static void load_schema(struct bench *bench, int version) {
    struct replay *replay = &bench->replays[version - OLDEST];
    struct outcome outcome;

    replay_init(replay, &bench->arena, version, true);
    replay_begin_section(replay, 0, TRANSACTION_PER_STATEMENT, 2);
    outcome_init(&outcome, &bench->arena);
    run(&bench->arena, replay,
        "CREATE ROLE app_owner; CREATE ROLE app_user; "
        "CREATE TABLESPACE ts1 LOCATION '/tmp/ts1';",
        KNOWN_NO, &outcome, false);
    run(&bench->arena, replay, read_file(&bench->arena, FOLDER "schema.sql"), KNOWN_NO, &outcome,
        false);
    ck_assert_msg(outcome.failure.sqlstate == NULL, "schema.sql on %d: %s", version,
                  outcome.failure.why);
    replay_end_section(replay);
}

static int print_tally(const char *what, const struct tally *tally) {
    int wrong = 0;

    printf("%s\n%-20s %8s %8s %8s\n", what, "  predicted, recorded", "agree", "unknown", "wrong");
    for (int field = 0; field < FIELDS; field++) {
        printf("  %-19s %8d %8d %8d\n", field_names[field], tally->agree[field],
               tally->unknown[field], tally->wrong[field]);
        wrong += tally->wrong[field];
    }
    return wrong;
}

/* file: folder, group and ".jsonl"; the group's name begins after the given bytes. */
static void run_file(struct bench *bench, const char *file, size_t folder) {
    const char *path = arena_strndup(&bench->arena, file, strlen(file) - strlen(".jsonl"));
    struct test_cases cases = test_cases_read(&bench->arena, path, path + folder);

    for (size_t i = 0; i < cases.list.n; i++)
        run_case(bench, &cases.list.v[i]);
    bench->cases += cases.list.n;
    test_cases_release(&cases);
}

static void run_folder(struct bench *bench, const char *folder, const char *below) {
    glob_t files;
    const char *pattern = arena_printf(&bench->arena, "%s%s*.jsonl", folder, below);

    ck_assert_msg(glob(pattern, 0, NULL, &files) == 0, "there is no %s", pattern);
    for (size_t i = 0; i < files.gl_pathc; i++)
        run_file(bench, files.gl_pathv[i], strlen(folder));
    globfree(&files);
}

static int print_result(const struct bench *bench) {
    printf("%zu cases on PostgreSQL %d to %d\n", bench->cases, OLDEST, NEWEST);
    int wrong = print_tally("decided by schema and statement", &bench->plain);
    wrong += print_tally("decided by rows, the planner, the session too", &bench->depending);
    if (bench->too_new)
        printf("%d runs left out: their syntax needs a newer grammar\n", bench->too_new);
    return wrong;
}

START_TEST(predictions_agree_with_servers) {
    struct bench bench = {.told = getenv("EFFECTS")};
    const char *others = getenv("EFFECTS_CASES");

    arena_init(&bench.arena);
    for (int version = OLDEST; version <= NEWEST; version++)
        load_schema(&bench, version);
    if (others != NULL) {
        run_folder(&bench, others, "");
    } else {
        run_folder(&bench, FOLDER, "");
        run_folder(&bench, FOLDER, "corners/");
    }
    int wrong = print_result(&bench);
    arena_release(&bench.arena);
    ck_assert_msg(wrong == 0, "%d predictions are wrong (EFFECTS=group/case tells them)", wrong);
}
END_TEST

Suite *suite_effects_recorded(void) {
    Suite *suite = suite_create("effects_recorded");
    TCase *tcase = tcase_create("recorded");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, predictions_agree_with_servers);
    suite_add_tcase(suite, tcase);
    return suite;
}
