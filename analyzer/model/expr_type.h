/*
 * Types as SQL names them, brought together with the schema and PostgreSQL's catalogue.
 *
 * Nothing here fails: what is not known is said to be (a type_use without a name, a NULL, UNKNOWN).
 * Results that are text live in the arena given.
 */
#ifndef MODEL_EXPR_TYPE_H
#define MODEL_EXPR_TYPE_H

#include "model/catalog.h"
#include "model/schema.h"

/*
 * What a type name of the tree means, looked up as the server would: pg_catalog, then the
 * search_path, then the extensions of contrib. serial and its kin become the integer that they
 * stand for. A name that means nothing known is kept as written, with user_type 0; see
 * type_use_known.
 */
struct type_use type_use_of(const struct schema *schema, const struct TypeName *name);
/* A built-in type by the catalogue's name. */
struct type_use type_use_builtin(const char *name);
/* Whether it is a type of the catalogue or of the schema. */
bool type_use_known(const struct schema *schema, const struct type_use *use);
/* The row type of a table, view or composite type, as the schema's id; 0: none. */
object_id type_use_row(const struct schema *schema, const struct type_use *use);

/* The same type, modifiers aside. UNKNOWN when one is not known. */
enum known type_use_same(const struct type_use *a, const struct type_use *b);
/* The same modifiers: char is char(1), numeric(5) is numeric(5,0). */
bool type_use_same_typmod(const struct type_use *a, const struct type_use *b);

/* What is below all domains, with the modifiers given there; itself when it is no domain. */
struct type_use type_use_base(const struct schema *schema, const struct type_use *use);
/* The domain that it is, NULL: none (arrays of domains are none). */
const struct type *type_use_domain(const struct schema *schema, const struct type_use *use);
/* CREATE TYPE name; without anything else: to be defined later. */
bool type_use_is_shell(const struct schema *schema, const struct type_use *use);
/* DomainHasConstraints: a CHECK or NOT NULL, on it or on a domain below. */
enum known type_use_constrained(const struct schema *schema, const struct type_use *use);
/* Whether another type occurs in it: as itself, element, field, or below a domain. */
bool type_use_contains(const struct schema *schema, const struct type_use *use, object_id type);

/*
 * The name under which the catalogue knows it, domains reduced to what is below: "int4", "_text",
 * "anyenum" of an enum, "record" of a row type. NULL when it has none.
 */
const char *type_use_catalog_name(const struct schema *schema, const struct type_use *use);
/* enum catalog_type_id of that name; CATALOG_TYPE_none without. */
unsigned type_use_catalog_id(const struct schema *schema, const struct type_use *use);

/* The multirange type that comes with a range type of the schema; 14 and newer. */
bool type_is_multirange(const struct schema *schema, struct name name);

/* As format_type: "character varying(20)", "timestamp(3) without time zone[]", "public.mood". */
const char *type_use_text(struct arena *arena, const struct schema *schema,
                          const struct type_use *use);

#endif
