/*
 * What git says about the repositories of the paths. It is run without a shell, its names end with NUL, and
 * nothing that a repository configures is run by it: no file system monitor, no hook, no external diff, no text
 * conversion, no transport. (A clean filter of the user's may run: without it git cannot tell whether a file has changed.)
 */
#define _GNU_SOURCE /* environ */
#include "base/ascii.h"
#include "base/path.h"
#include "config/config.h"
#include "front/select.h"
#include "front/select_run.h"

#include <string.h>
#include <unistd.h>

struct words {
    VEC(const char *) list;
};

/* One repository while it is asked about. */
struct asking {
    struct arena *arena;
    struct repository *repository;
    struct words environment;
};

static const char *const always[] = {
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "diff.external=",       "-c", "protocol.allow=never",
};

#define DIFF "diff", "-z", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all"
/* A renamed file is selected, for its content is what runs under the new name. */
#define DIFF_RENAMES DIFF, "--name-status", "--find-renames", "-l1000", "--diff-filter=d"
#define DIFF_NAMES DIFF, "--name-only", "--no-renames"

static void add(struct asking *asking, struct words *words, const char *word) {
    vec_push(asking->arena, &words->list, word);
}

static bool is_variable(const char *entry, const char *name) {
    size_t n = strlen(name);

    return strncmp(entry, name, n) == 0 && entry[n] == '=';
}

