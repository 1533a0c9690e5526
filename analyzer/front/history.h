/*
 * Fronts turn paths into histories: ordered migrations, each with sections and the transaction that its
 * runner uses. All commands get their histories here, unsaved text of an editor included.
 */
#ifndef FRONT_HISTORY_H
#define FRONT_HISTORY_H

#include "base/file.h"
#include "base/map.h"
#include "config/config.h"
#include "model/transaction.h"

struct files;
struct front;
struct selection;
struct tool_refusal;

/* What was seen while a section was made: a gap in what is analysed, or a problem. */
struct section_note {
    const struct file *file;
    size_t offset;
    bool is_problem;
    bool once;              /* of a history: it is enough to say it where it comes first */
    enum problem_kind kind; /* of a problem */
    const char *why;
};

/* Where the runner cuts a section into other statements than the server would read. */
enum line_cut_kind {
    LINE_CUT_NONE,
    LINE_CUT_INSIDE, /* it cuts here, in the middle of a statement */
    LINE_CUT_OPEN,   /* it finds no end of what begins here, and refuses the file */
};

struct line_cut {
    enum line_cut_kind kind;
    struct span span; /* in the section's text */
};

/* A run of SQL of one direction, in the order in which the runner executes them. */
struct section {
    enum direction direction;
    const struct text *text;
    enum transaction_mode mode;
    const char *mode_why;  /* what makes the mode another than the front's; NULL: nothing does */
    unsigned flags;        /* enum lex_flags: LEX_PSQL for pg_dump files and psql scripts */
    bool is_dump;          /* pg_dump's: there are no placeholders in it */
    unsigned placeholders; /* enum lex_flags: beside those of the front, which are filled in here */
    bool conditional;      /* what its runner asks first decides whether it runs */
    bool reruns;           /* it is run again when it changes */
    const char *id; /* what its runner knows it by: "author:id" of a changeset; NULL: nothing */
    VEC(struct section_note) notes;
    struct line_cut line_cut; /* the first such place */
};

/* What else than a numbered step a migration may be. */
enum migration_kind {
    MIGRATION_STEP,
    MIGRATION_BASELINE, /* a schema that others start from: a dump, or a new database's shortcut */
    MIGRATION_REPEATABLE, /* run again whenever it changes, behind all steps */
    MIGRATION_CALLBACK,   /* run with each deployment */
    MIGRATION_CURRENT,    /* still being written, run again and again where it is */
};

/* What git says of a migration's up, where it was asked. */
enum migration_change {
    CHANGE_UNKNOWN, /* git was not asked */
    CHANGE_NONE,
    CHANGE_NEW, /* it was not there */
    CHANGE_EDITED,
    CHANGE_RENAMED, /* and perhaps edited */
};

struct migration {
    enum migration_kind kind;
    const char *version;             /* "0041", "20240102030405"; "" when the front has none */
    const char *name;                /* for people: "0041_add_index" */
    const char *up_path, *down_path; /* as reported; NULL: has none. One file may be both */
    const char *up_absolute, *down_absolute; /* the same files; NULL likewise */
    const struct front *
        front; /* by which it is rendered; differs from the history's when --history put it there */
    const void *settings; /* what its front keeps between discovery and rendering; NULL: nothing */
    VEC(struct section)
    sections; /* filled by the render phase; a file that cannot be read leaves them empty */
    const struct text *
        outside; /* what stands before the first mark of a file of marked sections; NULL: nothing */
    enum migration_change change;
    const struct file *was; /* CHANGE_EDITED, CHANGE_RENAMED: its up file then, by its name then */
    VEC(struct section) before; /* that one's up sections, by the render phase */
    bool
        in_series; /* its tool cut one migration into several: the downs match the ups only together */
    bool reported;                      /* the user asked about it; else it is replayed silently */
    bool up_reported, down_reported;    /* which of its files */
    const struct tool_refusal *refusal; /* NULL: its runner has nothing against it */
    const char
        *skipped_behind; /* the migration before it after which a database never runs it; NULL */
};

