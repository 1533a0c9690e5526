/* The SQL that Liquibase makes of a change: names, types and values as its generators for PostgreSQL write them. */
#ifndef FRONT_LIQUIBASE_SQL_H
#define FRONT_LIQUIBASE_SQL_H

#include "base/buf.h"
#include "config/element.h"

#include <stdbool.h>

/* The attribute, NULL when it is absent or empty. */
const char *change_get(const struct element *element, const char *name);
/* Whether it says "true"; otherwise when it does not say. */
bool change_flag(const struct element *element, const char *name, bool otherwise);

/* PostgresDatabase.escapeObjectName: in quotes with letters of both cases, other characters or a keyword. */
void put_name(struct buf *out, const char *name);
/* "schema.name" of the attributes; either may be absent. */
void put_qualified(struct buf *out, const struct element *element, const char *schema,
                   const char *name);
/* The table of attributes schemaName and tableName. */
void put_table(struct buf *out, const struct element *element);
/* A list with commas, each a name. */
void put_names(struct buf *out, const char *names);
/* 'it''s' */
void put_string(struct buf *out, const char *value);
/* As DataTypeFactory maps it for PostgreSQL. */
void put_type(struct buf *out, const char *type);
/*
 * The value of attributes such as value, valueNumeric, valueComputed (prefix "value", or "defaultValue"). Whether there is one.
 */
bool put_value(struct buf *out, const struct element *element, const char *prefix);

/* A type, default and constraints of a column as CREATE TABLE and ADD COLUMN have them in common; without keys. */
void put_column(struct buf *out, const struct element *column);
/* The child "constraints", NULL. */
const struct element *constraints_of(const struct element *column);
/* " FOREIGN KEY (column) REFERENCES ..." of a column's constraints, with its name in front; false: it has none. */
bool put_column_reference(struct buf *out, const struct element *column);
void put_constraint_name(struct buf *out, const char *name);
/* " DEFERRABLE INITIALLY DEFERRED", as far as the attributes say so. */
void put_deferrable(struct buf *out, const struct element *element);

#endif