/* git rev-parse --local-env-vars: what says which repository it is, and so is true of one only. */
static bool names_a_repository(const char *entry) {
    static const char *const names[] = {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (is_variable(entry, names[i]))
            return true;
    return false;
}

/*
 * Ours, in English. A hook's GIT_DIR and GIT_INDEX_FILE are about the repository of the working directory, and are
 * taken away for another.
 */
static void make_environment(struct asking *asking) {
    static const char *const own[] = {"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1",
                                      "GIT_TERMINAL_PROMPT=0"};
    const char *here = config_repository_root(asking->arena, ".");
    bool elsewhere = !here || strcmp(here, asking->repository->root) != 0;

    for (char **entry = environ; *entry; entry++)
        if (!is_variable(*entry, "LC_ALL") && !is_variable(*entry, "GIT_EXTERNAL_DIFF") &&
            !(elsewhere && names_a_repository(*entry)))
            add(asking, &asking->environment, *entry);
    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        add(asking, &asking->environment, own[i]);
    add(asking, &asking->environment, NULL);
}

/* What git printed on standard error, as one line. */
static const char *one_line(struct arena *arena, struct file_bytes text) {
    char *line = arena_alloc(arena, text.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        bool blank = text.bytes[i] == '\n' || text.bytes[i] == '\t' || text.bytes[i] == ' ';
        if (!blank)
            line[n++] = text.bytes[i];
        else if (n && line[n - 1] != ' ')
            line[n++] = ' ';
    }
    while (n && line[n - 1] == ' ')
        n--;
    line[n] = '\0';
    return line;
}

static void fail(struct asking *asking, const char *why) {
    if (!asking->repository->why)
        asking->repository->why = why;
}

static void run_git(struct asking *asking, const char *const *arguments,
                    struct run_result *result) {
    struct words argv = {0};

    add(asking, &argv, "git");
    add(asking, &argv, "-C");
    add(asking, &argv, asking->repository->root);
    for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
        add(asking, &argv, always[i]);
    for (; *arguments; arguments++)
        add(asking, &argv, *arguments);
    add(asking, &argv, NULL);
    run_program(asking->arena, argv.list.v, asking->environment.list.v, result);
}

/* What was asked for, and in git's words why it cannot be had. */
static void fail_as_git(struct asking *asking, const char *what, const struct run_result *result) {
    const char *said = one_line(asking->arena, result->err);

    if (result->why)
        fail(asking, arena_printf(asking->arena, "%s: %s", what, result->why));
    else if (*said)
        fail(asking, arena_printf(asking->arena, "%s: git says: %s", what, said));
    else
        fail(asking, arena_printf(asking->arena, "%s: git ended with exit code %d", what,
                                  result->exit_code));
}

/* False with the reason kept. what: the question, for people. */
static bool ask(struct asking *asking, const char *what, const char *const *arguments,
                struct file_bytes *answer) {
    struct run_result result;

    run_git(asking, arguments, &result);
    *answer = result.out;
    if (result.exit_code == 0)
        return true;
    fail_as_git(asking, what, &result);
    return false;
}

#define ASK(asking, what, answer, ...)                                                             \
    ask(asking, what, (const char *const[]){__VA_ARGS__, NULL}, answer)

static const char *first_line(struct arena *arena, struct file_bytes text) {
    return arena_strndup(arena, text.bytes, strcspn(text.bytes, "\n"));
}

/* What has .git in it may still be no repository, and git looks for one above it. */
static bool is_repository(struct asking *asking) {
    struct file_bytes answer;

    if (!ASK(asking, "git cannot be asked", &answer, "rev-parse", "--is-inside-work-tree",
             "--show-prefix"))
        return false;
    if (strcmp(answer.bytes, "true\n\n") == 0)
        return true;
    fail(asking, "git does not take the folder with .git for the top of a work tree");
    return false;
}

static bool is_shallow(struct asking *asking) {
    struct run_result result;

    run_git(asking, (const char *const[]){"rev-parse", "--is-shallow-repository", NULL}, &result);
    return result.exit_code == 0 && strcmp(result.out.bytes, "true\n") == 0;
}

/* What CI systems fetch is often too little. */
static const char *hint_at_depth(struct asking *asking) {
    return is_shallow(asking) ? "; the clone is shallow: fetch all of its history "
                                "(git fetch --unshallow; fetch-depth: 0; GIT_DEPTH: 0)"
                              : "";
}

static void fail_unrelated(struct asking *asking, const char *commit) {
    fail(asking, arena_printf(asking->arena, "%s and HEAD have no commit in common%s", commit,
                              hint_at_depth(asking)));
}

/*
 * The name is known not to be an option; --end-of-options, which git 2.30 has, is of no more use. All later
 * commands get the hash.
 */
static const char *resolve(struct asking *asking, const char *commit) {
    const char *name = arena_printf(asking->arena, "%s^{commit}", commit), *hash;
    struct run_result result;

    run_git(asking, (const char *const[]){"rev-parse", "--verify", name, NULL}, &result);
    hash = first_line(asking->arena, result.out);
    if (result.exit_code == 0 && strlen(hash) >= 40 &&
        strspn(hash, "0123456789abcdef") == strlen(hash))
        return hash;
    fail_as_git(
        asking,
        arena_printf(asking->arena, "git knows no commit %s%s", commit, hint_at_depth(asking)),
        &result);
    return NULL;
}

static bool find_base(struct asking *asking, const char *commit) {
    const char *hash = resolve(asking, commit);
    struct run_result result;

    if (!hash)
        return false;
    run_git(asking, (const char *const[]){"merge-base", hash, "HEAD", NULL}, &result);
    if (result.exit_code == 1 && !result.err.n)
        fail_unrelated(asking, commit);
    else if (result.exit_code != 0)
        fail_as_git(asking, arena_printf(asking->arena, "no merge base with %s", commit), &result);
    asking->repository->base = first_line(asking->arena, result.out);
    return !asking->repository->why;
}

/* Each name of a list that is separated by NUL. */
static const char *next_name(struct file_bytes names, const char *name) {
    const char *next = name ? name + strlen(name) + 1 : names.bytes;

    return next < names.bytes + names.n ? next : NULL;
}

static bool ends_with_any(const char *name, const char *const *endings, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (ascii_ends_with(name, endings[i]))
            return true;
    return false;
}

static bool may_be_migration(const char *name) {
    static const char *const endings[] = {".sql", ".pgsql", ".psql", ".ddl", ".toml"};

    return ends_with_any(name, endings, sizeof(endings) / sizeof(*endings));
}

/* A changelog that is a tree: too common an ending to read all of them, few enough of those that changed. */
static bool may_be_changelog(const char *name) {
    static const char *const endings[] = {".xml", ".yaml", ".yml", ".json"};

    return ends_with_any(name, endings, sizeof(endings) / sizeof(*endings));
}

/* The text of a name at a commit, or in the index (""). */
static struct file_bytes *read_blob(struct asking *asking, const char *commit, const char *name) {
    struct file_bytes *text = arena_new(asking->arena, struct file_bytes);
    const char *from = *commit ? commit : "the index";
    const char *what = arena_printf(asking->arena, "%s cannot be read from %s", name, from);
    const char *object = arena_printf(asking->arena, "%s:%s", *commit ? commit : ":0", name);

    return ASK(asking, what, text, "cat-file", "blob", object) ? text : NULL;
}

/* status: what git prints of a file, with the name it had (renamed ones) and that it has. */
static bool note_change(struct asking *asking, const char *commit, const char *status,
                        const char *was, const char *name) {
    struct repository *repository = asking->repository;
    struct git_change *change = arena_new(asking->arena, struct git_change);
    const char *before = was ? was : name;

    change->is_new = *status == 'A';
    change->was = was;
    map_set(&repository->changed, name, change);
    map_set(&repository->folders, path_folder(asking->arena, name), repository);
    if ((*status != 'M' && *status != 'R') ||
        !(may_be_migration(before) || may_be_changelog(before)))
        return true;
    change->before = read_blob(asking, commit, before);
    return change->before != NULL;
}

/* "M", a name; or "R087", two names. commit: that the list is a difference to. */
static bool note_changes(struct asking *asking, const char *commit, struct file_bytes list) {
    for (const char *status = NULL; (status = next_name(list, status));) {
        const char *was = NULL, *name = next_name(list, status);
        if (name && *status == 'R') {
            was = name;
            name = next_name(list, name);
        }
        if (!name)
            break;
        if (!note_change(asking, commit, status, was, name))
            return false;
        status = name;
    }
    return true;
}

/* Ignored ones, too: who reads the folder reads them. */
static bool read_untracked(struct asking *asking) {
    struct repository *repository = asking->repository;
    struct file_bytes names;

    if (!ASK(asking, "untracked files cannot be listed", &names, "ls-files", "-z", "--others",
             "--directory"))
        return false;
    for (const char *name = NULL; (name = next_name(names, name));)
        map_set(&repository->untracked, path_clean(asking->arena, name), repository);
    return true;
}

static bool read_since(struct asking *asking, const char *commit) {
    struct file_bytes names;

    if (!find_base(asking, commit) || !ASK(asking, "what has changed cannot be listed", &names,
                                           DIFF_RENAMES, asking->repository->base, "--"))
        return false;
    return note_changes(asking, asking->repository->base, names) && read_untracked(asking);
}

static bool read_text(struct asking *asking, const char *name) {
    struct file_bytes *text = read_blob(asking, "", name);

    if (text)
        map_set(&asking->repository->index_texts, name, text);
    return text != NULL;
}

static bool read_staged(struct asking *asking) {
    struct file_bytes names;

    if (!ASK(asking, "what is staged cannot be listed", &names, DIFF_RENAMES, "--cached", "--") ||
        !note_changes(asking, "HEAD", names))
        return false;
    if (!ASK(asking, "what is not staged cannot be listed", &names, DIFF_NAMES, "--"))
        return false;
    for (const char *name = NULL; (name = next_name(names, name));)
        if (may_be_migration(name) && !read_text(asking, name))
            return false;
    return read_untracked(asking);
}

static void read_repository(const struct selection *selection, struct arena *arena,
                            struct repository *repository) {
    struct asking asking = {.arena = arena, .repository = repository};

    map_init(&repository->changed, arena);
    map_init(&repository->folders, arena);
    map_init(&repository->untracked, arena);
    map_init(&repository->index_texts, arena);
    if (!repository->root) {
        repository->why = "is in no git repository";
        return;
    }
    make_environment(&asking);
    if (!is_repository(&asking))
        return;
    if (selection->kind == SELECT_STAGED)
        read_staged(&asking);
    else
        read_since(&asking, selection->commit);
}

static bool is_known(const struct selection *selection, const char *root) {
    for (size_t i = 0; root && i < selection->repositories.n; i++)
        if (selection->repositories.v[i].root &&
            strcmp(selection->repositories.v[i].root, root) == 0)
            return true;
    return false;
}

void selection_read(struct selection *selection, struct arena *arena, const char *const *paths,
                    size_t count) {
    if (selection->kind != SELECT_SINCE && selection->kind != SELECT_STAGED)
        return;
    for (size_t i = 0; i < count; i++) {
        const char *absolute = path_absolute(arena, paths[i]);
        struct repository repository = {0};
        if (!*paths[i] || !absolute)
            continue;
        repository.root = config_repository_root(arena, absolute);
        repository.shown = config_reported_path(arena, absolute);
        if (is_known(selection, repository.root))
            continue;
        read_repository(selection, arena, &repository);
        vec_push(arena, &selection->repositories, repository);
    }
}

const char *selection_refuse_commit(const char *name) {
    if (!*name)
        return "is empty";
    if (*name == '-')
        return "begins with \"-\"";
    for (; *name; name++)
        if ((unsigned char)*name < ' ' || *name == 0x7f)
            return "holds a control character";
    return NULL;
}
