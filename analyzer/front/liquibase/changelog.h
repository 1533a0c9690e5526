/*
 * Changelogs as trees, whether they are XML, YAML or JSON: what is a key with a value in YAML is an attribute, what is a
 * map or an item of a list is a child; "changes" and "columns" are no level of their own.
 */
#ifndef FRONT_LIQUIBASE_CHANGELOG_H
#define FRONT_LIQUIBASE_CHANGELOG_H

#include "config/element.h"
#include "front/front.h"

/* Whether the name is that of a file that may be a changelog of this form. */
bool is_formatted_name(const char *name); /* .sql */
bool is_tree_name(const char *name);      /* .xml, .yaml, .yml, .json */

/* A look at the bytes: whether databaseChangeLog stands in them. */
bool holds_changelog(const struct file *file);
/* "--liquibase formatted sql" in the first line that is not empty. */
bool is_formatted(const struct file *file);

/* The root, databaseChangeLog; NULL, with *error filled where the file is broken, else with an empty one. */
const struct element *changelog_read(struct arena *arena, const struct file *file,
                                     struct document_error *error);

/* Whether what has this dbms attribute (NULL: none) runs on PostgreSQL. */
bool dbms_is_ours(const char *dbms);
/* Whether a changeset with these (NULL: none) may be passed over: by default, what a precondition refuses ends the run. */
bool changeset_is_conditional(const char *on_fail, const char *context, const char *labels);
/* Whether this context (NULL: none) is the name of another database, as some have it instead of dbms. */
bool context_is_foreign(const char *context);

/*
 * The absolute path of a file or folder that a changelog (absolute) names: relative to it, or to a folder above it (one of them is on the search
 * path). NULL when there is none, or when it lies outside of the repository.
 */
const char *changelog_resolve(struct files *files, const char *changelog, const char *name,
                              bool relative, bool is_folder);

/* The absolute path of the changelog that an include element names; NULL likewise. */
const char *changelog_included(struct files *files, const char *changelog,
                               const struct element *include);

/* A changelog's changesets as sections; formatted SQL, or a tree. */
void formatted_render(struct arena *arena, const struct history *history,
                      struct migration *migration, const struct file *file);
void tree_render(struct arena *arena, const struct history *history, struct migration *migration,
                 const struct file *file);

/*
 * Copies SQL that Liquibase splits into statements. delimiter: what ends them instead of a semicolon; NULL: that. It stands at the
 * end of a line, a single character on a line of its own.
 */
void append_sql(struct text_builder *builder, const struct text *text, struct span span,
                const char *delimiter);
/* A section of the changeset. */
void add_changeset(struct arena *arena, struct migration *migration, struct section section,
                   bool in_transaction);

#endif