/* Why a file in a history's folder is none of its migrations. */
enum left_out_kind {
    LEFT_OUT_NAME,     /* the framework goes by names, and this is none of them */
    LEFT_OUT_UNLISTED, /* by a list (a journal, a plan), and it is not there */
    LEFT_OUT_SETTING,  /* a setting says that it is not run */
    LEFT_OUT_REPLACED, /* another stands for it: it is run on other databases only */
    LEFT_OUT_DIALECT,  /* it is for another database; why begins with "is " */
    LEFT_OUT_MISSING,  /* it is on the list, but there is no such file */
    LEFT_OUT_PROGRAM,  /* the framework runs it, but it is no SQL */
    LEFT_OUT_CHECK,    /* run to check what others did: nothing of it stays */
};

struct left_out {
    enum left_out_kind kind;
    const char *path; /* as reported */
    const char *absolute;
    const char *why; /* for people, behind the path: "is for MySQL" */
    struct history *history;
    bool
        stray; /* it looks like a migration that is never run, or is on a list and is not there; and the user asked about it */
    const struct file *file; /* of a stray, by the render phase; NULL: it cannot be read */
};

/* What a front was recognised by, the strongest first. */
enum evidence {
    EVIDENCE_CONFIGURATION, /* what only the framework reads, in or above the folder */
    EVIDENCE_CONTENTS,      /* marks in the files */
    EVIDENCE_MANIFEST,      /* the project depends on the framework */
    EVIDENCE_NAMES,
    EVIDENCE_COUNT,
};

struct history {
    const char *root; /* as reported: "db/migrations" */
    const char *absolute_root;
    const struct front *front;
    const struct config *config;
    VEC(struct migration) migrations; /* in the runner's order */
    bool front_has_downs;             /* the framework knows downs at all */
    bool forced;                      /* the user's configuration named the front */
    bool partial;                     /* --no-history, --history: not all that the runner has */
    enum evidence evidence;           /* unless forced */
    const char *why;                  /* how the front was recognised, for people */
    const char *foreign; /* why it is not for PostgreSQL, so that nothing of it is analysed; NULL */
    VEC(struct left_out)
    left_out;            /* files in its folders that are none of its migrations, sorted */
    struct files *files; /* where fronts read what a migration refers to */
    struct map *
        variables; /* of placeholders: name -> const char *; what the front found, and then what the user says */
};

/* Text that takes the place of a file, or is a file more where there is none: an editor's, or standard input's. */
struct unsaved {
    const char *path;  /* absolute, or relative to the working directory */
    const char *bytes; /* a NUL behind the last one; must outlive the job */
    size_t n;
};

struct front_options {
    VEC(const char *) vars;      /* --var NAME=VALUE; those of the configuration give way */
    VEC(const char *) histories; /* --history PATH, in order: replaces what would be found */
    bool no_history;
    const char *stdin_filename; /* the path that "-" stands for; NULL: not given */
    VEC(struct unsaved) unsaved;
    const struct file_bytes *stdin_bytes; /* what "-" reads, taken in by the caller (a retry after a
                                             crash needs it again); NULL: "-" was not given */
    const char *config_path;              /* --config; NULL */
    bool no_config;
    const struct selection *selection; /* fewer migrations than what the paths name; NULL: all */
};

struct job {
    struct arena *arena;
    VEC(struct history *) histories; /* sorted by root */
    VEC(struct history *) foreign;   /* what the paths name, but for another database */
    VEC(struct config *) configs;
    bool release;      /* what is reported of a history is one unit, for the user has said so */
    const char *since; /* the commit with which migrations are compared, for people; NULL: none */
};

/*
 * Discovers what the paths mean (files, folders; "-" is stdin_bytes), finds the configuration of each, and renders the sections of all migrations that are reported or come before a
 * reported one (the downs only of those that are reported). The order of arguments does not matter.
 *
 * What cannot be read is a problem in the report, and the rest is done; under a broken configuration nothing is done. Paths
 * that match no migration are a problem too. A file that is named but excluded by the configuration is a remark.
 * An excluded file of a history is replayed, as the runner runs it, and not reported.
 *
 * With a selection, what the paths name is reported only where it is selected too. That nothing is left is no problem; that it
 * cannot be told is one, and then nothing is done.
 *
 * Every history of the job has a reported migration, or a stray. Those of a folder that the front says nothing about are histories of one
 * file each, with the file as root.
 */
void job_make(struct job *job, struct arena *arena, const struct front_options *options,
              const char *const *paths, size_t count, struct report *report);

const char *front_name(const struct front *front);
/* What runs in one transaction where each file has its own: "file", for people. */
const char *front_unit(const struct front *front);

#endif
